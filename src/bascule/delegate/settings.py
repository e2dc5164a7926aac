"""What a delegate is told at its start; read once, then passed on as a value."""

import socket
from pathlib import Path

import msgspec

BUFFER_BYTES = 256 * 1024 * 1024


class DelegateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`token` lets it in; its scope and tags come from there. `data_directory` holds its key, running jobs, mirrors and workspaces."""

    manager: str
    """Its URL; several managers on one store with commas between."""
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
    workspace_hours: float = 12.0
    """So long after its last job a workspace is kept."""
    health_host: str = "127.0.0.1"
    health_port: int | None = None
    """Where `/healthz`, `/readyz` and `/metrics` are served; nowhere without."""
