"""Any schema goes through its changes: made from nothing it is the same one, undone it leaves nothing, and one becomes another and back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bascule.core.secret import Secret
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.commands.look import look
from bascule.engine.diff.canonical import fingerprint
from bascule.engine.diff.changes import changes
from bascule.engine.diff.compare import compare
from bascule.engine.schema import Schema
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import parse
from tests.integration.engine.schema_strategies import Features, schemas
from tools.servers import Server

MARIADB = Features(
    quote="`",
    types=(
        ("int", ("0", "-7", "(1 + 2)")),
        ("int unsigned", ("3",)),
        ("bigint(20) unsigned zerofill", ("9",)),
        ("tinyint(1)", ("1",)),
        ("decimal(10,2)", ("0.50", "-1.00")),
        ("varchar(20)", ("''", "'it''s; -- x'", "'NULL'", "'a\\\\b'", "'né'")),
        ("varchar(20) CHARACTER SET latin1 COLLATE latin1_bin", ("'a'",)),
        ("text COLLATE utf8mb4_bin", ("'t'",)),
        ("json", ()),
        ("datetime(3)", ("current_timestamp(3)", "'2020-01-01 00:00:00.000'")),
        (
            "timestamp NULL",
            ("current_timestamp()", "current_timestamp() ON UPDATE current_timestamp()"),
        ),
        ("enum('a','b c','d''e')", ("'a'",)),
        ("double", ("1.5",)),
        ("bit(3)", ("b'101'",)),
        ("year", ()),
        ("longblob", ()),
        ("int COMMENT 'c; -- it''s'", ("4",)),
    ),
    key_types=("int", "bigint unsigned", "varchar(20)"),
    checks=("{} > 0", "{0} BETWEEN 1 AND 9 OR {0} IS NULL", "{} IN (1, 2) AND 'a;b' <> ''"),
    generated=(("bigint", "AS ({} * 2) STORED"), ("varchar(30)", "AS (concat({}, 'x')) VIRTUAL COMMENT 'it''s made'")),
    counting="NOT NULL AUTO_INCREMENT",
    indexes=(
        "CREATE INDEX {name} ON {table} ({columns})",
        "CREATE UNIQUE INDEX {name} ON {table} ({columns}) COMMENT 'x'",
        "CREATE INDEX {name} ON {table} ({first} DESC) IGNORED",
    ),
    sequences=("CREATE SEQUENCE counter", "CREATE SEQUENCE `Down` START WITH -3 MINVALUE -100 INCREMENT BY -2 CACHE 4 CYCLE"),
    views=(
        "CREATE VIEW {name} AS SELECT {columns} FROM {table}",
        "CREATE SQL SECURITY INVOKER VIEW {name} AS SELECT count(*) AS n FROM {table}",
    ),
    table_options=("", " COMMENT='it''s \\\\ odd'", " ROW_FORMAT=COMPRESSED", " COLLATE=latin1_bin"),
    routines=(
        "CREATE FUNCTION twice(a int) RETURNS int RETURN a * 2",
        "CREATE PROCEDURE nothing() BEGIN -- ;\nSELECT 1; END",
    ),
)
SQLITE = Features(
    quote='"',
    types=(
        ("INTEGER", ("0", "-7", "(1 + 2)")),
        ("TEXT", ("''", "'it''s; -- x'", "'NULL'", "CURRENT_TIMESTAMP")),
        ("TEXT COLLATE NOCASE", ("'né'",)),
        ("VARCHAR(20)", ("'a  b'",)),
        ("BLOB", ("x'00ff'",)),
        ("REAL", ("1.5", "-0.25")),
        ("odd words", ()),
        ("", ()),
    ),
    key_types=("INTEGER", "TEXT"),
    checks=("{} > 0", "{} IN (1, 2) AND 'a;b' <> ''"),
    generated=(("INTEGER", "AS ({} + 1) VIRTUAL"), ("TEXT", "GENERATED ALWAYS AS ({} || 'x') STORED")),
    indexes=(
        "CREATE INDEX {name} ON {table} ({columns})",
        "CREATE UNIQUE INDEX {name} ON {table} ({columns})",
        "CREATE INDEX {name} ON {table} ({first} DESC) WHERE {first} > 3",
        "CREATE INDEX {name} ON {table} (abs({first}))",
    ),
    views=("CREATE VIEW {name} AS SELECT {columns} FROM {table}", "CREATE VIEW {name} (n) AS SELECT count(*) FROM {table}"),
)
FEATURES = {"mariadb": MARIADB, "sqlite": SQLITE}
DIALECTS = ["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)]
FEW = settings(
    derandomize=True, max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], AbstractContextManager[Target]]:
    """Dialect → an empty database, open."""

    @contextmanager
    def opened(dialect: str) -> Iterator[Target]:
        if dialect == "sqlite":
            file = tmp_path / "drawn.db"
            file.unlink(missing_ok=True)
            with open_target(TargetSettings(url=parse(f"sqlite:{file}"))) as target:
                yield target
            return
        server: Server = request.getfixturevalue("mariadb_server")
        database = server.create()
        login = TargetSettings(url=parse(database.url), username=database.user, password=Secret(database.password))
        with open_target(login) as target:
            yield target
        server.drop(database)

    return opened


def run(target: Target, statements: Iterable[str]) -> Schema:
    for text in statements:
        target.connection.execute(Statement(text))
    return look(target).schema


def become(target: Target, wanted: Schema, actual: Schema) -> None:
    """By the changes that a changelog would hold."""
    done = []
    for change in changes(wanted, actual, target.dialect):
        for operation in bind_change(change).operations():
            shape = target.shape() if target.dialect.name == "sqlite" else Schema()
            for statement in target.dialect.render(operation, msgspec.structs.replace(target.at, quoting="QUOTE_ALL_OBJECTS", shape=shape)):
                done.append(statement.text)
                target.connection.execute(statement)
    found = look(target).schema
    assert compare(wanted, found) == [], done
    assert fingerprint(found) == fingerprint(wanted), done


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_schema_becomes_another_and_back(dialect: str, fresh: Callable[[str], AbstractContextManager[Target]]) -> None:
    features = FEATURES[dialect]

    @FEW
    @given(schemas(features), schemas(features))
    def holds(first: list[str], second: list[str]) -> None:
        with fresh(dialect) as database:
            one = run(database, first)
            become(database, Schema(), one)
            other = run(database, second)
            become(database, one, other)
            become(database, other, one)
            become(database, Schema(), other)
            become(database, one, Schema())

    holds()
