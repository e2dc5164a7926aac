"""SQL text as operations: the table, what they say in detail, and what never trips it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bascule.engine import operations as ops
from bascule.engine.operations import describe
from bascule.engine.schema import Name, Value
from bascule.engine.sql.first_words import classify
from bascule.engine.sql.recognise import LARGEST_PARSED, recognise

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[3] / "cases/sql/recognise.yaml").read_text())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["sql"])
def test_a_statement_is_what_it_does(row: dict[str, Any]) -> None:
    described = [describe(operation) for operation in recognise(row["sql"], row.get("dialect", "postgresql"))]
    assert [[found["kind"], found["name"]] for found in described] == row["operations"]


def test_columns_are_told_with_their_constraints() -> None:
    sql = "alter table t add column a varchar(20) not null default 'x' references q(id) on delete cascade"
    (operation,) = recognise(sql, "postgresql")
    assert isinstance(operation, ops.AddColumns)
    (column,) = operation.columns
    assert (column.name, column.type, column.nullable) == ("a", "VARCHAR(20)", False)
    assert column.default == Value("string", "x")
    assert column.references is not None
    assert column.references.table == Name("q")
    assert column.delete_cascade


def test_a_foreign_key_tells_its_actions() -> None:
    (operation,) = recognise("alter table t add constraint fk foreign key (a, b) references s.q(c, d) on delete set null", "postgresql")
    assert isinstance(operation, ops.AddForeignKey)
    assert operation.key.columns == ("a", "b")
    assert operation.key.references.table == Name("q", "s")
    assert operation.key.on_delete == "SET NULL"


def test_a_delete_tells_whether_it_has_a_condition() -> None:
    everything, some = recognise("delete from t; delete from t where a = 1", "postgresql")
    assert isinstance(everything, ops.DeleteRows)
    assert isinstance(some, ops.DeleteRows)
    assert (everything.where, some.where) == (None, "a = 1")


def test_a_huge_statement_is_told_by_its_first_words() -> None:
    sql = "insert into t values " + ",".join("(1)" for _ in range(LARGEST_PARSED))
    assert recognise(sql, "postgresql") == [ops.InsertRows(Name("t"), ())]


@given(
    st.sampled_from(["drop table x", "truncate x", "delete from x", "alter table x drop column y"]),
    st.sampled_from(["'{}'", "-- {}\n1", "/* {} */ 1"]),
)
def test_words_in_strings_and_comments_do_nothing(words: str, hidden: str) -> None:
    (found,) = recognise(f"select {hidden.format(words)}", "postgresql")
    assert isinstance(found, ops.Unrecognised)


@given(st.text(max_size=80))
def test_any_text_is_something(text: str) -> None:
    for operation in recognise(text, "postgresql"):
        assert describe(operation)["kind"]


def test_an_authors_delimiter_is_honoured_and_hides_nothing() -> None:
    script = "create procedure p() begin drop table x; end\n//\ndrop table a; drop table b\n//"
    found = recognise(script, "mariadb", end_delimiter="//")
    assert [(describe(operation)["kind"], describe(operation)["name"]) for operation in found] == [
        ("create_procedure", "p"),
        ("drop_table", "a"),
        ("drop_table", "b"),
    ]


@pytest.mark.parametrize("sql", ["select 1 as begin x; drop table y", "insert into t select 1 from begin z; drop table y; end"])
def test_a_statement_cannot_hide_in_what_looks_like_a_block(sql: str) -> None:
    kinds = {describe(operation)["kind"] for operation in recognise(sql, "postgresql")}
    assert kinds & {"drop_table", "unrecognised"}


@pytest.mark.parametrize(
    ("nested", "kinds"),
    [(True, ["create_table"]), (False, ["drop_table", "unrecognised"])],
)
def test_a_comment_may_hold_another_where_the_database_says_so(nested: bool, kinds: list[str]) -> None:
    sql = "/* out /* in */ ; drop table x; */ create table a (id int)"
    assert [describe(operation)["kind"] for operation in recognise(sql, "postgresql", nested=nested)] == kinds


def test_the_first_words_are_those_behind_comments_in_comments() -> None:
    assert classify("/* a /* b */ drop table x */ delete from t", nested=True) == [ops.DeleteRows(Name("t"))]
