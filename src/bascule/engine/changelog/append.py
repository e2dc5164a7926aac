"""New changesets at the end of a changelog that its authors wrote: what stands there stays as it is, to the letter."""

import json
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changelog.serialise import entries, format_of, sql_changesets, xml_changesets, yaml_text
from bascule.engine.dialects.base import Dialect
from bascule.engine.written.changeset import ChangeSet

_XML_END = re.compile(r"[ \t]*</(?:[\w.-]+:)?databaseChangeLog\s*>\s*(?:<!--.*?-->\s*)*\Z", re.DOTALL)
_XML_EMPTY = re.compile(r"(<databaseChangeLog\b[^<>]*?)\s*/>\s*\Z")
_XML_INDENT = re.compile(r"^([ \t]+)<(?:changeSet|include|property)\b", re.MULTILINE)
_YAML_ITEM = re.compile(r"^databaseChangeLog:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*([ ]*)-[ \n]", re.MULTILINE)
_YAML_EMPTY = re.compile(r"^(databaseChangeLog:)[ \t]*(?:\[\s*\])?[ \t]*(#[^\n]*)?\s*\Z", re.MULTILINE)
_JSON_END = re.compile(r"\s*\]\s*\}\s*\Z")
_JSON_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_SQL_HEADER = re.compile(r"\s*--\s*liquibase formatted sql", re.IGNORECASE)


def appended(text: str, changesets: Sequence[ChangeSet], file: str, dialect: Dialect) -> str:
    """The changelog with these changesets behind its own. Comments, indentation and line ends stay.

    Raises InputError for a file in which there is no such place, one that is no changelog among them.
    """
    ends = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    match format_of(file):
        case "xml":
            made = _xml(plain, changesets)
        case "yaml":
            made = _yaml(plain, changesets)
        case "json":
            made = _json(plain, changesets)
        case _:
            made = _sql(plain, changesets, dialect)
    if made is None:
        raise InputError(
            Problem(
                code="LOG-091",
                what="we find no place for new changesets in this file",
                where=file,
                why="a changelog ends with its list of changesets, each of them on lines of its own",
                fix="name another file, and include it",
            )
        )
    return made.replace("\n", ends)


def write_atomically(path: Path, text: str) -> None:
    """The whole file or the old one: never a half. Its mode stays."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    descriptor, interim = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(interim).chmod(mode)
        Path(interim).replace(path)
    except BaseException:
        Path(interim).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _xml(text: str, changesets: Sequence[ChangeSet]) -> str | None:
    found = _XML_INDENT.findall(text)
    own = xml_changesets(changesets, found[-1] if found else "    ")
    end = _XML_END.search(text)
    if end is not None:
        before = text[: end.start()]
        return f"{before}{'' if before.endswith(chr(10)) else chr(10)}{own}{text[end.start() :]}"
    empty = _XML_EMPTY.search(text)
    return None if empty is None else f"{text[: empty.start()]}{empty[1]}>\n{own}</databaseChangeLog>\n"


def _yaml(text: str, changesets: Sequence[ChangeSet]) -> str | None:
    """Nothing may stand behind the list: what we append is its end."""
    item = _YAML_ITEM.search(text)
    if item is None:
        empty = _YAML_EMPTY.search(text)
        if empty is None:
            return None
        text, indent = f"{text[: empty.start()]}{empty[1]}{f' {empty[2]}' if empty[2] else ''}\n", ""
    else:
        indent = item[1]
    body = "".join(f"{indent}{line}\n" if line else "\n" for line in yaml_text(entries(changesets)).splitlines())
    made = f"{text}{'' if text.endswith(chr(10)) else chr(10)}{body}"
    return made if _is_longer(_yaml_list(text), _yaml_list(made), changesets) else None


def _yaml_list(text: str) -> Any:
    import yaml

    try:
        documents = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return None
    return documents[0].get("databaseChangeLog") or [] if len(documents) == 1 and isinstance(documents[0], dict) else None


def _json(text: str, changesets: Sequence[ChangeSet]) -> str | None:
    end = _JSON_END.search(text)
    if end is None:
        return None
    found = _JSON_INDENT.search(text)
    unit = found[1] if found else "  "
    before = text[: end.start()]
    items = [json.dumps(entry, indent=unit, ensure_ascii=False).replace("\n", f"\n{unit * 2}") for entry in entries(changesets)]
    comma = "" if before.rstrip().endswith("[") else ","
    made = f"{before}{comma}\n" + ",\n".join(f"{unit * 2}{item}" for item in items) + f"\n{unit}]\n}}\n"
    return made if _is_longer(_json_list(text), _json_list(made), changesets) else None


def _json_list(text: str) -> Any:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document.get("databaseChangeLog") if isinstance(document, dict) else None


def _is_longer(before: Any, after: Any, changesets: Sequence[ChangeSet]) -> bool:
    """Whether all that was there is there, and the new ones behind it."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and after[: len(before)] == before
        and len(after) == len(before) + len(changesets)
    )


def _sql(text: str, changesets: Sequence[ChangeSet], dialect: Dialect) -> str | None:
    return f"{text.rstrip()}\n\n{sql_changesets(changesets, dialect)}" if _SQL_HEADER.match(text) else None
