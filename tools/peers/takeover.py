"""Takeover and return: a case begun with one tool, gone on with by the other, ended by the first; it must end as with the peer alone."""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bascule.cli.main import main
from tests.compat import normalise
from tests.compat.databases import Place, history, shape
from tests.compat.player import CASES, HERE
from tools.peers.liquibase import Liquibase

Tool = Callable[..., tuple[int, str, str]]
Commands = tuple[tuple[int, tuple[str, ...]], ...]
"""Who, and what."""

WITHOUT_CHANGELOG = frozenset(
    {"tag", "tag-exists", "history", "list-locks", "release-locks", "clear-checksums", "execute-sql", "drop-all", "snapshot", "diff"}
)
COMPARED = ("status", "tag-exists", "list-locks", "unexpected-changesets")


@dataclass(frozen=True)
class Act:
    """A command and who runs it: 0, the tool that begins, or 1, the other. `before` prepares the folder and the database."""

    who: int
    command: tuple[str, ...]
    label: str
    before: Callable[[Place, Path], None] | None = None


@dataclass
class Outcome:
    """What one way through a case came to: an aspect (`03-status: exit`) → what was found."""

    found: dict[str, Any]

    def differing(self, other: "Outcome") -> dict[str, tuple[Any, Any]]:
        names = {**self.found, **other.found}
        return {name: (self.found.get(name), other.found.get(name)) for name in names if self.found.get(name) != other.found.get(name)}


def acts(case: Path, database: str, folder: Path) -> list[Act]:
    """A plain case: half of it by the one, the rest by the other, half undone by the one, done again by the other. Steps: in turns.

    One that is to fail is tried by both.
    """
    description = json.loads((case / "case.json").read_text())
    if "steps" in description:
        return list(_steps(case, description["steps"], database, folder))
    recorded = json.loads((case / "out" / database / "history.json").read_text())
    arguments = tuple(description.get("update_args") or ())
    looks: Commands = ((1, ("status", "--verbose", *arguments)), (1, ("validate",)))
    looks_back: Commands = ((0, ("status", "--verbose", *arguments)), (0, ("validate",)))
    update: Commands = ((1, ("update", *arguments)),)
    if recorded["exit"] != 0:  # it is to fail for the one as for the other
        commands: Commands = ((0, ("update", *arguments)), *looks, *update, *looks_back)
    else:
        half = f"--count={max(1, len(recorded['history'] or ()) // 2)}"
        begun, undone = ("update-count", half, *arguments), ("rollback-count", half, *arguments)
        commands = ((0, begun), *looks, *update, *looks_back, (0, undone), looks[1], *update, *looks_back)
    return [Act(who, command, f"{number:02}-{command[0]}") for number, (who, command) in enumerate(commands, 1)]


def _steps(case: Path, steps: Sequence[dict[str, Any]], database: str, folder: Path) -> Iterator[Act]:
    for number, step in enumerate(steps, 1):
        command = tuple(word.replace("{WORK}", str(folder)).replace("{DBMS}", database) for word in step.get("cmd", ("history",)))
        yield Act(number % 2, command, f"{number:02}-{command[0]}", _preparing(case, step))


def _preparing(case: Path, step: dict[str, Any]) -> Callable[[Place, Path], None]:
    def prepare(place: Place, folder: Path) -> None:
        if "overlay" in step:
            shutil.copytree(case / step["overlay"], folder, dirs_exist_ok=True)
        for sql in step.get("sql", ()):
            place.query(sql)

    return prepare


def ours(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        exit_code = main(list(arguments))
    return exit_code, out.getvalue(), err.getvalue()


def go_through(name: str, place: Place, peer: Liquibase, tools: tuple[Tool, Tool]) -> Outcome:
    """Plays a case on an empty database, in the peer's folder, which is emptied first."""
    case, folder = CASES / name, peer.folder
    _empty(folder)
    shutil.copytree(case / "input", folder, dirs_exist_ok=True)
    description = json.loads((case / "case.json").read_text())
    if description.get("setup"):
        for statement in (HERE / "setup" / f"{place.name}.sql").read_text().split(";\n"):
            if statement.strip():
                place.query(statement)
    changelog = f"--changelog-file={description['changelog']}"
    found: dict[str, Any] = {}
    os.chdir(folder)
    for act in acts(case, place.name, folder):
        if act.before is not None:
            act.before(place, folder)
        named = (
            () if act.command[0] in WITHOUT_CHANGELOG or any(word.startswith("--changelog-file") for word in act.command) else (changelog,)
        )
        exit_code, out, _ = tools[act.who](*place.arguments, act.command[0], *named, *act.command[1:])
        found[f"{act.label}: exit"] = exit_code
        if act.command[0] in COMPARED and exit_code == 0:
            found[f"{act.label}: result"] = normalise.printed(out)
        found[f"{act.label}: history"] = normalise.rows(history(place))
    for part, value in normalise.shape(shape(place)).items():
        found[f"schema: {part}"] = value
    return Outcome(found)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
