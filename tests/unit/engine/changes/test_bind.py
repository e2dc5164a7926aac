"""What an author may write: which attributes are read, what is refused, what is only warned of."""

from textwrap import dedent

import pytest

from bascule.core.documents import Mapping
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.yaml_reader import read_yaml
from bascule.engine import dialects
from bascule.engine.changelog.formats.nodes import element
from bascule.engine.changelog.formats.xml import read_xml
from bascule.engine.changes.create_table import CreateTable
from bascule.engine.changes.insert import Insert
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.changes.reading.validate import problems
from bascule.engine.changes.sql import Sql
from bascule.engine.schema import Name, References, Value
from bascule.engine.written.element import Element


def written(yaml: str) -> Element:
    """The one change in a YAML text: `addColumn: {…}`."""
    node = read_yaml(dedent(yaml), "log.yaml")
    assert isinstance(node, Mapping)
    (entry,) = node.entries
    return element(entry.key.text, entry.value, entry.key.position)


def refused(yaml: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        bind_change(written(yaml))
    return caught.value.problems


def said(yaml: str, database: str) -> list[tuple[str, str]]:
    return [(p.severity, p.what) for p in problems(bind_change(written(yaml)), dialects.get(database))]


def test_xml_and_yaml_say_the_same() -> None:
    xml = read_xml(
        b"""<databaseChangeLog><changeSet id="1" author="a"><createTable tableName="t" schemaName="s">
        <column name="id" type="int"><constraints primaryKey="true" references="other.q(a, b)"/></column>
        </createTable></changeSet></databaseChangeLog>""",
        "log.xml",
    )
    column = "{name: id, type: int, constraints: {primaryKey: true, references: 'other.q(a, b)'}}"
    yaml = f"createTable: {{tableName: t, schemaName: s, columns: [{{column: {column}}}]}}"
    from_xml, from_yaml = bind_change(xml.children[0].children[0]), bind_change(written(yaml))
    assert isinstance(from_xml, CreateTable)
    assert isinstance(from_yaml, CreateTable)
    assert from_xml.table == from_yaml.table == Name("t", "s")
    assert from_xml.columns == from_yaml.columns
    assert from_xml.columns[0].references == References(table=Name("q", "other"), columns=("a", "b"))


def test_a_bare_text_is_the_sql() -> None:
    change = bind_change(written("sql: select 1"))
    assert isinstance(change, Sql)
    assert (change.sql, change.split_statements, change.strip_comments) == ("select 1", True, False)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("value: abc", Value("string", "abc")),
        ("valueNumeric: '1.50'", Value("numeric", "1.50")),
        ("valueNumeric: (1+2)", Value("computed", "1+2")),
        ("valueNumeric: 'NULL'", Value("null")),
        ("valueBoolean: true", Value("boolean", "true")),
        ("valueDate: '2024-02-29'", Value("date", "2024-02-29")),
        ("valueDate: NOW()", Value("computed", "NOW()")),
        ("valueComputed: id * 2", Value("computed", "id * 2")),
        ("valueSequenceNext: seq", Value("sequence_next", "seq")),
        ("type: int", None),
    ],
)
def test_a_value_is_read_by_its_attribute(attribute: str, value: Value | None) -> None:
    change = bind_change(written(f"insert: {{tableName: t, columns: [{{column: {{name: a, {attribute}}}}}]}}"))
    assert isinstance(change, Insert)
    assert change.columns[0].value == value


def test_everything_wrong_is_said_at_once() -> None:
    found = refused(
        """
        createTable:
          columns:
            - column: {name: id, typ: int, autoIncrement: maybe, startWith: first}
        """
    )
    assert [problem.code for problem in found] == ["REG-005", "REG-004", "REG-003", "REG-003"]
    assert found[0].what == "tableName is required"
    assert (found[1].what, found[1].where, found[1].fix) == ("a column has no 'typ'", "log.yaml:4:31", "did you mean 'type'?")


def test_no_columns_is_a_missing_attribute() -> None:
    assert [problem.what for problem in refused("createTable: {tableName: t}")] == ["columns is required"]


def test_an_empty_sql_is_refused() -> None:
    assert [problem.what for problem in refused("sql: {sql: '  '}")] == ["sql is required"]


def test_an_unknown_attribute_of_a_change_is_a_warning() -> None:
    assert said("dropTable: {tableName: t, tabelName: x}", "postgresql") == [("warning", "dropTable has no 'tabelName': it is ignored")]


def test_a_check_constraint_that_is_not_applied_is_a_warning() -> None:
    yaml = "createTable: {tableName: t, columns: [{column: {name: a, type: int, constraints: {checkConstraint: a > 0}}}]}"
    assert said(yaml, "postgresql") == [("warning", "checkConstraint is not applied")]


def test_a_derived_field_cannot_be_written() -> None:
    assert said("dropColumn: {tableName: t, columnName: a, hasDefault: true}", "sqlite") == [
        ("warning", "dropColumn has no 'hasDefault': it is ignored")
    ]


@pytest.mark.parametrize(
    ("yaml", "database", "expected"),
    [
        ("addPrimaryKey: {tableName: t, columnNames: a}", "sqlite", "addPrimaryKey is not supported on sqlite"),
        (
            "renameColumn: {tableName: t, oldColumnName: a, newColumnName: b}",
            "mariadb",
            "columnDataType is required for renameColumn on mariadb",
        ),
        ("createSequence: {sequenceName: s, dataType: int}", "mariadb", "dataType is not allowed on mariadb"),
        ("renameSequence: {oldSequenceName: s, newSequenceName: t}", "mysql", "renameSequence is not supported on mysql"),
        (
            "addColumn: {tableName: t, columns: [{column: {name: a, type: int, afterColumn: b}}]}",
            "postgresql",
            "afterColumn is not allowed on postgresql",
        ),
    ],
)
def test_a_database_says_what_it_cannot_do(yaml: str, database: str, expected: str) -> None:
    assert said(yaml, database) == [("error", expected)]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("dropColumn: {tableName: t}", "columnName is required"),
        ("createView: {viewName: v}", "selectQuery is required"),
        ("createProcedure: {procedureName: p}", "procedureText is required"),
        ("createTable: {tableName: t, columns: [{column: {name: a}}]}", "type is required for column a of createTable"),
        ("insert: {tableName: t, columns: [{column: {value: a}}]}", "name is required for column of insert"),
    ],
)
def test_what_the_types_of_fields_cannot_say_is_said_before_anything_runs(yaml: str, expected: str) -> None:
    assert said(yaml, "postgresql") == [("error", expected)]


def test_the_text_of_a_column_is_its_value() -> None:
    column = '<column name="{}"{}> {} </column>'.format
    columns = column("a", "", "some text") + column("b", ' valueNumeric="7"', "x") + column("c", ' value="y"', "z") + column("d", "", "")
    root = read_xml(f'<databaseChangeLog><insert tableName="t">{columns}</insert></databaseChangeLog>'.encode(), "log.xml")
    change = bind_change(root.children[0])
    assert isinstance(change, Insert)
    assert [own.value for own in change.columns] == [Value("string", "some text"), Value("string", "x"), Value("string", "y"), None]
