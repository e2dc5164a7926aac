"""The four formats: what their elements are, and hostile or broken input."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.engine.changelog.formats import read_changelog
from bascule.engine.changelog.formats.nodes import SUSPECT
from bascule.engine.changelog.formats.sql import is_formatted
from bascule.engine.written.element import Element

from .conftest import xml


def read(text: str | bytes, file: str) -> Element:
    return read_changelog(text.encode() if isinstance(text, str) else text, file)


def problem(text: str | bytes, file: str) -> Problem:
    with pytest.raises(InputError) as caught:
        read(text, file)
    (only,) = caught.value.problems
    return only


def test_xml_elements_know_their_places_and_forget_namespaces() -> None:
    text = (
        '<?xml version="1.0"?>\n<lb:databaseChangeLog xmlns:lb="x" xmlns:xsi="y" xsi:schemaLocation="z" lb:logicalFilePath="l">\n'
        "  <lb:changeSet id='1'\n author='a'><lb:sql> select &lt;1 <![CDATA[ & 2 ]]></lb:sql></lb:changeSet></lb:databaseChangeLog>"
    )
    root = read(text, "c.xml")
    assert (root.name, root.attribute("logicalFilePath"), list(root.attributes)) == ("databaseChangeLog", "l", ["logicalFilePath"])
    (changeset,) = root.children
    assert changeset.position == Position("c.xml", 3, 3)
    (sql,) = changeset.children
    assert sql.text is not None
    assert sql.text.text == "select <1  & 2"


def test_xml_in_another_encoding() -> None:
    root = read('<?xml version="1.0" encoding="ISO-8859-1"?><databaseChangeLog context="é"/>'.encode("latin-1"), "c.xml")
    assert root.attribute("context") == "é"


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><databaseChangeLog/>', "LOG-011", "c.xml:1:25"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><databaseChangeLog>&a;</databaseChangeLog>', "LOG-011", "c.xml:1:52"),
        ('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://x/">%a;]><databaseChangeLog/>', "LOG-011", "c.xml:1:45"),
        ('<!DOCTYPE databaseChangeLog SYSTEM "http://x/y.dtd"><databaseChangeLog/>', "LOG-011", "c.xml:1:52"),
        ("<databaseChangeLog>", "LOG-010", "c.xml:1:20"),
        ("<databaseChangeLog>\n<a b='1' b='2'/></databaseChangeLog>", "LOG-010", "c.xml:2:10"),
        ("<databaseChangeLog>&nbsp;</databaseChangeLog>", "LOG-010", "c.xml:1:20"),
        ("<databaseChangeLog>\0</databaseChangeLog>", "LOG-010", "c.xml:1:20"),
        ('<?xml version="1.0" encoding="nonsense"?><databaseChangeLog/>', "LOG-010", "c.xml"),
        ("<a>" * 200, "LOG-010", "c.xml:1:301"),
        ("not xml", "LOG-010", "c.xml:1:1"),
        (b"<databaseChangeLog>\xff</databaseChangeLog>", "LOG-010", "c.xml:1:20"),
    ],
)
def test_xml_that_is_broken_or_hostile_is_one_clear_problem(text: str | bytes, code: str, where: str) -> None:
    found = problem(text, "c.xml")
    assert found.code == code
    assert found.where == where


def test_a_billion_laughs_are_not_laughed() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    found = problem(f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><databaseChangeLog>&l19;</databaseChangeLog>', "c.xml")
    assert found.code == "LOG-011"


SQL = """

--liquibase formatted sql logicalFilePath:logical.sql
ignored before the first changeset
--property name:tn value:t dbms:postgresql
--changeset nvoxland:1
create table ${tn} (a int); -- kept
--rollback drop table ${tn};
--rollback select 1;

-- ChangeSet "an author":"id with spaces" runOnChange:true runAlways:no contextFilter:"test or dev" labels:"x,y" dbms:!oracle
--comment: first
--comment second
--validCheckSum: 8:abc
--preconditions onFail:MARK_RAN onUpdateSQL:TEST
--precondition-sql-check expectedResult:'5 x' select count(*) from t
--precondition-table-exists table:pc schema:s
--precondition-view-exists view:v
insert into t values (1);
/* liquibase rollback
 delete from t;
 delete from u; */
--changeset a:3 splitStatements:false endDelimiter:\\ngo rollbackEndDelimiter:@@
--ignoreLines:2
--changeset not:read
boom
select 3
--ignoreLines:start
boom
--ignoreLines:end
--rollback not required
--changeset a:4 rollbackSplitStatements:false
select 4
--rollback changesetId:1 changesetAuthor:nvoxland
--changeset a:5
begin
end;
/
"""


def test_formatted_sql() -> None:
    root = read(SQL, "f.sql")
    assert root.attribute("logicalFilePath") == "logical.sql"
    (prop,) = root.named("property")
    assert (prop.attribute("name"), prop.attribute("value"), prop.attribute("dbms")) == ("tn", "t", "postgresql")
    one, two, three, four, five = root.named("changeSet")
    assert (one.attribute("author"), one.attribute("id")) == ("nvoxland", "1")
    assert one.value_of("sql") == "create table ${tn} (a int); -- kept"
    sql = one.child("sql")
    assert sql is not None
    assert (sql.attribute("stripComments"), sql.attribute("splitStatements"), sql.position) == ("true", None, Position("f.sql", 7, 1))
    assert [child.value_of("sql") for child in one.named("rollback")] == ["drop table ${tn};\nselect 1;"]

    assert {name: scalar.text for name, scalar in two.attributes.items()} == {
        "author": "an author",
        "id": "id with spaces",
        "runOnChange": "true",
        "runAlways": "false",
        "contextFilter": "test or dev",
        "labels": "x,y",
        "dbms": "!oracle",
    }
    assert two.value_of("comment") == "second"
    assert two.value_of("validCheckSum") == "8:abc"
    conditions = two.child("preConditions")
    assert conditions is not None
    assert (conditions.attribute("onFail"), conditions.attribute("onSqlOutput")) == ("MARK_RAN", "TEST")
    check, table, view = conditions.children
    assert (check.name, check.attribute("expectedResult")) == ("sqlCheck", "5 x")
    assert check.text is not None
    assert check.text.text == "select count(*) from t"
    assert (table.name, table.attribute("tableName"), table.attribute("schemaName")) == ("tableExists", "pc", "s")
    assert (view.name, view.attribute("viewName")) == ("viewExists", "v")
    assert [child.value_of("sql") for child in two.named("rollback")] == ["delete from t; delete from u;"]

    sql = three.child("sql")
    assert sql is not None
    assert (three.value_of("sql"), sql.attribute("splitStatements")) == ("select 3", "false")
    assert sql.attribute("endDelimiter") == "\\ngo"
    (empty,) = three.named("rollback")
    assert empty.children == ()
    assert empty.attributes == {}

    (reference,) = four.named("rollback")
    assert (reference.attribute("changeSetId"), reference.attribute("changeSetPath")) == ("1", "f.sql")
    last = five.child("sql")
    assert last is not None
    assert last.attribute("endDelimiter") == "\n/$"


def test_a_rollback_has_its_own_splitting() -> None:
    text = "--liquibase formatted sql\n--changeset a:1 rollbackSplitStatements:false rollbackEndDelimiter:@\nx\n--rollback y; z"
    (changeset,) = read(text, "f.sql").children
    rollback = changeset.child("rollback")
    assert rollback is not None
    sql = rollback.child("sql")
    assert sql is not None
    assert (sql.attribute("splitStatements"), sql.attribute("endDelimiter")) == ("false", "@")


def test_the_rollbacks_options_are_not_the_changesets() -> None:
    """4.28 matches loosely: there `rollbackEndDelimiter` also sets `endDelimiter`, `rollbackSplitStatements` also `splitStatements`."""
    text = "--liquibase formatted sql\n--changeset a:1 endDelimiter:@@ rollbackEndDelimiter:; rollbackSplitStatements:false\nx"
    sql = read(text, "f.sql").children[0].child("sql")
    assert sql is not None
    assert (sql.attribute("endDelimiter"), sql.attribute("splitStatements")) == ("@@", None)


def test_raw_sql_is_one_changeset() -> None:
    (changeset,) = read("create table t (a int);\r\nselect 1;\n", "r.sql").children
    assert (changeset.attribute("id"), changeset.attribute("author")) == ("raw", "includeAll")
    sql = changeset.child("sql")
    assert sql is not None
    assert (sql.attribute("splitStatements"), sql.attribute("stripComments")) == ("false", "false")
    assert not is_formatted("select 1", "r.sql")
    assert is_formatted("\n -- LIQUIBASE formatted SQL", "r.sql")


HEADER = "--liquibase formatted sql\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("--changeset noauthor\nselect 1", "LOG-012", 2),
        ("-changeset a:1\nselect 1", "LOG-012", 2),
        ("--changeset a:: \nselect 1", "LOG-012", 2),
        ("--changeset a: 1\nselect 1", "LOG-012", 2),
        ("--comment x\n--changeset a:1\nselect 1", "LOG-012", 2),
        ("--changeset a:1\n--comments x\nselect 1", "LOG-012", 3),
        ("--changeset a:1\n-rollback x\nselect 1", "LOG-012", 3),
        ("--changeset a:1\n--precondition-nope x\nselect 1", "LOG-012", 3),
        ("--changeset a:1\n--precondition-sql-check\nselect 1", "LOG-012", 3),
        ("--changeset a:1\n--precondition-table-exists schema:x\nselect 1", "LOG-012", 3),
        ("--changeset a:1\nselect 1\n/* liquibase rollback\nx", "LOG-012", 4),
        ("--changeset a:1\nselect 1\n--rollback changesetId:2", "LOG-012", 4),
        ("--changeset a:1\n--changeset a:2\nselect 1", "LOG-013", 2),
        ("--changeset a:1\n\n", "LOG-013", 2),
        ("--property nothing here\n", "LOG-012", 2),
        ("--ignoreLines:many\n", "LOG-012", 2),
        ("--ignore:3\n", "LOG-012", 2),
    ],
)
def test_formatted_sql_that_cannot_be_read_is_one_clear_problem(text: str, code: str, line: int) -> None:
    found = problem(HEADER + text, "f.sql")
    assert (found.code, found.where) == (code, f"f.sql:{line}:1")
    assert found.fix


@pytest.mark.parametrize(
    ("line", "suspect"),
    [
        ("--changset a:1", True),
        ("--rolback drop table t;", True),
        ("--preconditons onFail:HALT", True),
        ("-- changes to the table", False),
        ("-- comments are welcome", False),
        ("-- a plain comment", False),
        ("--roll it back", False),
    ],
)
def test_a_comment_that_is_nearly_a_directive_is_noticed(line: str, suspect: bool) -> None:
    with suppress(InputError):
        root = read(f"{HEADER}{line}\n", "f.sql")
        assert any(child.name == SUSPECT for child in root.children) is suspect


def test_bytes_that_are_no_utf_8_are_refused_with_their_place() -> None:
    assert problem(HEADER.encode() + b"--changeset a:1\nselect '\xe9'", "f.sql").where == "f.sql:3:9"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "line",
    [
        "--property " + ":" * 200_000,
        "--property name:x value:y" + " " * 200_000 + "z",
        "--changeset" + " " * 200_000,
        "--changeset a" + " a" * 100_000,
        "--changeset a:1" + " labels:" * 30_000,
        "--precondition-sql-check" + " expectedResult:" * 20_000,
        "/*" * 100_000,
        " " * 200_000 + "-",
        "-" * 200_000,
    ],
    ids=lambda line: f"{line[:20]}…",
)
def test_long_lines_take_no_long_time(line: str) -> None:
    with suppress(InputError):
        read(f"{HEADER}--changeset a:0\nselect 1\n{line}\n", "f.sql")


SAMPLES = {
    "c.xml": xml('<property name="a" value="b"/><changeSet id="1" author="a"><sql>x</sql><rollback/></changeSet>'),
    "c.yaml": "databaseChangeLog:\n- changeSet: {id: 1, author: a, changes: [{sql: {sql: x}}], rollback: [y]}\n- include: {file: z.sql}\n",
    "c.json": '{"databaseChangeLog": [{"changeSet": {"id": "1", "author": "a", "changes": [{"sql": "x"}]}}]}',
    "c.sql": SQL,
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_mutated_files_are_read_or_refused(file: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[file].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    with suppress(InputError):
        assert read_changelog(bytes(content), file).name == "databaseChangeLog"
