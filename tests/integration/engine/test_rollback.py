"""rollback(update(x)) = x, by fingerprint and rows, for every change type that has an automatic rollback, on every database.

`BASCULE_EXAMPLES=200` draws that many examples of each type, and others every time; without it there are few, always the same.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bascule.core.errors import BasculeError
from bascule.engine.cancel import Cancel
from bascule.engine.changes.base import CHANGES, Change
from bascule.engine.commands.drop_all import drop_all
from bascule.engine.commands.rollback import roll_back_deployment
from bascule.engine.commands.session import Request, Session, ignore
from bascule.engine.commands.testing_rollback import differences, state_of
from bascule.engine.commands.update import UpdateReport, update
from bascule.engine.dialects import DIALECTS
from bascule.engine.sql.statement import Statement
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.urls import parse
from bascule.engine.written.build import NOWHERE
from bascule.engine.written.changeset import Changelog, ChangeSet
from bascule.engine.written.element import Element
from tests.integration.engine.rollback_strategies import MAKERS, SEQUENCE, SLEEPING, TABLES, TRIGGER, VIEW, Drawn

EXAMPLES = int(os.environ.get("BASCULE_EXAMPLES", "0"))
_FEW = 2
_FOR_ORACLE = {"createPackage", "createPackageBody"}
"""MariaDB has packages in its Oracle mode only."""
_DATABASES = ("sqlite", "postgresql", "mariadb")


def _undoable() -> list[str]:
    return [name for name in CHANGES.names() if CHANGES.get(name).inverse is not Change.inverse]


def _pairs() -> Iterator[object]:
    for database in _DATABASES:
        marks = [getattr(pytest.mark, database)] if database != "sqlite" else []
        for name in sorted(MAKERS):
            if DIALECTS.get(database).support.knows(name):
                yield pytest.param(database, name, marks=marks, id=f"{database}-{name}")


class Lab:
    """A database with the base schema, and a session on it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._number = 0
        self.dialect = session.target.dialect.name
        self.schema = session.target.at.default_schema
        self.build()

    def build(self) -> None:
        quote = self._session.target.dialect.traits.quote
        run = self._session.target.connection.execute

        def q(name: str) -> str:
            return f"{quote}{name}{quote}"

        run(Statement("CREATE TABLE parent (id int NOT NULL PRIMARY KEY)"))
        run(Statement("INSERT INTO parent VALUES (1), (2)"))
        for table in TABLES:
            spec = f"id int NOT NULL, name varchar(40), age int, {q('select')} varchar(10) NOT NULL, {q('Né à')} decimal(8,2)"
            run(Statement(f"CREATE TABLE {q(table)} ({spec})"))
            run(Statement(f"INSERT INTO {q(table)} VALUES (1, 'ann', 1, 'a', 1.50), (2, 'bob', 2, 'b', NULL)"))
        run(Statement(f"CREATE VIEW {q(VIEW)} AS SELECT id FROM parent"))
        if self._session.target.dialect.traits.supports_sequences:
            run(Statement(f"CREATE SEQUENCE {SEQUENCE} START WITH 5"))
        if self.dialect == "postgresql":
            run(Statement("CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"))
            for name in (TRIGGER, SLEEPING):
                run(Statement(f'CREATE TRIGGER "{name}" BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION touched()'))
            run(Statement(f'ALTER TABLE person DISABLE TRIGGER "{SLEEPING}"'))

    def _start_over(self) -> None:
        """After a failure only."""
        drop_all(self._session)
        if self.dialect == "postgresql":
            self._session.target.connection.execute(Statement("DROP FUNCTION IF EXISTS touched() CASCADE"))
        self.build()

    def there_and_back(self, change: Element, quoting: str) -> None:
        """Runs it as a changeset of its own and rolls it back; fails when anything is otherwise after that, and heals the database."""
        self._number += 1
        changeset = ChangeSet(
            id=str(self._number), author="test", file="c", source_file="c", position=NOWHERE, changes=(change,), quoting=quoting
        )
        session = self._session
        session.deployment_id = f"{self._number:010}"
        session.__dict__["changelog"] = Changelog(file="c", changesets=(changeset,))
        before = state_of(session.target)
        try:
            update(session, UpdateReport())
            roll_back_deployment(session, session.deployment_id)
            found = differences(before, state_of(session.target))
        except BasculeError as error:
            found = [str(error)]
        if found:
            self._start_over()
        assert not found, "\n".join([f"{quoting}: {_said(change)}", *map(str, found)])


def _said(change: Element) -> str:
    parts = [f"{name}={scalar.text!r}" for name, scalar in change.attributes.items()]
    return f"{change.name}({', '.join([*parts, *map(_said, change.children)])})"


@pytest.fixture(scope="module")
def labs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lab]]:
    """Opened when first asked for, by `_lab`."""
    opened: dict[str, Lab] = {}
    yield opened
    for lab in opened.values():
        lab._session.target.close()


def _lab(labs: dict[str, Lab], database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    if database not in labs:
        if database == "sqlite":
            url = f"sqlite:{tmp_path_factory.mktemp('rollback') / 'lab.db'}"
        else:
            url = request.getfixturevalue(f"{database}_server").create().url
        request_made = Request(target=TargetSettings(url=parse(url)), tell_history=False)
        labs[database] = Lab(Session(request_made, open_target(request_made.target), ignore, Cancel()))
    return labs[database]


@pytest.mark.parametrize(("database", "name"), list(_pairs()))
def test_what_a_change_did_is_undone_exactly(
    database: str, name: str, labs: dict[str, Lab], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lab = _lab(labs, database, request, tmp_path_factory)

    @settings(
        max_examples=EXAMPLES or _FEW,
        derandomize=not EXAMPLES,
        phases=(Phase.generate,),  # what fails is short enough to be read, and every try costs two looks at a server
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        drawn = Drawn(data, database, lab.schema)
        lab.there_and_back(MAKERS[name](drawn), drawn.quoting)

    check()


def test_every_change_type_that_can_be_undone_is_tried() -> None:
    """Those that none of the three databases knows have nothing to be tried on."""
    possible = {name for name in _undoable() if any(DIALECTS.get(database).support.knows(name) for database in _DATABASES)}
    assert set(MAKERS) == possible - _FOR_ORACLE
