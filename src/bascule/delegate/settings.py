"""What a delegate is told at its start; read once, then passed on as a value."""

import socket
from pathlib import Path

import msgspec

BUFFER_BYTES = 256 * 1024 * 1024


class DelegateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`token` lets it in; its scope and tags come from there. `data_directory` holds its key, running jobs, mirrors and workspaces."""

    manager: str
    token: str
    data_directory: Path
    name: str = socket.gethostname()
    tags: tuple[str, ...] = ()
    capacity: int = 4
    allow_scripts: bool = False
    script_user: int | None = 65534
    """Who scripts run as where the delegate is root: `nobody`."""
    buffer_bytes: int = BUFFER_BYTES
    """What may wait on disk while the manager cannot be reached; then log lines are left out, results never."""
    ca_file: str | None = None
    secret_env: tuple[str, ...] = ("BASCULE_SECRET_",)
    """What the names of the variables begin with that secrets may be read from."""
    secret_files: Path | None = None
    """The folder that secrets may be read from."""
    secret_endpoints: dict[str, str] = {}
    """Type of secret manager → where it is asked instead of at its public address. Said here only: log-ins are sent there."""
    cache_bytes: int = 8 * 2**30
    """What mirrors of repositories and archives may take on disk; those used longest ago go first."""
    workspace_hours: float = 12.0
    """So long after its last job a workspace is kept."""
