"""A MariaDB schema is seen whole: whatever information_schema lists is a value or a remainder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest

from bascule.core.secret import Secret
from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.mariadb import inspect
from bascule.engine.dialects.mariadb.code import key_of
from bascule.engine.schema import Grant, Remainder, Schema, Table
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import parse
from tools.servers import Database

pytestmark = pytest.mark.mariadb
STORE = Path(__file__).parents[2] / "cases/schemas/store.mariadb.sql"


def target_of(database: Database, user: str | None = None) -> Target:
    url = parse(database.url)
    return open_target(TargetSettings(url=url, username=user or database.user, password=Secret("secret" if user else database.password)))


def run(database: Database, *statements: str) -> None:
    connection = pymysql.connect(
        host=database.host, port=database.port, user=database.user, password=database.password, database=database.name, autocommit=True
    )
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fill(database: Database) -> None:
    run(database, *(text for text in re.split(r";\n\n", STORE.read_text().partition("\n\n")[2] + "\n") if text.strip()))


@pytest.fixture
def other(mariadb: Database) -> Iterator[str]:
    """Another account, without rights."""
    name = f"o_{mariadb.name}"
    run(mariadb, f"CREATE USER '{name}'@'%' IDENTIFIED BY 'secret'", f"CREATE ROLE r_{mariadb.name}")
    yield name
    run(mariadb, f"DROP USER '{name}'@'%'", f"DROP ROLE r_{mariadb.name}")


class Counting:
    """A connection that counts what it is asked, but for what is told of one object alone."""

    def __init__(self, connection: LiveConnection) -> None:
        self._connection = connection
        self.asked = 0

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        self.asked += not sql.startswith("SHOW CREATE")
        return self._connection.query(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def listed(target: Target, columns: str, source: str) -> list[tuple[Any, ...]]:
    schema = {"ROUTINES": "ROUTINE_SCHEMA", "EVENTS": "EVENT_SCHEMA", "TRIGGERS": "TRIGGER_SCHEMA"}.get(source, "TABLE_SCHEMA")
    return target.connection.query(f"SELECT {columns} FROM information_schema.{source} WHERE {schema} = DATABASE()")


def has_constraint(table: Table, kind: str, name: str) -> bool:
    match kind:
        case "PRIMARY KEY":
            return table.primary_key is not None
        case "UNIQUE":
            return name in {index.name for index in table.indexes}
        case "FOREIGN KEY":
            return name in {key.name for key in table.foreign_keys}
        case "CHECK":
            own = {column.name for column in table.columns if column.check or column.type == "json"}
            return name in {check.name for check in table.checks} | own or f"PERIOD FOR `{name}`" in table.options
        case _:
            return False


def missing(target: Target, seen: Schema) -> list[str]:
    """What information_schema lists and the schema does not have."""
    relations: dict[str, dict[str, Any]] = {
        "BASE TABLE": dict(seen.tables),
        "SYSTEM VERSIONED": dict(seen.tables),
        "VIEW": dict(seen.views),
        "SEQUENCE": dict(seen.sequences),
    }
    lost = [f"{kind} {name}" for kind, name in listed(target, "TABLE_TYPE, TABLE_NAME", "TABLES") if name not in relations.get(kind, {})]
    for table, column in listed(target, "TABLE_NAME, COLUMN_NAME", "COLUMNS"):
        if table in seen.tables and column not in {own.name for own in seen.tables[table].columns}:
            lost.append(f"column {table}.{column}")
    for table, index in listed(target, "TABLE_NAME, INDEX_NAME", "STATISTICS"):
        if index != "PRIMARY" and index not in {own.name for own in seen.tables[table].indexes}:
            lost.append(f"index {table}.{index}")
    for table, kind, name in listed(target, "TABLE_NAME, CONSTRAINT_TYPE, CONSTRAINT_NAME", "TABLE_CONSTRAINTS"):
        if not has_constraint(seen.tables[table], kind, name):
            lost.append(f"{kind} {table}.{name}")
    for table, method in listed(target, "DISTINCT TABLE_NAME, PARTITION_METHOD", "PARTITIONS"):
        if method is not None and not (seen.tables[table].partition_by or "").startswith(method):
            lost.append(f"partitions {table}")
    for kind, name in listed(target, "LOWER(ROUTINE_TYPE), ROUTINE_NAME", "ROUTINES"):
        if key_of(kind, name) not in seen.routines:
            lost.append(f"{kind} {name}")
    lost += [f"event {name}" for (name,) in listed(target, "EVENT_NAME", "EVENTS") if f"event {name}" not in seen.routines]
    for table, name in listed(target, "EVENT_OBJECT_TABLE, TRIGGER_NAME", "TRIGGERS"):
        if f"{table}.{name}" not in seen.triggers:
            lost.append(f"trigger {table}.{name}")
    return lost


def test_nothing_is_missing(mariadb: Database) -> None:
    fill(mariadb)
    with target_of(mariadb) as target:
        seen = target.shape()
        assert missing(target, seen) == []
        assert seen.remainders == ()
        assert {name: table.options for name, table in seen.tables.items() if table.options} == {
            "booking": {"PERIOD FOR `stay`": "(`since`, `till`)"},
            "contract": {"SYSTEM VERSIONING": "", "PERIOD FOR SYSTEM_TIME": "(`began`, `ended`)"},
            "media_type": {"ROW_FORMAT": "COMPRESSED", "KEY_BLOCK_SIZE": "8"},
            "old_words": {"COLLATE": "latin1_swedish_ci"},
            "playlist": {"ENGINE": "Aria", "TRANSACTIONAL": "1"},
            "price_history": {"SYSTEM VERSIONING": ""},
        }
        attributes = {column.name: column.attributes for column in seen.tables["track"].columns if column.attributes}
        assert attributes == {
            "seconds": "GENERATED ALWAYS AS (`ms` / 1000) VIRTUAL",
            "heavy": "GENERATED ALWAYS AS (`bytes` > 1000000) STORED",
            "lyrics": "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "hidden": "INVISIBLE",
        }


def test_no_definition_names_the_schema_it_was_seen_in(mariadb: Database) -> None:
    fill(mariadb)
    with target_of(mariadb) as target:
        seen = target.shape()
    texts = [
        *(view.query for view in seen.views.values()),
        *(view.definition or "" for view in seen.views.values()),
        *(routine.definition for routine in seen.routines.values()),
        *(trigger.definition for trigger in seen.triggers.values()),
        *((column.default.text or "") for table in seen.tables.values() for column in table.columns if column.default),
    ]
    assert [text for text in texts if mariadb.name in text] == []


def test_only_another_definer_is_told(mariadb: Database) -> None:
    fill(mariadb)
    with target_of(mariadb) as target:
        seen = target.shape()
    definitions = {
        **{name: view.definition or "" for name, view in seen.views.items()},
        **{name: trigger.definition for name, trigger in seen.triggers.items()},
        **{name: routine.definition for name, routine in seen.routines.items()},
    }
    assert {name for name, text in definitions.items() if "DEFINER=" in text} == {"next_ticket", "invoice.watched"}
    assert "DEFINER=`auditor`@`localhost`" in definitions["next_ticket"]


def test_the_number_of_queries_does_not_grow_with_the_tables(mariadb: Database) -> None:
    def asked() -> int:
        with target_of(mariadb) as target:
            counting = Counting(target.connection)
            inspect.shape(counting, mariadb.name)
            return counting.asked

    run(mariadb, "CREATE TABLE t0 (id int PRIMARY KEY, CHECK (id > 0))")
    few = asked()
    run(mariadb, *(f"CREATE TABLE t{n} (id int PRIMARY KEY REFERENCES t0 (id), a int, KEY (a))" for n in range(1, 12)))
    assert asked() == few


def test_rights_of_others_are_seen(mariadb: Database, other: str) -> None:
    run(
        mariadb,
        "CREATE TABLE t (id int, a int)",
        "CREATE PROCEDURE p() SELECT 1",
        f"GRANT SELECT, INSERT ON t TO '{other}'@'%'",
        f"GRANT SELECT (id), UPDATE (id, a) ON t TO '{other}'@'%' WITH GRANT OPTION",
        f"GRANT EXECUTE ON PROCEDURE p TO '{other}'@'%'",
        f"GRANT CREATE VIEW ON * TO r_{mariadb.name}",
    )
    who = f"'{other}'@'%'"
    with target_of(mariadb) as target:
        found = [grant for grant in target.shape().grants if not grant.grantable or grant.columns]
    assert Grant(object_kind="PROCEDURE", object_name="procedure p", grantee=who, privilege="EXECUTE") in found
    assert Grant(object_kind="SCHEMA", object_name="", grantee=f"'r_{mariadb.name}'", privilege="CREATE VIEW") in found
    assert {(grant.privilege, grant.columns) for grant in found if grant.object_kind == "TABLE"} >= {
        ("UPDATE", ("a", "id")),
        ("SELECT", ("id",)),
    }


def test_what_a_login_may_not_see_is_told(mariadb: Database, other: str) -> None:
    run(
        mariadb,
        "CREATE TABLE t (id int)",
        "CREATE PROCEDURE p() SELECT 1",
        f"GRANT SELECT ON * TO '{other}'@'%'",
        f"GRANT EXECUTE ON PROCEDURE p TO '{other}'@'%'",
    )
    with target_of(mariadb, other) as target:
        seen = target.shape()
    assert list(seen.tables) == ["t"]
    assert seen.remainders == (
        Remainder(kind="procedure that this login may not read", name="p"),
        Remainder(kind="rights of other users", name="this login may not read them"),
    )


def test_a_default_of_bytes_is_told_as_unseen(mariadb: Database) -> None:
    run(mariadb, "CREATE TABLE t (a varbinary(5) DEFAULT x'00ff', b varbinary(5) DEFAULT 'plain')")
    with target_of(mariadb) as target:
        assert target.shape().remainders == (Remainder(kind="default of bytes", name="t.a"),)


def test_one_table_is_looked_up_in_any_case(mariadb: Database) -> None:
    run(mariadb, "CREATE TABLE t1 (id int)", "CREATE TABLE t2 (id int)")
    with target_of(mariadb) as target:
        assert list(target.shape(("T2",)).tables) == ["t2"]
        assert target.shape(("none",)).tables == {}
