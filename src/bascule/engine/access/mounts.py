"""Where certificates are mounted that apply without being named: the paths that Harness puts them at in a step's container."""

from pathlib import Path

MOUNTED = Path("/etc/ssl/certs/dbops")


def mounted(name: str) -> str | None:
    """`root_ca.crt`, `client.crt` or `client.key`, where it is there."""
    path = MOUNTED / name
    return str(path) if path.is_file() else None
