"""What a delegate is told at its start; read once, then passed on as a value."""

import socket
from pathlib import Path
from typing import Literal

import msgspec

BUFFER_BYTES = 256 * 1024 * 1024


class PodSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a delegate makes pods for step groups. The cluster is that of `kubeconfig`, else of the service account it runs under."""

    kubeconfig: Path | None = None
    context: str | None = None
    image: str | None = None
    """Of the delegate in a pod whose job names none: this program's own image."""
    namespace: str | None = None
    """Where pods go whose job names none; by default the namespace of the kubeconfig or service account."""
    service_account: str | None = None
    manager: str | None = None
    """The manager's URL as pods reach it; by default as this delegate does."""
    proxies: dict[str, str] = {}
    """HTTPS_PROXY and its kin, for pods too."""
    patience_s: float = 15.0
    """So long may stand in a pod's way what can still mend itself: a secret that somebody makes, a registry that stumbles."""


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
    pods: PodSettings | None = None
    """None: pod jobs are not for this delegate."""
    default_runner: Literal["local", "kubernetes"] = "local"
    """Where jobs of executions run that no document gives an infrastructure."""
    ephemeral: bool = False
    """It is the delegate of a pod: it cancels what runs when it is told to stop, and ends by itself when the manager says so."""
    register_within_s: float | None = None
    """Give up, with a status of its own, when the manager has not let it in by then."""
    workspace_directory: Path | None = None
    """Where workspaces are instead of in the data directory: a folder that step containers share."""
    turns: Path | None = None
    """Where the step containers of this pod wait for their turn (`delegate/turns.py`)."""
    step_containers: tuple[str, ...] = ()
    """Those of this pod. Nothing begins before all are there: one that cannot start ends the group before it has changed anything."""
    health_host: str = "127.0.0.1"
    health_port: int | None = None
    """Where `/healthz`, `/readyz` and `/metrics` are served; nowhere without."""
