"""Scratch databases, on real servers: made like the target, cloned, and gone afterwards, whatever happens."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.core.errors import ConflictError, InputError, TargetError
from bascule.core.secret import Secret
from bascule.engine.cancel import Cancel
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.postgresql.connect import connect
from bascule.engine.dialects.postgresql.embedded import embedded
from bascule.engine.ephemeral import DevSettings, Scratch, workshop
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import parse
from tests.integration.engine.places import DATABASES, Place, place


@pytest.fixture(params=DATABASES)
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with place(request.param, request, tmp_path) as opened:
        yield opened


def dev_of(there: Place) -> DevSettings:
    return DevSettings(url=parse(there.dev[1]) if there.dev else None)


def tell(text: str) -> None:
    pass


def run(scratch: Scratch, sql: str) -> list[tuple[object, ...]]:
    with open_target(scratch.settings) as target:
        return target.connection.query(sql) if sql.lower().startswith("select") else [(target.connection.execute(Statement(sql)),)]


def databases(there: Place) -> set[str]:
    sql = "SELECT datname FROM pg_database" if there.kind == "postgresql" else "SHOW DATABASES"
    return {name for (name,) in there.run(sql)} if there.kind != "sqlite" else set()


def target_of(there: Place, schema: str | None = None) -> Target:
    return open_target(TargetSettings(url=parse(there.url), default_schema=schema))


def test_a_scratch_database_is_empty_can_be_used_and_is_gone_in_the_end(there: Place) -> None:
    there.run("CREATE TABLE of_the_target (id int)")
    with target_of(there) as target, workshop(target, dev_of(there), tell, Cancel()) as shop:
        scratch = shop.create()
        with open_target(scratch.settings) as opened:
            assert opened.shape().tables == {}
        run(scratch, "CREATE TABLE t (id int)")
        assert there.kind == "sqlite" or scratch.name in databases(there)
    assert scratch.name not in databases(there)
    assert there.kind != "sqlite" or not Path(scratch.settings.url.database).exists()


def test_it_is_gone_after_an_error_too(there: Place) -> None:
    before = databases(there)
    with target_of(there) as target, pytest.raises(TargetError), workshop(target, dev_of(there), tell, Cancel()) as shop:
        run(shop.create(), "CREATE TABLE t (id int, id int)")
    assert databases(there) == before


def test_a_clone_is_a_copy_of_its_own(there: Place) -> None:
    with target_of(there) as target, workshop(target, dev_of(there), tell, Cancel()) as shop:
        first = shop.create()
        run(first, "CREATE TABLE t (id int)")
        run(first, "INSERT INTO t VALUES (7)")
        if not shop.clones:
            with pytest.raises(InputError, match="RUN-104"):
                shop.clone(first)
            return
        second = shop.clone(first)
        run(second, "INSERT INTO t VALUES (8)")
        assert run(second, "SELECT count(*) FROM t") == [(2,)]
        assert run(first, "SELECT count(*) FROM t") == [(1,)]


def test_a_url_of_another_kind_is_refused(there: Place) -> None:
    other = "postgresql://localhost/x" if there.kind == "sqlite" else "sqlite:x.db"
    with (
        target_of(there) as target,
        pytest.raises(InputError, match="RUN-105"),
        workshop(target, DevSettings(url=parse(other)), tell, Cancel()),
    ):
        pass


def test_an_sqlite_file_with_something_in_it_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_bytes(b"precious")
    settings = DevSettings(url=parse(f"sqlite:{tmp_path / 'mine.db'}"))
    with (
        open_target(TargetSettings(url=parse(f"sqlite:{tmp_path / 'app.db'}"))) as target,
        pytest.raises(ConflictError, match="RUN-101"),
        workshop(target, settings, tell, Cancel()),
    ):
        pass
    assert (tmp_path / "mine.db").read_bytes() == b"precious"


@pytest.mark.postgresql
def test_the_schemas_that_settings_name_are_there(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with place("postgresql", request, tmp_path) as there:
        there.run('CREATE SCHEMA "App"')
        with target_of(there, "App") as target, workshop(target, dev_of(there), tell, Cancel()) as shop:
            assert run(shop.create(), "SELECT current_schema()") == [("App",)]


@pytest.mark.parametrize("kind", DATABASES[1:])
def test_what_a_killed_run_left_behind_goes_at_the_next_one(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    now = int(time.time())
    old, young, foreign = f"bascule_scratch_{now - 7200}_{os.getpid()}", f"bascule_scratch_{now}_{os.getpid()}", f"scratch_{now - 7200}_a"
    with place(kind, request, tmp_path) as there:
        for name in (old, young, foreign):
            there.run(f"CREATE DATABASE {name}")
        try:
            with target_of(there) as target, workshop(target, dev_of(there), tell, Cancel()):
                assert not databases(there) & {old}
                assert databases(there) >= {young, foreign}
        finally:
            for name in (old, young, foreign):
                there.run(f"DROP DATABASE IF EXISTS {name}")


@pytest.mark.postgresql
def test_a_user_who_may_not_create_databases_is_told_so(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with place("postgresql", request, tmp_path) as there:
        user = f"small_{os.getpid()}"
        there.run(f"CREATE ROLE {user} LOGIN PASSWORD 'small'")
        try:
            settings = DevSettings(url=parse(there.url), username=user, password=Secret("small"))
            with (
                target_of(there) as target,
                workshop(target, settings, tell, Cancel()) as shop,
                pytest.raises(TargetError, match="RUN-103"),
            ):
                shop.create()
        finally:
            there.run(f"DROP ROLE {user}")


@pytest.mark.postgresql
def test_an_embedded_server_ends_with_its_block_and_leaves_nothing() -> None:
    with embedded() as login:
        folder = Path(login.url.host)
        session = connect(login)
        ((version,),) = session.query("SHOW server_version_num")
        ((pid,),) = session.query("SELECT pg_backend_pid()")
        session.close()
    assert int(version) >= 180000
    assert not folder.exists()
    with pytest.raises(TargetError):
        connect(Login(url=login.url, username=login.username))
    assert subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode != 0
