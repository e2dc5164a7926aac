"""Statements before they are sent: modifySql, and what may not stand inside a transaction."""

import pytest

from bascule.engine.modify_sql import applying, modified
from bascule.engine.sql.statement import Statement
from bascule.engine.work import ends_transaction
from bascule.engine.written.changeset import SqlVisitor


@pytest.mark.parametrize(
    ("visitor", "expected"),
    [
        (SqlVisitor(kind="prepend", value="/*x*/ "), "/*x*/ create table t (id int)"),
        (SqlVisitor(kind="append", value=" engine=innodb"), "create table t (id int) engine=innodb"),
        (SqlVisitor(kind="replace", replace="int", with_="bigint"), "create table t (id bigint)"),
        (SqlVisitor(kind="regExpReplace", replace=r"table (\w+)", with_="table x_$1"), "create table x_t (id int)"),
        (SqlVisitor(kind="appendSqlIfNotPresent", value="(id int)"), "create table t (id int)"),
        (SqlVisitor(kind="prependSqlIfNotPresent", value="-- "), "-- create table t (id int)"),
    ],
)
def test_each_kind_of_modify_sql(visitor: SqlVisitor, expected: str) -> None:
    assert modified(Statement("create table t (id int)"), [visitor]).text == expected


def test_modify_sql_is_for_its_databases_contexts_and_direction() -> None:
    plain, oracle, real, both = (
        SqlVisitor(kind="append", value="1"),
        SqlVisitor(kind="append", value="2", dbms="oracle"),
        SqlVisitor(kind="append", value="3", context="real"),
        SqlVisitor(kind="append", value="4", apply_to_rollback=True),
    )

    def chosen(contexts: str, rollback: bool) -> list[str | None]:
        found = applying((plain, oracle, real, both), dbms="sqlite", run_contexts=contexts, label_filter=None, rollback=rollback)
        return [visitor.value for visitor in found]

    assert chosen("real", False) == ["1", "3", "4"]
    assert chosen("other", False) == ["1", "4"]
    assert chosen("real", True) == ["4"]


@pytest.mark.parametrize("text", ["COMMIT", "begin;", "START TRANSACTION", "  -- why\n/* and */ rollback work", "End"])
def test_what_would_tear_a_changeset_apart(text: str) -> None:
    assert ends_transaction(Statement(text))


@pytest.mark.parametrize(
    "text", ["ROLLBACK TO SAVEPOINT a", "create table commits (id int)", "-- commit\nselect 1", "insert into t values ('COMMIT')", ""]
)
def test_what_would_not(text: str) -> None:
    assert not ends_transaction(Statement(text))
