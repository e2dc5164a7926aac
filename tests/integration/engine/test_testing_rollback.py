"""`update-testing-rollback` on real servers: what a rollback does not bring back is told, and the history says what is so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.cli.main import main
from bascule.engine.commands.testing_rollback import MAX_ROWS
from tests.integration.engine.places import DATABASES, Place, place

BASE = """--liquibase formatted sql
--changeset ann:base
create table person (id int, name varchar(40));
--rollback drop table person;
--changeset ann:rows
insert into person values (1, 'ann'), (2, 'bob');
--rollback delete from person;
"""
EXACT = """--changeset ann:more
create table extra (id int);
--rollback drop table extra;
--changeset ann:grow
insert into person values (3, 'eve');
--rollback delete from person where id = 3;
"""
INEXACT = """--changeset ann:leaves
create table left_behind (id int);
--rollback empty
--changeset ann:loses
insert into person values (3, 'eve');
--rollback delete from person where id > 1;
"""
AGAIN = """--changeset ann:again runAlways:true
insert into person values (9, 'zoe');
--rollback delete from person where id = 9;
"""


@pytest.fixture(params=DATABASES)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with place(request.param, request, tmp_path) as opened:
        assert bascule(opened, "update", BASE) == 0
        yield opened


enough_on_sqlite = pytest.mark.parametrize("there", ["sqlite"], indirect=True)
"""For what no database has a say in."""


def bascule(there: Place, verb: str, text: str, *options: str) -> int:
    Path("c.sql").write_text(text)
    return main([verb, "--url", there.url, "--changelog-file", "c.sql", *options])


def history(there: Place) -> list[str]:
    return [str(row[0]) for row in there.run("SELECT id FROM " + _history(there) + " ORDER BY orderexecuted")]


def _history(there: Place) -> str:
    return "databasechangelog" if there.kind == "postgresql" else "DATABASECHANGELOG"


def test_an_exact_rollback_passes_and_the_update_stays(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert bascule(there, "update-testing-rollback", BASE + EXACT) == 0
    assert "schema and rows are as they were before the update" in capsys.readouterr().err
    assert history(there) == ["base", "rows", "more", "grow"]


def test_what_stayed_and_what_is_lost_is_told_by_object(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert bascule(there, "update-testing-rollback", BASE + INEXACT) == 1
    told = capsys.readouterr().err
    assert "RUN-091  after update and rollback Table left_behind is still there" in told
    assert "RUN-091  after update and rollback Table person is otherwise" in told
    assert "its rows are otherwise" in told
    assert history(there) == ["base", "rows"]  # the test ends rolled back, and the history says so
    assert there.run("SELECT count(*) FROM person")[0][0] == 1


@enough_on_sqlite
def test_it_can_be_told_not_to_compare(there: Place) -> None:
    lossy = "--changeset ann:loses\ninsert into person values (3, 'eve');\n--rollback delete from person where id > 1;\n"
    assert bascule(there, "update-testing-rollback", BASE + lossy, "--compare=false") == 0
    assert history(there) == ["base", "rows", "loses"]


def test_what_ran_again_only_warns(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert bascule(there, "update", BASE + AGAIN) == 0
    assert bascule(there, "update-testing-rollback", BASE + AGAIN) == 0
    assert "RUN-091" in capsys.readouterr().err
    assert history(there)[-1] == "again"


@enough_on_sqlite
def test_nothing_to_do_is_nothing_to_test(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert bascule(there, "update-testing-rollback", BASE) == 0
    assert "up to date" in capsys.readouterr().err


@enough_on_sqlite
def test_rows_of_a_large_table_are_left_out_by_name(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ", ".join(f"({number}, 'x')" for number in range(MAX_ROWS))
    there.run(f"INSERT INTO person VALUES {rows}")
    assert bascule(there, "update-testing-rollback", BASE + EXACT) == 0
    assert "the rows of person were not compared" in capsys.readouterr().err
