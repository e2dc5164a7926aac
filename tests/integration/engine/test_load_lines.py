"""loadData by LOAD DATA LOCAL on MariaDB: the same rows and the same errors as the INSERTs, and none of it where they could differ."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bascule.cli.main import main
from bascule.engine.dialects.connecting import Login, StatementFailedError
from bascule.engine.dialects.live import LiveConnection, connect
from bascule.engine.sql.statement import Block, Load, Statement
from bascule.engine.urls import parse
from tools.servers import Database

pytestmark = pytest.mark.mariadb
COLUMNS = (
    "id bigint, small smallint, amount decimal(12,3), ratio double, name varchar(40), code char(8), body longtext, born date, seen datetime"
)
NAMES = "id,small,amount,ratio,name,code,body,born,seen"
PLAIN = "{n},{small},-12.50,0.1,ü €😀 # {n},A{n},tab\there; -- x,2020-02-29,1999-12-31 23:59:59"


@pytest.fixture
def connection(mariadb: Database) -> Iterator[LiveConnection]:
    url = parse(mariadb.url)
    connection = connect(Login(url=url, username=url.username, password=url.password))
    yield connection
    connection.close()


def update(folder: Path, database: Database, lines: list[str]) -> int:
    """Loads the lines into `quick`, and into `shown` by the INSERTs that are shown."""
    (folder / "rows.csv").write_text("\n".join([NAMES, *lines]) + "\n", newline="")
    changes: list[dict[str, Any]] = []
    for table, more in (("shown", {"modifySql": [{"replace": {"replace": "never there", "with": ""}}]}), ("quick", {})):
        made = {"sql": {"sql": f"CREATE TABLE {table} ({COLUMNS})"}}
        changeset = {"id": table, "author": "a", "changes": [made, {"loadData": {"tableName": table, "file": "rows.csv"}}]}
        changes.append({"changeSet": changeset | more})
    (folder / "c.json").write_text(json.dumps({"databaseChangeLog": changes}))
    return main(["update", "--changelog-file", "c.json", "--search-path", str(folder), "--url", database.url, "--quiet"])


def block(*texts: str) -> Statement:
    """Lines of two columns, for table `t`."""
    lines = Block("".join(f"{text}\n" for text in texts), re.compile(r"([^,\n]+),([^,\n]+)\n"), (True, False), is_csv=True)
    return Statement("rows of t", load=Load(table="t", columns=("`id`", "`name`"), rows=lambda: iter([lines])))


def loads(connection: LiveConnection) -> int:
    """How many LOAD DATA the server has seen."""
    ((_, count),) = connection.query("SHOW GLOBAL STATUS LIKE 'Com_load'")
    return int(count)


def plain(count: int) -> list[str]:
    return [PLAIN.format(n=n, small=n % 100) for n in range(1, count + 1)]


@pytest.mark.parametrize("ending", ["", "\r"])
def test_lines_bring_what_the_inserts_bring(mariadb: Database, connection: LiveConnection, tmp_path: Path, ending: str) -> None:
    before = loads(connection)
    hostile = [r"1000,1,1,-0,back\slash,\N,\\.,2020-02-29,1999-12-31", "1001,NULL,,0,'quoted',null,,,", '1002,1,1,1,"a,b",x,"two\nlines",,']
    many = [line + ending for line in [*plain(4_000), *hostile, *plain(4_000)]]
    assert update(tmp_path, mariadb, many) == 0
    assert loads(connection) > before
    quick, shown = (connection.query(f"SELECT * FROM {table} ORDER BY id, small") for table in ("quick", "shown"))
    assert len(quick) == 8_003
    assert quick == shown


@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize(
    ("table", "wrong", "message"),
    [
        ("id int primary key, name varchar(8)", "1,again", "Duplicate entry"),
        ("id tinyint, name varchar(8)", "999,far", "Out of range"),
        ("id int, name varchar(8)", "3,more than eight", "too long"),
        ("id int, name date", "3,2020-02-31", "Incorrect date"),
        ("id int, name varchar(8), CHECK (id < 3)", "3,check", "CONSTRAINT"),
        ("id int, name varchar(8), FOREIGN KEY (id) REFERENCES other (id)", "3,nowhere", "foreign key"),
        ("id int, name varchar(8) CHARACTER SET latin1", "3,\u4e2d", "Incorrect string"),
    ],
)
def test_an_error_stays_one_and_leaves_no_row(connection: LiveConnection, table: str, wrong: str, message: str, within: bool) -> None:
    connection.execute(Statement("CREATE TABLE other (id int primary key)"))
    connection.execute(Statement("INSERT INTO other VALUES (1), (2)"))
    connection.execute(Statement(f"CREATE TABLE t ({table})"))
    if within:
        connection.begin()
        connection.execute(Statement("INSERT INTO other VALUES (9)"))
    before = loads(connection)
    with pytest.raises(StatementFailedError, match=message):
        connection.execute(block("1,2020-01-01" if "date" in table else "1,one", wrong))
    assert loads(connection) == before + 1
    assert connection.in_transaction == within
    assert connection.query("SELECT * FROM t") == []
    assert connection.query("SELECT COUNT(*) FROM other") == [(3 if within else 2,)]


@pytest.mark.parametrize("within", [True, False])
def test_lines_are_part_of_the_transaction_they_came_in(connection: LiveConnection, within: bool) -> None:
    connection.execute(Statement("CREATE TABLE t (id int, name varchar(8))"))
    before = loads(connection)
    if within:
        connection.begin()
    assert connection.execute(block("1,one", "2,two")) == 2
    assert connection.in_transaction == within
    connection.rollback()
    assert loads(connection) == before + 1
    assert len(connection.query("SELECT * FROM t")) == (0 if within else 2)


@pytest.mark.parametrize(
    ("table", "also"),
    [
        ("id int auto_increment primary key, name varchar(8)", ""),
        ("id int, name varchar(8), more int default 7", ""),
        ("id int, name varchar(8)", "ALTER TABLE t ENGINE=MyISAM"),
        ("id bit(8), name varchar(8)", ""),
        ("id int, name varchar(8)", "CREATE TRIGGER loud BEFORE INSERT ON t FOR EACH ROW SET NEW.name = 'x'"),
    ],
)
def test_tables_where_lines_might_differ_get_inserts(connection: LiveConnection, table: str, also: str) -> None:
    connection.execute(Statement(f"CREATE TABLE t ({table})"))
    if also:
        connection.execute(Statement(also))
    before = loads(connection)
    assert connection.execute(block("1,one", "2,two")) == 2
    assert loads(connection) == before


def test_a_server_that_allows_no_local_file_gets_inserts(connection: LiveConnection) -> None:
    connection.execute(Statement("CREATE TABLE t (id int, name varchar(8))"))
    connection.execute(Statement("SET GLOBAL local_infile = OFF"))
    try:
        assert connection.execute(block("1,one")) == 1
    finally:
        connection.execute(Statement("SET GLOBAL local_infile = ON"))
