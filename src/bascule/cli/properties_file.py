"""liquibase.properties: defaults for options. Keys as Liquibase reads them: `url`, `changeLogFile`, `liquibase.command.url`."""

from pathlib import Path
from typing import Any

import click

from bascule.cli.spelling import kebab

CLIENTS = ("psql", "mysql", "sqlite3", "sqlplus", "sqlcmd", "mongosh")
"""The databases' own clients, whose settings have their name in front."""
_ALIASES = {"context-filter": "contexts", "labels": "label_filter", "changelog-file": "changelog_file"}


def defaults(given: str | None, usual: str, ctx: click.Context) -> dict[str, Any]:
    """Parameter name → text. A file that was asked for must exist; the usual one may be missing."""
    path = Path(given or usual)
    if not path.is_file():
        if given:
            raise click.UsageError(f"there is no file '{given}'", ctx)
        return {}
    values: dict[str, Any] = {}
    defines: list[str] = []
    verb = ctx.info_name or ""
    for key, value in read_properties_file(path.read_text(encoding="utf-8", errors="replace")):
        if key.lower().startswith("parameter."):
            defines.append(f"{key[10:]}={value}")
            continue
        name = _parameter(key, verb)
        if name is not None and value:
            values[name] = value
    if defines:
        values["defines"] = defines
    return values


def _parameter(key: str, verb: str) -> str | None:
    """`liquibase.command.update.changelogFile` → `changelog_file`, `liquibase.psql.path` → `psql_path`; None for another verb's."""
    parts = key.removeprefix("liquibase.").split(".")
    if parts[0] in CLIENTS:
        return kebab("-".join(parts)).replace("-", "_")
    if parts[0] == "command":
        parts = parts[1:]
    if len(parts) == 2 and kebab(parts[0]) == verb:
        parts = parts[1:]
    if len(parts) != 1:
        return None
    name = kebab(parts[0])
    return _ALIASES.get(name, name).replace("-", "_")


def read_properties_file(text: str) -> list[tuple[str, str]]:
    """Java properties: `key=value` or `key: value`, `#` and `!` comments, a backslash continues a line."""
    found: list[tuple[str, str]] = []
    pending = ""
    for line in text.splitlines():
        line = pending + line.lstrip()
        pending = ""
        if not line or line[0] in "#!":
            continue
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending = line[:-1]
            continue
        cut = min((at for at in (line.find("="), line.find(":")) if at > 0), default=-1)
        if cut > 0:
            found.append((line[:cut].strip(), _unescaped(line[cut + 1 :].strip())))
    return found


def _unescaped(value: str) -> str:
    for escape, plain in (("\\:", ":"), ("\\=", "="), ("\\#", "#"), ("\\!", "!"), ("\\\\", "\\")):
        value = value.replace(escape, plain)
    return value
