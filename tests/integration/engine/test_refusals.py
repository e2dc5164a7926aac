"""Databases that are not reached, on real servers: every verb tells the same, and what to change."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bascule.cli.main import main
from bascule.core.errors import BasculeError
from bascule.core.secret import Secret
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.postgresql.connect import connect
from bascule.engine.urls import parse
from tools.servers import PASSWORD, Database, Server, ServerMissingError, free_port, start_postgresql

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def standby() -> Iterator[Server]:
    """In recovery for ever: it has nobody to follow."""
    try:
        server = start_postgresql(files={"standby.signal": b""})
    except ServerMissingError as error:
        pytest.skip(str(error))
    yield server
    server.stop()


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(list(argv)) == 1
    return capsys.readouterr().err


def code(login: Login) -> str:
    with pytest.raises(BasculeError) as caught:
        connect(login).close()
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("jdbc:postgresql://nowhere.invalid/app", "CON-020"),
        ("jdbc:postgresql://127.0.0.1:{free}/app", "CON-021"),
        ("jdbc:postgresql://127.0.0.1:{port}/nowhere", "CON-026"),
        ("jdbc:postgresql://127.0.0.1:{port}/postgres?sslmode=require", "CON-030"),
        ("jdbc:mariadb://nowhere.invalid/app", "CON-020"),
        ("jdbc:mysql://127.0.0.1:{free}/app", "CON-021"),
    ],
)
def test_every_verb_says_the_same(
    url: str, expected: str, postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("changelog.sql").write_text("--liquibase formatted sql\n--changeset a:1\nselect 1;\n")
    url = url.format(free=free_port(), port=postgresql_server.admin.port)
    who = ["--url", url, "--username", "bascule", "--password", PASSWORD]
    told = [said(capsys, "connect", *who), said(capsys, "update", "--changelog-file", "changelog.sql", *who)]
    found = [re.findall(r"^(CON-\d+  .*(?:\n  .*)+)", text, re.MULTILINE) for text in told]
    assert found[0] == found[1]
    assert found[0][0].startswith(expected)
    assert "\n  fix " in found[0][0]


def test_a_user_without_room_or_right_is_told(postgresql: Database) -> None:
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE crowded LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
        connection.execute("CREATE ROLE outside LOGIN PASSWORD 'x'")
        connection.execute("CREATE ROLE gone NOLOGIN PASSWORD 'x'")
        connection.execute(f"REVOKE CONNECT ON DATABASE {postgresql.name} FROM PUBLIC")
        connection.execute(f"GRANT CONNECT ON DATABASE {postgresql.name} TO crowded")
        try:
            for user, expected in (("crowded", "CON-028"), ("outside", "CON-027"), ("gone", "CON-046"), ("unheard", "CON-023")):
                assert code(Login(url=parse(postgresql.jdbc_url), username=user, password=Secret("x"))) == expected
        finally:
            connection.execute(f"REVOKE CONNECT ON DATABASE {postgresql.name} FROM crowded")
            connection.execute("DROP ROLE crowded")
            connection.execute("DROP ROLE outside")
            connection.execute("DROP ROLE gone")


def test_a_standby_is_told_and_the_primary_found_among_several(
    standby: Server, postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("changelog.sql").write_text("--liquibase formatted sql\n--changeset a:1\nselect 1;\n")
    who = ["--username", "bascule", "--password", PASSWORD]
    alone = f"jdbc:postgresql://127.0.0.1:{standby.admin.port}/postgres"
    for verb in (["connect"], ["update", "--changelog-file", "changelog.sql"]):
        told = said(capsys, *verb, "--url", alone, *who)
        assert "CON-029" in told
        assert "targetServerType=primary" in told
    assert main(["status", "--changelog-file", "changelog.sql", "--url", alone, *who]) == 0
    assert "CON-029" in said(capsys, "connect", "--url", f"{alone}?targetServerType=primary", *who)
    both = f"jdbc:postgresql://127.0.0.1:1,127.0.0.1:{standby.admin.port},127.0.0.1:{postgresql.port}/postgres?targetServerType=primary"
    assert main(["connect", "--url", both, *who]) == 0
