"""SQLite tables built anew: the old definition taken apart, changed in one place, and the statements around it."""

import pytest

from bascule.core.errors import InputError
from bascule.engine import dialects
from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.sqlite.rebuild import Definition, column_of, parse, without_default
from bascule.engine.schema import Column, Index, Name, PrimaryKey, Schema, Table, Unique, Value

WRITTEN = """CREATE TABLE "my t" (
  id INTEGER NOT NULL, -- the key, of course
  "b c" TEXT DEFAULT '),(' COLLATE NOCASE,
  d DECIMAL(10, 2) CHECK (d IN (1, 2)),
  CONSTRAINT pk PRIMARY KEY (id),
  UNIQUE ("b c", d)
) WITHOUT ROWID"""


def test_a_definition_is_taken_apart_at_its_own_commas() -> None:
    assert parse(WRITTEN) == Definition(
        (
            "id INTEGER NOT NULL",
            "\"b c\" TEXT DEFAULT '),(' COLLATE NOCASE",
            "d DECIMAL(10, 2) CHECK (d IN (1, 2))",
            "CONSTRAINT pk PRIMARY KEY (id)",
            'UNIQUE ("b c", d)',
        ),
        "WITHOUT ROWID",
    )


def test_a_part_is_a_column_or_a_constraint() -> None:
    assert [column_of(part) for part in parse(WRITTEN).parts] == ["id", "b c", "d", None, None]


def test_columns_go_with_the_constraints_that_name_them() -> None:
    assert parse(WRITTEN).without(("B C",)).parts == (
        "id INTEGER NOT NULL",
        "d DECIMAL(10, 2) CHECK (d IN (1, 2))",
        "CONSTRAINT pk PRIMARY KEY (id)",
    )


def test_a_foreign_key_stays_when_only_the_far_column_has_that_name() -> None:
    definition = parse("create table t (a int, b int, foreign key (a) references q (b))")
    assert definition.without(("b",)).parts == ("a int", "foreign key (a) references q (b)")


def test_new_columns_stand_before_the_constraints() -> None:
    added = parse("create table t (a int, unique (a))").adding(("b int",), ("unique (b)",))
    assert added.text("t") == "CREATE TABLE t (a int, b int, unique (a), unique (b))"


@pytest.mark.parametrize("sql", ["", "create virtual table t using fts5(a)", "create table t (a int"])
def test_what_is_no_plain_table_is_refused(sql: str) -> None:
    with pytest.raises(InputError, match="cannot be built anew"):
        parse(sql)


TABLE = Table(
    name=Name("t"),
    columns=(Column(name="a"), Column(name="b"), Column(name="c")),
    primary_key=PrimaryKey(columns=("a",)),
    uniques=(Unique(columns=("b",)),),
    indexes=(Index(name="ix_c", table=Name("t"), columns=(Column(name="c"),)),),
    definition="CREATE TABLE t (a INTEGER, b TEXT, c TEXT, CONSTRAINT PK_T PRIMARY KEY (a), UNIQUE (b))",
    dependents={"ix_c": "CREATE INDEX ix_c ON t(c)", "tr": "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END"},
)
KNOWN = RenderContext(shape=Schema(tables={"t": TABLE}), online=True)


def rendered(op: ops.Operation, at: RenderContext = KNOWN) -> list[str]:
    return [statement.text for statement in dialects.get("sqlite").render(op, at)]


def test_a_default_is_added_by_building_the_table_anew() -> None:
    assert rendered(ops.AddDefault(Name("t"), "b", Value("string", "x'y"))) == [
        "CREATE TABLE t_temporary (a INTEGER, b TEXT DEFAULT 'x''y', c TEXT, CONSTRAINT PK_T PRIMARY KEY (a), UNIQUE (b))",
        "INSERT INTO t_temporary (a, b, c) SELECT a, b, c FROM t",
        "DROP TABLE t",
        "ALTER TABLE t_temporary RENAME TO t",
        "CREATE INDEX ix_c ON t(c)",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
    ]


def test_a_counting_column_takes_the_key_along() -> None:
    first, *_, last = rendered(ops.AddAutoIncrement(Name("t"), "a", start_with=100))
    assert first == "CREATE TABLE t_temporary (a INTEGER CONSTRAINT PK_T PRIMARY KEY AUTOINCREMENT NOT NULL, b TEXT, c TEXT, UNIQUE (b))"
    assert last == "INSERT INTO sqlite_sequence (name, seq) VALUES ('t', 99)"


def test_a_unique_column_cannot_be_added_by_alter_table() -> None:
    unique = Column(name="d", type="int", unique=True, unique_name="uq_d")
    assert rendered(ops.AddColumns(Name("t"), (unique,)))[0] == (
        "CREATE TABLE t_temporary (a INTEGER, b TEXT, c TEXT, d INTEGER,"
        " CONSTRAINT PK_T PRIMARY KEY (a), UNIQUE (b), CONSTRAINT uq_d UNIQUE (d))"
    )


def test_a_column_with_an_index_is_dropped_natively_once_the_index_is_gone() -> None:
    assert rendered(ops.DropColumns(Name("t"), ("c",))) == ["DROP INDEX ix_c", "ALTER TABLE t DROP COLUMN c"]


def test_a_constrained_column_is_dropped_by_building_the_table_anew() -> None:
    first, copied, *_ = rendered(ops.DropColumns(Name("t"), ("b",)))
    assert first == "CREATE TABLE t_temporary (a INTEGER, c TEXT, CONSTRAINT PK_T PRIMARY KEY (a))"
    assert copied == "INSERT INTO t_temporary (a, c) SELECT a, c FROM t"


def test_offline_a_rebuild_is_a_problem_not_nonsense() -> None:
    with pytest.raises(InputError, match="DDL-002"):
        rendered(ops.AddDefault(Name("t"), "b", Value("string", "x")), RenderContext())
    assert rendered(ops.DropColumns(Name("t"), ("c",)), RenderContext()) == ["ALTER TABLE t DROP COLUMN c"]


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("a int DEFAULT 5", "a int"),
        ("a int DEFAULT 5 NOT NULL", "a int NOT NULL"),
        ("a int DEFAULT -1.5e-3 NOT NULL DEFAULT 'it''s'", "a int DEFAULT -1.5e-3 NOT NULL"),
        ("a text DEFAULT (1 + (2)) CHECK (a <> 'DEFAULT 3')", "a text CHECK (a <> 'DEFAULT 3')"),
        ("a blob default x'00' NOT NULL", "a blob NOT NULL"),
        ("a text DEFAULT CURRENT_TIMESTAMP", "a text"),
        ("a int", "a int"),
    ],
)
def test_the_last_default_of_a_column_goes(part: str, left: str) -> None:
    assert without_default(part) == left


def test_a_default_goes_by_building_the_table_anew() -> None:
    first, *_ = rendered(ops.DropDefault(Name("t"), "b"))
    assert first.startswith("CREATE TABLE t_temporary (a INTEGER")


def test_names_that_are_reserved_words_are_quoted_when_a_table_is_built_anew() -> None:
    made = Table(name=Name("order"), definition='CREATE TABLE "order" ("select" int, b int)')
    at = RenderContext(shape=Schema(tables={"order": made}))
    statements = [
        statement.text for statement in dialects.get("sqlite").render(ops.AddDefault(Name("order"), "b", Value("numeric", "1")), at)
    ]
    assert statements[1] == 'INSERT INTO order_temporary ("select", b) SELECT "select", b FROM "order"'
