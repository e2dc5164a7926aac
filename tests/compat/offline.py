"""Plays a recorded `update-sql` against an `offline:` URL: the databases of which only the SQL can be compared."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from bascule.cli.main import main
from tests.compat import normalise
from tests.compat.player import CASES, Difference

PREFIX = "offline-"
EVERY_CHANGE = "every-change"
"""A case with a changeset per change type and attribute: it is compared changeset by changeset."""
_FAILED = "-- FAILED\n"
_CHANGESET = re.compile(r"--\s+Changeset [^:]+::(?P<id>.*)::[^:]+")
_HEADER = re.compile(r"--\s+(?:\*{60,}|Ran at|Against|(?:Liquibase|Bascule) version)")
_SETTING = "alter session set jdbc_query_result_format"
"""What the peer tells Snowflake's JDBC driver before each changeset."""
_RECOMPILED = "sa_recompile_views(1)"
"""How the peer ends every script for SQL Anywhere: without the CALL that would make it a statement."""
_FOLDED = re.compile(r"\bdatabasechangelog\b")
"""What the peer calls the history table in MySQL's scripts: not the name that its own live runs look for."""
_COUNTED_TWICE = re.compile(r"(?<=, )(?P<order>\d+)(?=, '9:)|(?<=ORDEREXECUTED = )(?P<again>\d+)")


def names() -> Iterator[tuple[str, str]]:
    """(case, database) of every recording but those of `EVERY_CHANGE`."""
    for folder in sorted(CASES.glob(f"*/out/{PREFIX}*")):
        if folder.parent.parent.name != EVERY_CHANGE:
            yield folder.parent.parent.name, folder.name.removeprefix(PREFIX)


def play(name: str, database: str, folder: Path) -> Iterator[Difference]:
    """The working directory is the case's input, `folder`. The history file is new, as it was when recorded."""
    match _scripts(name, database, folder):
        case Difference() as difference:
            yield difference
        case wanted, ours if wanted != ours:
            yield Difference("update-sql", wanted, ours)


def play_by_changeset(name: str, database: str, folder: Path) -> Iterator[Difference]:
    """The same, one difference per changeset whose statements differ, called by its id."""
    match _scripts(name, database, folder):
        case Difference() as difference:
            yield difference
        case wanted, ours:
            recorded, mine = _by_changeset(wanted), _by_changeset(ours)
            for identifier in {**recorded, **mine}:
                if recorded.get(identifier) != mine.get(identifier):
                    yield Difference(identifier, recorded.get(identifier), mine.get(identifier))


def _scripts(name: str, database: str, folder: Path) -> tuple[list[str], list[str]] | Difference:
    """The recorded script and ours, two empty ones where both fail; else how the exits differ."""
    case = CASES / name
    description = json.loads((case / "case.json").read_text())
    shutil.copytree(case / "input", folder, dirs_exist_ok=True)
    recorded = (case / "out" / f"{PREFIX}{database}" / "update-sql.sql").read_text()
    out, err = io.StringIO(), io.StringIO()
    url = f"offline:{database}?outputLiquibaseSql=data_only&changeLogFile={folder / 'history.csv'}"
    arguments = [f"--url={url}", "update-sql", f"--changelog-file={description['changelog']}", *(description.get("update_args") or [])]
    with redirect_stdout(out), redirect_stderr(err):
        exit_code = main(arguments)
    failed = recorded.endswith(_FAILED)
    if exit_code != failed:
        return Difference("exit", int(failed), f"{exit_code}\n{err.getvalue()}")
    if failed:
        return [], []
    return _script(_departed(recorded, database), counted_twice=True), _script(out.getvalue())


def _by_changeset(lines: list[str]) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    for line in lines:
        begun = _CHANGESET.fullmatch(line)
        if begun:
            blocks[begun["id"]] = []
        elif blocks:
            blocks[next(reversed(blocks))].append(line)
    return blocks


def _departed(recorded: str, database: str) -> str:
    """The recording less what departs in every script of that database; `departures_offline.yaml` says why."""
    match database:
        case "mysql" | "mariadb":
            return _FOLDED.sub("DATABASECHANGELOG", recorded)
        case "asany":
            return recorded.replace(f"{_RECOMPILED}\nGO\n", "")
        case _:
            return recorded


def _script(text: str, *, counted_twice: bool = False) -> list[str]:
    """The lines that say something. The peer counts ORDEREXECUTED twice offline: 1, 3, 5; what ends a line before GO is noise."""
    lines = [line for line in normalise.script(text) if not _HEADER.match(line) and not line.startswith(_SETTING)]
    if counted_twice:
        lines = [_COUNTED_TWICE.sub(lambda match: str((int(match[0]) + 1) // 2), line) if "9:" in line else line for line in lines]
    followed = zip(lines, [*lines[1:], ""], strict=True)
    return [line.rstrip(";") if following == "GO" else line for line, following in followed]
