"""A COMMIT whose answer was lost: the history says what became of it, and only then do we speak."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bascule.cli.main import main
from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.dialects.postgresql.connect import PostgresqlConnection
from bascule.engine.sql.statement import Statement
from tools.servers import Database

CHANGELOG = "--liquibase formatted sql\n--changeset a:1\ncreate table t (id int);\n"
LOST = Problem(code="RUN-003", what="the connection broke")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.sql").write_text(CHANGELOG)


def update(database: Database) -> int:
    return main(["update", "--changelog-file=changelog.sql", "--url", database.url])


def recorded(database: Database) -> int:
    with psycopg.connect(database.url) as connection:
        return int(connection.execute("SELECT count(*) FROM databasechangelog").fetchone()[0])  # type: ignore[index]  # count gives a row


@pytest.mark.postgresql
def test_it_went_through(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    finish = PostgresqlConnection.finish

    def commit_and_break(self: Any, closing: Sequence[Statement]) -> None:
        finish(self, closing)
        self.close()
        raise StatementFailedError(LOST, "connection_lost")

    monkeypatch.setattr(PostgresqlConnection, "finish", commit_and_break)
    assert update(postgresql) == 0
    assert recorded(postgresql) == 1
    with psycopg.connect(postgresql.url) as connection:
        assert connection.execute("SELECT locked FROM databasechangeloglock").fetchall() == [(False,)]


@pytest.mark.postgresql
def test_it_did_not(postgresql: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def break_first(self: Any, _: Sequence[Statement]) -> None:
        self.close()
        raise StatementFailedError(LOST, "connection_lost")

    with monkeypatch.context() as patched:
        patched.setattr(PostgresqlConnection, "finish", break_first)
        assert update(postgresql) == 1
    assert "RUN-003" in capsys.readouterr().err
    assert recorded(postgresql) == 0
    assert update(postgresql) == 0
    assert recorded(postgresql) == 1


@pytest.mark.postgresql
def test_nobody_can_tell(postgresql: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def break_for_good(self: Any, _: Sequence[Statement]) -> None:
        self.close()

        def refuse(*_: Any) -> None:
            raise TargetError(Problem(code="RUN-001", what="nothing listens there any more"))

        monkeypatch.setattr("bascule.engine.dialects.postgresql.connect.connect", refuse)
        raise StatementFailedError(LOST, "connection_lost")

    monkeypatch.setattr(PostgresqlConnection, "finish", break_for_good)
    assert update(postgresql) == 1
    assert "RUN-005" in capsys.readouterr().err
