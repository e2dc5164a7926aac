"""`prove-rollback` by the command line, on real servers: a verdict per changeset, and a target that is only read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.cli.main import main
from tests.integration.engine.places import DATABASES, Place, place

BASE = """--liquibase formatted sql
--changeset ann:base
create table person (id int, name varchar(40));
"""
PENDING = """--changeset ann:exact
create table more (id int);
--rollback drop table more;
--changeset ann:asks
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:5 select count(*) from person
create table never (id int);
--rollback drop table never;
--changeset ann:forward-only
insert into person values (1, 'ann');
--changeset ann:loses
insert into person values (2, 'bob');
--rollback delete from person;
--changeset ann:leaves
create table left_behind (id int);
--rollback empty
--changeset ann:after
create table last (id int);
--rollback drop table last;
"""


@pytest.fixture(params=DATABASES)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with place(request.param, request, tmp_path) as opened:
        assert bascule(opened, "update", BASE) == 0
        opened.run("INSERT INTO person VALUES (7, 'of the target')")
        yield opened


def bascule(there: Place, verb: str, text: str, *options: str) -> int:
    Path("c.sql").write_text(text)
    return main([verb, "--url", there.url, "--changelog-file", "c.sql", "-q", *options])


def test_each_changeset_has_its_verdict_and_the_target_is_as_it_was(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert bascule(there, "prove-rollback", BASE + PENDING, "--output", "json", *there.dev) == 1
    printed = capsys.readouterr()
    verdicts = {proof["fqn"].split("::")[1]: proof["verdict"] for proof in json.loads(printed.out)["proofs"]}
    assert verdicts == {
        "exact": "proven",
        "asks": "not tried",
        "forward-only": "no rollback",
        "loses": "not exact",
        "leaves": "not exact",
        "after": "not tried",
    }
    assert "RUN-091  after update and rollback Table left_behind is still there" in printed.err
    assert there.run("SELECT id FROM person") == [(7,)]
    history = "databasechangelog" if there.kind == "postgresql" else "DATABASECHANGELOG"
    assert there.run(f"SELECT id FROM {history}") == [("base",)]


def test_all_proven_is_status_0(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    exact, *_ = PENDING.split("--changeset ann:asks")
    assert bascule(there, "prove-rollback", BASE + exact, *there.dev) == 0
    assert "proven:      c.sql::exact::ann" in capsys.readouterr().out


def test_with_nothing_pending_there_is_nothing_to_prove(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert bascule(there, "prove-rollback", BASE) == 0
    assert "there is nothing to prove" in capsys.readouterr().out
