"""Settings of the databases' own clients (`runWith`): `--psql-path`, `LIQUIBASE_PSQL_PATH`, `liquibase.psql.path`, their own files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bascule.cli.properties_file import CLIENTS, read_properties_file

SETTINGS = (
    "path", "args", "timeout", "log-file", "keep-temp", "keep-temp-name", "keep-temp-path", "keep-temp-overwrite", "create-spool",
    "sqlerror", "catalog-name",
)  # fmt: skip
OPTIONS = frozenset(f"{client}-{name}" for client in CLIENTS for name in SETTINGS)
META = "bascule.client_settings"
"""Where a click context keeps those of the command line."""


def client_settings(line: Mapping[str, str], defaults: Mapping[str, Any]) -> dict[str, str]:
    """Command line, then environment, then the properties file, then each client's own file."""
    found: dict[str, str] = {}
    for client in CLIENTS:
        file = Path(f"liquibase.{client}.conf")
        if file.is_file():
            for key, value in read_properties_file(file.read_text(encoding="utf-8", errors="replace")):
                found[key.removeprefix("liquibase.").replace(".", "-")] = value
    found.update({name.replace("_", "-"): str(value) for name, value in defaults.items() if name.replace("_", "-") in OPTIONS})
    for prefix in ("LIQUIBASE_", "BASCULE_"):
        for variable, value in os.environ.items():
            option = variable.removeprefix(prefix).lower().replace("_", "-")
            if variable.startswith(prefix) and option in OPTIONS and value:
                found[option] = value
    return {**found, **line}
