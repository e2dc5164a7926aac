"""Types, names and literals: the words of each database, as recorded of Liquibase 4.28."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bascule.core.errors import InputError
from bascule.engine import dialects
from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.names import identifier
from bascule.engine.operations import Operation
from bascule.engine.schema import Name, Value

CASES = Path(__file__).parents[3] / "cases" / "dialects"
TYPES: dict[str, dict[str, str]] = yaml.safe_load((CASES / "types.yaml").read_text())
NAMES: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "names.yaml").read_text())
HERE = RenderContext()


@pytest.mark.parametrize("written", TYPES)
def test_a_type_has_each_databases_word(written: str) -> None:
    assert {name: dialects.get(name).types.render(written) for name in TYPES[written]} == TYPES[written]


@pytest.mark.parametrize("database", NAMES)
def test_a_name_is_quoted_by_the_strategy(database: str) -> None:
    traits, rules = dialects.get(database).traits, NAMES[database]
    assert {name: identifier(name, traits, HERE) for name in rules["legacy"]} == rules["legacy"]
    everything = RenderContext(quoting="QUOTE_ALL_OBJECTS")
    assert identifier("Plain", traits, everything) == rules["all"]
    reserved = RenderContext(quoting="QUOTE_ONLY_RESERVED_WORDS")
    assert f"{identifier('Plain', traits, reserved)} {identifier('order', traits, reserved)}" == rules["reserved"]
    assert traits.current_timestamp == rules["now"]


def test_a_quote_inside_a_name_is_doubled() -> None:
    assert identifier('a"b', dialects.get("postgresql").traits, HERE) == '"a""b"'
    assert identifier("a`b", dialects.get("mysql").traits, HERE) == "`a``b`"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "NULL"),
        (Value("string", "it's"), "'it''s'"),
        (Value("string", "null"), "NULL"),
        (Value("string", "NOW()"), "NOW()"),
        (Value("string", "now"), "'now'"),
        (Value("numeric", "12.50"), "12.50"),
        (Value("boolean", "true"), "TRUE"),
        (Value("boolean", "b'1'"), "b'1'"),
        (Value("date", "2024-02-29T10:11:12"), "'2024-02-29 10:11:12'"),
        (Value("computed", "id * 2"), "id * 2"),
        (Value("computed", "current_timestamp"), "NOW()"),
        (Value("computed", "CURRENT_TIMESTAMP(3)"), "CURRENT_TIMESTAMP(3)"),
        (Value("sequence_next", "seq1"), "nextval('public.seq1')"),
        (Value("sequence_current", "other.seq1"), "currval('other.seq1')"),
        (Value("binary", "cafe"), "'\\xcafe'"),
    ],
)
def test_a_value_is_a_literal_of_postgresql(value: Value | None, expected: str) -> None:
    assert values.literal(value, dialects.get("postgresql").traits, RenderContext(default_schema="public")) == expected


def test_a_precision_goes_to_the_function_that_takes_one() -> None:
    assert values.literal(Value("computed", "CURRENT_TIMESTAMP(6)"), dialects.get("mysql").traits, HERE) == "NOW(6)"


def test_a_sequence_is_refused_where_there_are_none() -> None:
    with pytest.raises(InputError, match="sqlite has none"):
        values.literal(Value("sequence_next", "seq1"), dialects.get("sqlite").traits, HERE)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("jdbc:postgresql://h:5432/db", "postgresql"),
        ("postgresql://h/db", "postgresql"),
        ("jdbc:sqlite:x.db", "sqlite"),
        ("jdbc:mariadb://h/db", "mariadb"),
        ("jdbc:mysql://h/db", "mysql"),
        ("offline:postgresql?version=15", "postgresql"),
    ],
)
def test_a_url_names_its_dialect(url: str, name: str) -> None:
    assert dialects.for_url(url).name == name


def test_an_unknown_database_is_reported_with_a_suggestion() -> None:
    with pytest.raises(InputError, match="no database is named 'postgres'") as caught:
        dialects.get("postgres")
    assert caught.value.problems[0].fix == "did you mean 'postgresql'?"


@pytest.mark.parametrize("database", NAMES)
def test_every_operation_has_its_words(database: str) -> None:
    ddl = dialects.get(database).ddl
    kinds = [str(kind.__struct_config__.tag) for kind in Operation.__subclasses__()]
    assert [kind for kind in kinds if not callable(getattr(ddl, kind, None))] == []


@pytest.mark.parametrize(
    ("sql", "transactional"),
    [
        ("create index concurrently ix on t (a)", False),
        ("-- slow\nCREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)", False),
        ("drop index concurrently ix", False),
        ("vacuum full t", False),
        ("create database d", False),
        ("create index ix on t (a)", True),
        ("insert into log values ('vacuum')", True),
    ],
)
def test_postgresql_knows_what_runs_outside_a_transaction(sql: str, transactional: bool) -> None:
    (statement,) = dialects.get("postgresql").render(ops.RunSql(sql), HERE)
    assert statement.transactional is transactional


def test_comments_alone_are_not_sent() -> None:
    assert [s.text for s in dialects.get("mariadb").render(ops.RunSql("select 1; -- the end"), HERE)] == ["select 1"]


def test_a_statement_keeps_its_authors_delimiter() -> None:
    (statement,) = dialects.get("sqlite").render(ops.RunSql("select 1\n@@", end_delimiter="\\n@@"), HERE)
    assert (statement.text, statement.delimiter) == ("select 1", "\n@@")


def test_effects_name_what_the_catalog_will_show() -> None:
    (statement,) = dialects.get("postgresql").render(ops.DropTable(Name("t", "s")), HERE)
    assert statement.expects is not None
    assert (statement.expects.kind, statement.expects.schema, statement.expects.name, statement.expects.exists) == (
        "table",
        "s",
        "t",
        False,
    )
