"""What the sums are taken of: the sorted text of a change, a view's query, a file's significant lines."""

from hashlib import md5
from pathlib import Path

import pytest

from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Position
from bascule.engine.changelog.change_text import text_form
from bascule.engine.changelog.checksums import checksum
from bascule.engine.changelog.dates import canonical_date
from bascule.engine.changelog.description import description
from bascule.engine.changelog.formats import read_changelog
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element
from bascule.engine.written.files import Files

from .conftest import write, xml


def change(text: str) -> Element:
    return read_changelog(xml(text).encode(), "c.xml").children[0]


def changeset(*changes: Element) -> ChangeSet:
    return ChangeSet(id="1", author="a", file="c.xml", source_file="c.xml", position=Position("c.xml"), changes=changes)


def summed(text: str, version: int = 9, dbms: str = "postgresql", root: Path = Path("/nowhere")) -> str:
    return checksum(changeset(change(text)), version=version, dbms=dbms, files=Files([root]))


def test_lines_are_sorted_with_their_indentation_and_nested_objects_come_first() -> None:
    written = change(
        '<createTable tableName="t" remarks="r" ifNotExists="true"><column name="id" type="int" autoIncrement="TRUE" startWith="+05">'
        '<constraints primaryKey="true" nullable="false"/></column><column name="a" type="int"/></createTable>'
    )
    assert text_form(written) == (
        "createTable:[\n"
        "    columns=[\n"
        "        [\n"
        "            [\n"
        '                nullable="false"\n'
        '                primaryKey="true"\n'
        "            ]\n"
        '            autoIncrement="true"\n'
        '            name="id"\n'
        '            startWith="5"\n'
        '            type="int"\n'
        "        ],\n"
        "        [\n"
        '            name="a"\n'
        '            type="int"\n'
        "        ]\n"
        "    ]\n"
        '    remarks="r"\n'
        '    tableName="t"\n'
        "]"
    )


@pytest.mark.parametrize(
    ("column", "lines"),
    [
        ('valueNumeric="3.140"', ['valueNumeric="3.140"']),
        ('valueNumeric="(1+2)"', ['valueNumeric="1+2"']),
        ('valueNumeric="NULL"', []),
        ('valueNumeric="nextval(1)"', ['valueComputed="nextval(1)"']),
        ('valueNumeric="(f())"', ['valueComputed="(f())"']),
        ('defaultValueNumeric="(f())"', ['defaultValueComputed="f()"']),
        ('defaultValueNumeric="GENERATED_BY_DEFAULT"', ['autoIncrement="true"']),
        ('valueDate="2020-01-02 03:04:05"', ['valueDate="2020-01-02T03:04:05"']),
        ('valueDate="NOW()"', ['valueComputed="NOW()"']),
        ('defaultValueDate="CURRENT_TIMESTAMP"', ['defaultValueComputed="CURRENT_TIMESTAMP"']),
        ('valueBoolean="1"', ['valueBoolean="true"']),
        ('valueBoolean="off"', ['valueBoolean="false"']),
        ('value=""', ['value=""']),
        ('unknown="x"', []),
    ],
)
def test_values_are_written_as_the_peer_holds_them(column: str, lines: list[str]) -> None:
    form = text_form(change(f'<insert tableName="t"><column {column}/></insert>'))
    found = [line.strip() for line in form.splitlines() if '="' in line and "tableName" not in line]
    assert found == lines


def test_a_columns_own_text_is_its_value() -> None:
    assert 'value="x"' in text_form(change('<insert tableName="t"><column name="a">x</column></insert>'))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2020-01-02", "2020-01-02"),
        ("1:02:03", "01:02:03"),
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
        ("2020-01-02 03:04:05.500", "2020-01-02T03:04:05.5"),
        ("2020-01-02 03:04:05.000", "2020-01-02T03:04:05"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05"),
        ("2020-13-02", None),
        ("25:00:00", None),
        ("now", None),
        ("", None),
    ],
)
def test_dates(text: str, printed: str | None) -> None:
    assert canonical_date(text) == printed


def test_materialised_defaults_and_empty_forms() -> None:
    assert text_form(change("<stop/>")) == 'stop:[\n    message="Stop command in changelog file"\n]'
    assert text_form(change("<output>hi</output>")) == 'output:[\n    message="hi"\n    target="STDERR"\n]'
    assert text_form(change("<empty/>")) == "empty:[]"
    assert text_form(change('<dropColumn tableName="t" columnName="a"/>')) == 'dropColumn:[\n    columnName="a"\n    tableName="t"\n]'
    assert text_form(change('<createTable tableName="t"/>')) == 'createTable:[\n    columns=[]\n    tableName="t"\n]'


def test_sql_ignores_whitespace_and_options_and_nothing_else() -> None:
    base = summed("<sql>select 1;</sql>")
    assert base == summed('<sql splitStatements="false" stripComments="true" endDelimiter="/"> select\n\t1; </sql>')
    assert base != summed("<sql>SELECT 1;</sql>")
    assert base != summed("<sql>select 1</sql>")
    assert base != summed("<sql>select 1; -- c</sql>")


def test_version_8_of_sql_counts_the_options() -> None:
    stream = md5(b"null:true:false:select 1; select 2", usedforsecurity=False).hexdigest()
    expected = md5(f"8:{stream}:".encode(), usedforsecurity=False).hexdigest()
    assert summed("<sql> select 1;\n  select 2 </sql>", version=8) == f"8:{expected}"
    assert summed("<sql>x</sql>", version=8) != summed('<sql splitStatements="false">x</sql>', version=8)


def test_changes_for_other_databases_count_only_until_version_8() -> None:
    both = changeset(change("<sql>a</sql>"), change('<sql dbms="oracle">b</sql>'))
    files = Files([Path("/nowhere")])
    assert checksum(both, dbms="postgresql", files=files) == summed("<sql>a</sql>")
    assert checksum(both, dbms="oracle", files=files) != summed("<sql>a</sql>")
    assert checksum(both, version=8, dbms="postgresql", files=files) != summed("<sql>a</sql>", version=8)
    assert checksum(changeset(), dbms="oracle", files=files) == "9:d41d8cd98f00b204e9800998ecf8427e"


def test_of_a_data_file_only_the_table_and_the_significant_lines_count(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": "#c\n\na,b\r\n1,2\r\n\r\n", "b.csv": "a,b\n1,2", "c.csv": "a,b\n1, 2", "d.csv": "!x\na,b\n1,2"})
    sums = [summed(f'<loadData tableName="t" file="{name}.csv"/>', root=tmp_path) for name in "abc"]
    assert sums[0] == sums[1] != sums[2]
    assert summed('<loadData tableName="t" file="d.csv" commentLineStartsWith="!!"/>', root=tmp_path) == sums[1]
    assert summed('<loadData tableName="u" file="b.csv" quotchar="x"/>', root=tmp_path) != sums[1]


def test_sql_files_are_not_expanded_but_views_are(tmp_path: Path) -> None:
    write(tmp_path, {"f.sql": "\ufeffselect ${x}"})
    files = Files([tmp_path])
    sql_file, view = change('<sqlFile path="f.sql"/>'), change('<createView viewName="v" path="f.sql"/>')
    one, other = ({"x": value} for value in "12")

    def with_properties(element: Element, properties: dict[str, str]) -> str:
        found = ChangeSet(
            id="1", author="a", file="c", source_file="c", position=Position("c"), changes=(element,), file_properties=properties
        )
        return checksum(found, dbms="postgresql", files=files)

    assert with_properties(sql_file, one) == with_properties(sql_file, other) == summed("<sql>select ${x}</sql>")
    assert with_properties(view, one) != with_properties(view, other)
    assert with_properties(view, one) == summed('<createView viewName="v">select 1</createView>')


def test_a_file_that_is_not_there_is_told_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        summed('<sqlFile path="nope.sql"/>', root=tmp_path)
    assert caught.value.problems[0].where == "c.xml:2:1"
    with pytest.raises(InputError):
        summed("<sqlFile/>", root=tmp_path)


def test_line_ends_composition_and_the_replacement_character_do_not_count() -> None:
    remarks = '<setTableRemarks tableName="t" remarks="{}"/>'
    assert summed(remarks.format("a&#13;&#10;b")) == summed(remarks.format("a&#10;b"))
    assert summed(remarks.format("e\u0301")) == summed(remarks.format("\u00e9"))
    assert summed(remarks.format("a\ufffdb")) == summed(remarks.format("ab"))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<empty/>", "empty"),
        ("<sql>x</sql><sqlFile path='a.sql'/>", "sql; sqlFile path=a.sql"),
        (
            '<addForeignKeyConstraint baseTableName="a" baseTableSchemaName="s" baseColumnNames="x" constraintName="fk"'
            ' referencedTableName="b" referencedColumnNames="y"/>',
            "addForeignKeyConstraint baseTableName=a, constraintName=fk, referencedTableName=b",
        ),
        ("<empty/>" * 60, "empty; " * 35 + "em..."),
    ],
)
def test_descriptions(body: str, text: str) -> None:
    changes = read_changelog(xml(body).encode(), "c.xml").children
    assert description(changeset(*changes)) == text


def test_a_changeset_without_changes_is_described_as_empty() -> None:
    assert description(changeset()) == "empty"
