"""What every dialect must do on its real server: run each change, undo what can be undone, and leave the schema as it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bascule.core.documents import Mapping, Sequence, plain
from bascule.core.secret import Secret
from bascule.core.yaml_reader import read_yaml
from bascule.engine import dialects
from bascule.engine.changelog.formats.nodes import element
from bascule.engine.changes.base import Change
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.changes.reading.validate import problems
from bascule.engine.operations import RunSql
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import parse
from bascule.engine.written.element import Element

LIFE = Path(__file__).parents[2] / "cases/dialects/life.yaml"
MARKS = ("refused", "elsewhere", "irreversible")
DATABASES = ("postgresql", "mariadb", "sqlite")


class Step:
    """One change of the story."""

    def __init__(self, node: Mapping) -> None:
        (entry,) = [entry for entry in node.entries if entry.key.text not in MARKS]
        self.element = element(entry.key.text, entry.value, entry.key.position)
        self.refused, self.elsewhere, self.irreversible = (self._words(node, mark) for mark in MARKS)

    def _words(self, node: Mapping, key: str) -> list[str]:
        words = node.get(key)
        return list(plain(words)) if words is not None else []


def steps() -> list[Step]:
    table = read_yaml(LIFE.read_bytes(), LIFE.name)
    assert isinstance(table, Sequence)
    return [Step(node) for node in table.items if isinstance(node, Mapping)]


@pytest.fixture(params=DATABASES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    if request.param == "sqlite":
        settings = TargetSettings(url=parse(f"sqlite:{tmp_path / 'life.db'}"))
    else:
        database = request.getfixturevalue(request.param)
        settings = TargetSettings(url=parse(database.url), username=database.user, password=Secret(database.password))
    with open_target(settings) as opened:
        yield opened


def run(change: Change, target: Target) -> None:
    for op in change.operations():
        at = msgspec.structs.replace(target.at, shape=target.shape())
        for statement in target.dialect.render(op, at):
            target.connection.execute(statement)


def ops_of(sql: str) -> RunSql:
    return RunSql(sql, split=False)


def written(name: str, yaml: str) -> Element:
    node = read_yaml(yaml, "log.yaml")
    assert node is not None
    return element(name, node, node.position)


def shape(target: Target) -> dict[str, Any]:
    """What the catalog shows, less the statements it keeps: a table built anew is written differently."""
    shown: dict[str, Any] = msgspec.to_builtins(target.shape())
    for table in shown.get("tables", {}).values():
        table.pop("definition", None)
        table.pop("dependents", None)
    return shown


def test_a_schema_lives_through_every_change_and_its_inverse(target: Target) -> None:
    name = target.dialect.name
    for step in steps():
        change = bind_change(step.element)
        refused = [problem for problem in problems(change, target.dialect) if problem.severity == "error"]
        if name in step.elsewhere:
            continue
        assert bool(refused) == (name in step.refused), (step.element.name, refused)
        if refused:
            continue
        before = shape(target)
        run(change, target)
        inverse = change.inverse()
        if inverse is None or name in step.irreversible:
            continue
        for undoing in inverse:
            run(undoing, target)
        assert shape(target) == before, step.element.name
        run(change, target)


def test_sqlite_keeps_what_it_does_not_know_when_it_builds_a_table_anew(tmp_path: Path) -> None:
    with open_target(TargetSettings(url=parse(f"sqlite:{tmp_path / 'anew.db'}"))) as target:
        for sql in (
            "create table q (id int primary key)",
            "create table t (a text collate nocase check (a <> '(,)'), -- the, first\n \"b c\" int default 1, d int unique, "
            "constraint fk foreign key (d) references q (id), check (d > 0)) strict",
            'create unique index part on t (a) where "b c" > 1',
            "create trigger tr after insert on t begin update t set d = d + 10 where a = new.a; end",
            "insert into t (a, d) values ('x', 2)",
        ):
            target.connection.execute(next(dialects.get("sqlite").render(ops_of(sql), target.at)))
        run(bind_change(written("addDefaultValue", "{tableName: t, columnName: 'b c', defaultValueNumeric: 5}")), target)
        target.connection.execute(next(dialects.get("sqlite").render(ops_of("insert into t (a, d) values ('y', 3)"), target.at)))
        assert target.connection.query('select a, "b c", d from t order by a') == [("x", 1, 12), ("y", 5, 13)]
        definition = target.shape().tables["t"].definition or ""
        for kept in ("collate nocase check (a <> '(,)')", "constraint fk foreign key (d) references q (id)", "check (d > 0)", "strict"):
            assert kept in definition
        assert set(target.shape().tables["t"].dependents) == {"part", "tr"}
