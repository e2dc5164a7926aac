"""Formatted SQL that would be read otherwise than it was meant is not written."""

import pytest

from bascule.core.errors import InputError
from bascule.engine import dialects
from bascule.engine.changelog.append import appended
from bascule.engine.changelog.formats.sql import read_sql
from bascule.engine.changelog.serialise import serialise
from bascule.engine.written.build import NOWHERE, element
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element

POSTGRESQL = dialects.get("postgresql")
BODY = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n{}\nSELECT 1;\n$$"


def changeset(*changes: Element) -> ChangeSet:
    return ChangeSet(id="9-1", author="ann (generated)", file="g", source_file="g", position=NOWHERE, changes=changes)


def procedure(line: str) -> ChangeSet:
    return changeset(element("createProcedure", procedureName="f", procedureText=BODY.format(line)))


@pytest.mark.parametrize(
    "line",
    [
        "-- rollback DROP FUNCTION f();",
        "--rollback empty",
        "/* liquibase rollback\n DROP FUNCTION f(); */",
        "-- changeset bob:2",
        "-- comment: why",
        "-- comments: why",
        "--liquibase formatted sql",
        "-- liquibase formatted sql logicalFilePath:x",
        "-- preconditions onFail:HALT",
        "-- precondition-sql-check expectedResult:0 SELECT 0",
        "-- precondition-nothing",
        "-- property name:a value:b",
        "  --  validCheckSum: 9:0",
        "-- ignoreLines:1",
        "- changeset bob:2",
    ],
)
def test_a_line_that_would_be_a_directive_is_refused(line: str) -> None:
    made = procedure(line)
    for write in (
        lambda: serialise([made], "sql", POSTGRESQL),
        lambda: appended("-- liquibase formatted sql\n", [made], "c.sql", POSTGRESQL),
    ):
        with pytest.raises(InputError) as caught:
            write()
        (problem,) = caught.value.problems
        assert (problem.code, problem.what) == ("LOG-092", "createProcedure f cannot be written as formatted SQL")
    for kind in ("xml", "yaml", "json"):
        assert serialise([made], kind, POSTGRESQL)


@pytest.mark.parametrize("line", ["-- rolled back", "-- changes of a set", "SELECT '-- rollback';", "/* a */", "--", "-- why: so"])
def test_any_other_line_is_read_as_it_was_written(line: str) -> None:
    root = read_sql(serialise([procedure(line)], "sql", POSTGRESQL), "c.sql")
    (read,) = root.children
    assert read.value_of("sql") == f"{BODY.format(line)};"


def test_a_statement_that_would_be_taken_apart_is_refused() -> None:
    body = BODY.format("BEGIN").replace("$$", "$a$")
    both = changeset(
        element("sql", sql=body, splitStatements=False), element("sql", sql="CREATE RULE r AS DO (a; b)", splitStatements=False)
    )
    with pytest.raises(InputError) as caught:
        serialise([both], "sql", POSTGRESQL)
    (problem,) = caught.value.problems
    assert problem.code == "LOG-092"
    assert "taken apart" in (problem.why or "")


def test_a_change_without_sql_is_refused() -> None:
    with pytest.raises(InputError, match="LOG-092"):
        serialise([changeset(element("output", message="so far"))], "sql", POSTGRESQL)
