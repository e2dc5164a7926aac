"""Plays a recorded case through the command line, in this process, and tells in which aspects we differ."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from bascule.cli.main import main
from tests.compat import normalise
from tests.compat.databases import Place, history, shape

HERE = Path(__file__).parent
CASES = HERE / "cases"
EXITS: dict[str, dict[str, dict[str, int]]] = json.loads((HERE / "exits.json").read_text())
_COMPARED_RESULTS = ("status", "list-locks", "update", "update-count", "update-to-tag", "unexpected-changesets")


@dataclass
class Difference:
    """One aspect of a case (`update-sql`, `history`, `07-rollback: exit`) in which we differ."""

    aspect: str
    recorded: Any
    ours: Any

    def __str__(self) -> str:
        if isinstance(self.recorded, list) and isinstance(self.ours, list):
            lines = unified_diff(
                [str(line) for line in self.recorded], [str(line) for line in self.ours], "recorded", "ours", n=0, lineterm=""
            )
            return "\n".join([f"--- {self.aspect}", *list(lines)[2:]])
        return f"--- {self.aspect}\nrecorded: {self.recorded}\nours:     {self.ours}"


@dataclass
class Run:
    """What one command came to."""

    exit: int
    out: str
    err: str = field(repr=False, default="")


def names() -> Iterator[tuple[str, str]]:
    """(case, database) of every recording; those of `offline:` URLs are played elsewhere."""
    for case in sorted(CASES.iterdir()):
        for database in sorted((case / "out").iterdir()):
            if not database.name.startswith("offline-"):
                yield case.name, database.name


def play(name: str, place: Place, folder: Path) -> list[Difference]:
    """The working directory is the case's input, `folder`. Returns the aspects that differ, in order."""
    case = CASES / name
    description = json.loads((case / "case.json").read_text())
    shutil.copytree(case / "input", folder, dirs_exist_ok=True)
    if description.get("setup"):
        for statement in (HERE / "setup" / f"{place.name}.sql").read_text().split(";\n"):
            if statement.strip():
                place.query(statement)
    player = _Player(case, place, folder, description)
    return list(player.steps() if "steps" in description else player.plain())


class _Player:
    def __init__(self, case: Path, place: Place, folder: Path, description: dict[str, Any]) -> None:
        self.out = case / "out" / place.name
        self.case, self.place, self.folder = case, place, folder
        self.changelog = description["changelog"]
        self.arguments = description.get("update_args") or []
        self.description = description
        self.exits = EXITS[case.name].get(place.name, {})

    def plain(self) -> Iterator[Difference]:
        """status, update-sql on the empty database, update, then all of it back."""
        status = self.run("status", "--verbose", *self.arguments)
        yield from self.exit("status", status)
        if self.exits.get("status") == 0:
            yield from _differ("status", normalise.printed(self.text("status.txt")), normalise.printed(status.out))
        yield from self.script("update-sql", "update-sql.sql", self.run("update-sql", *self.arguments))
        update = self.run("update", *self.arguments)
        yield from self.exit("update", update)
        recorded = self.json("history.json")
        if recorded["exit"] == 0:
            yield from _differ("update: summary", normalise.printed(self.text("update.txt")), normalise.printed(update.out))
        yield from _differ("history", normalise.rows(recorded["history"]), normalise.rows(history(self.place)))
        if (self.out / "schema.json").exists():
            yield from self.shape("schema", self.json("schema.json"))
        if not (self.out / "rollback-count-sql.sql").exists():
            return
        count = f"--count={max(1, len(history(self.place)))}"
        yield from self.script("rollback-count-sql", "rollback-count-sql.sql", self.run("rollback-count-sql", count, *self.arguments))
        rollback = self.run("rollback-count", count, *self.arguments)
        yield from self.exit("rollback-count", rollback)
        if (self.out / "after-rollback.json").exists():
            after = self.json("after-rollback.json")
            yield from _differ("after rollback: history", normalise.rows(after["history"]), normalise.rows(history(self.place)))
            yield from self.shape("after rollback: schema", after["schema"])

    def steps(self) -> Iterator[Difference]:
        for number, step in enumerate(self.description["steps"], 1):
            if "overlay" in step:
                shutil.copytree(self.case / step["overlay"], self.folder, dirs_exist_ok=True)
            for sql in step.get("sql", ()):
                self.place.query(sql)
            if step.get("cmd"):
                yield from self.step(number, step)
        if (self.out / "schema.json").exists():
            yield from self.shape("schema", self.json("schema.json"))

    def step(self, number: int, step: dict[str, Any]) -> Iterator[Difference]:
        verb = step["cmd"][0]
        label = f"{number:02}-{step.get('label', verb)}"
        if not (self.out / f"{label}.history.json").exists():
            return
        recorded = self.json(f"{label}.history.json")
        run = self.run(*(word.replace("{WORK}", str(self.folder)).replace("{DBMS}", self.place.name) for word in step["cmd"]))
        yield from _differ(f"{label}: exit", recorded["exit"], run.exit)
        out = self.text(f"{label}.out.txt")
        if recorded["exit"] == 0 and run.exit == 0:
            if verb.endswith("-sql") and verb != "execute-sql":
                yield from _differ(f"{label}: script", normalise.script(out), normalise.script(run.out))
            elif verb == "history":
                yield from _differ(f"{label}: rows", normalise.history_table(out), normalise.history_table(run.out))
            elif verb == "snapshot" and out.startswith("{"):
                yield from _differ(f"{label}: schema", normalise.snapshot(out), normalise.snapshot(run.out))
            elif verb == "diff":
                for part, wanted, ours in zip(("head", "objects"), normalise.difference(out), normalise.difference(run.out), strict=True):
                    yield from _differ(f"{label}: {part}", wanted, ours)
            elif verb in _COMPARED_RESULTS:
                yield from _differ(f"{label}: result", normalise.printed(out), normalise.printed(run.out))
        if "history" in recorded:
            yield from _differ(f"{label}: history", normalise.rows(recorded["history"]), normalise.rows(history(self.place)))

    def run(self, verb: str, *arguments: str) -> Run:
        out, err = io.StringIO(), io.StringIO()
        changelog = [] if any(argument.startswith("--changelog-file") for argument in arguments) else [f"--changelog-file={self.changelog}"]
        if verb in _WITHOUT_CHANGELOG:
            changelog = []
        with redirect_stdout(out), redirect_stderr(err):
            exit_code = main([*self.place.arguments, verb, *changelog, *arguments])
        return Run(exit_code, out.getvalue(), err.getvalue())

    def exit(self, aspect: str, run: Run) -> Iterator[Difference]:
        if aspect in self.exits:
            yield from _differ(f"{aspect}: exit", self.exits[aspect], run.exit, run.err)

    def script(self, aspect: str, file: str, run: Run) -> Iterator[Difference]:
        yield from self.exit(aspect, run)
        if self.exits.get(aspect) == 0 and run.exit == 0:
            yield from _differ(aspect, normalise.script(self.text(file)), normalise.script(run.out))

    def shape(self, aspect: str, recorded: dict[str, Any] | None) -> Iterator[Difference]:
        if recorded is None:
            return
        wanted, ours = normalise.shape(recorded), normalise.shape(shape(self.place))
        for part in wanted:
            yield from _differ(f"{aspect}: {part}", wanted[part], ours.get(part))

    def text(self, file: str) -> str:
        return (self.out / file).read_text()

    def json(self, file: str) -> Any:
        return json.loads(self.text(file))


_WITHOUT_CHANGELOG = frozenset(
    {"tag", "tag-exists", "history", "list-locks", "release-locks", "clear-checksums", "execute-sql", "drop-all", "snapshot", "diff"}
)


def _differ(aspect: str, recorded: Any, ours: Any, err: str = "") -> Iterator[Difference]:
    if recorded != ours:
        yield Difference(aspect, recorded, f"{ours}\n{err}" if err else ours)
