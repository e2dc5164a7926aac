"""What the manager is told at its start; read once, then passed on as a value."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """`data_directory` holds the embedded store, the master key, the admin's token and large outputs; one manager owns it."""

    model_config = ConfigDict(frozen=True)

    data_directory: Path
    store: str | None = None
    """`postgresql://…`, or `sqlite:///path`; None is the embedded store in the data directory."""
    master_key_file: Path | None = None
    """Where the master key stands when it is not in the data directory; it must exist."""
    public_url: str = ""
    """How browsers and delegates reach this manager, when it is not what they ask for (behind a proxy)."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses and networks whose X-Forwarded-For and -Proto are believed, commas between; `*` is everybody."""
    session_hours: int = 12
    login_failures: int = 10
    """So many failed logins of one name from one address within `login_window_s`, and further ones are refused for the rest of it."""
    login_window_s: int = 900
    extra: dict[str, str] = {}
    """Settings of areas, by `area.name`."""

    @property
    def master_key_path(self) -> Path:
        """The file of the master keys, the default filled in."""
        return self.master_key_file or self.data_directory / "master.key"

    @property
    def store_url(self) -> str:
        """The store's URL, the embedded default filled in."""
        return self.store or f"sqlite:///{self.data_directory / 'bascule.db'}"
