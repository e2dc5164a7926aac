"""Includes, inheritance, order, and everything that can be wrong with a changelog."""

import pytest

from bascule.engine.changelog import loader

from .conftest import Loader, Refused, xml

TABLE = '<createTable tableName="t"><column name="a" type="int"/></createTable>'


def changeset(identifier: str, attributes: str = "", body: str = TABLE) -> str:
    return f'<changeSet id="{identifier}" author="a" {attributes}>{body}</changeSet>'


def test_attributes_of_a_changeset(loaded: Loader) -> None:
    body = (
        "<validCheckSum>ANY</validCheckSum><validCheckSum>8:abc</validCheckSum><comment>one\n two </comment><comment>three</comment>"
        '<preConditions onFail="MARK_RAN" onError="warn" onFailMessage="m" onSqlOutput="TEST"><tableExists tableName="x"/></preConditions>'
        f"{TABLE}"
    )
    attributes = (
        'contextFilter="x or y" labels="A, b" dbms="!oracle" runOnChange="true" runAlways="TRUE" runInTransaction="false"'
        ' failOnError="false" ignore="true" runWith="psql" objectQuotingStrategy="QUOTE_ALL_OBJECTS" onValidationFail="MARK_RAN"'
        ' logicalFilePath="\\my\\log.xml"'
        ' created="2024-01-01"'
    )
    (found,) = loaded({"c.xml": xml(changeset("1", attributes, body))}).changesets
    assert found.identity == ("1", "a", "my/log.xml")
    assert found.source_file == "c.xml"
    assert (found.contexts, found.labels, found.dbms) == (("x or y",), (("a", "b"),), "!oracle")
    assert found.run_on_change
    assert found.run_always
    assert found.ignore
    assert not found.run_in_transaction
    assert not found.fail_on_error
    assert (found.run_with, found.quoting, found.on_validation_fail) == ("psql", "QUOTE_ALL_OBJECTS", "MARK_RAN")
    assert found.valid_checksums == ("ANY", "8:abc")
    assert found.comment == "one\n two\nthree"
    assert found.preconditions is not None
    assert [child.name for child in found.preconditions.children] == ["tableExists"]
    assert (found.preconditions.on_fail, found.preconditions.on_error, found.preconditions.on_sql_output) == ("MARK_RAN", "WARN", "TEST")
    assert [change.name for change in found.changes] == ["createTable"]


def test_yaml_says_the_same(loaded: Loader) -> None:
    text = """
databaseChangeLog:
  - preConditions:
      - onFail: WARN
      - dbms: {type: postgresql}
      - runningAs: {username: x}
  - changeSet:
      id: 010
      author: a
      context: test
      labels: "A, b"
      comment: hello
      runOnChange: yes
      preConditions:
        onFail: MARK_RAN
        tableExists: {tableName: x}
      validCheckSum: [ANY, "8:abc"]
      changes:
        - sql: select 1
        - sql: {sql: select 2, dbms: postgresql}
        - empty:
        - createTable: {tableName: t, columns: [{column: {name: a, type: int}}]}
      rollback:
        - dropTable: {tableName: t}
        - sql: select 3
      modifySql:
        - append: {value: x}
"""
    changelog = loaded({"c.yaml": text})
    assert changelog.preconditions[0].on_fail == "WARN"
    assert [child.name for child in changelog.preconditions[0].children] == ["dbms", "runningAs"]
    (found,) = changelog.changesets
    assert found.id == "8"
    assert found.run_on_change
    assert found.valid_checksums == ("ANY", "8:abc")
    assert found.preconditions is not None
    assert found.preconditions.on_fail == "MARK_RAN"
    assert [change.name for change in found.changes] == ["sql", "sql", "empty", "createTable"]
    assert found.changes[0].text is not None
    assert found.changes[0].text.text == "select 1"
    assert [change.name for change in found.rollback[0].changes] == ["dropTable", "sql"]
    assert found.modify_sql[0].value == "x"


def test_json_is_read_like_yaml(loaded: Loader) -> None:
    text = '{"databaseChangeLog": [{"changeSet": {"id": 1, "author": "a", "changes": [{"sql": {"sql": "select 1"}},]}}]} # more'
    (found,) = loaded({"c.json": text}).changesets
    assert found.changes[0].value_of("sql") == "select 1"


@pytest.mark.parametrize(
    ("text", "names", "reference"),
    [
        ("rollback: drop table t", ["sql"], None),
        ("rollback:", [], None),
        ("rollback: []", [], None),
        ("rollback: {dropTable: {tableName: t}}", ["dropTable"], None),
        ("rollback: {sql: drop table t}", ["sql"], None),
        ("rollback: [drop table t, drop table u]", ["sql", "sql"], None),
        ("rollback: [{sql: {sql: x}}, {empty: {}}]", ["sql", "empty"], None),
        ("rollback: {changeSetId: 1, changeSetAuthor: a}", [], ("c.yaml", "1", "a")),
        ("rollback: [{changeSetId: 1, changeSetAuthor: a, changeSetPath: c.yaml}]", [], ("c.yaml", "1", "a")),
    ],
)
def test_rollback_in_every_written_form(loaded: Loader, text: str, names: list[str], reference: tuple[str, str, str] | None) -> None:
    (found,) = loaded({"c.yaml": f"databaseChangeLog: [changeSet: {{id: 1, author: a, changes: [empty: ], {text} }}]"}).changesets
    (block,) = found.rollback
    assert [change.name for change in block.changes] == names
    assert block.reference == reference


def test_no_rollback_block_is_not_an_empty_one(loaded: Loader) -> None:
    body = (
        changeset("1")
        + changeset("2", body=f"{TABLE}<rollback/>")
        + changeset("3", body=f"{TABLE}<rollback>x</rollback><rollback>y</rollback>")
    )
    found = loaded({"c.xml": xml(body)}).changesets
    assert [len(each.rollback) for each in found] == [0, 1, 2]


def test_run_order(loaded: Loader) -> None:
    ids = [
        ("l1", 'runOrder="last"'),
        ("1", ""),
        ("f1", 'runOrder="first"'),
        ("2", ""),
        ("l2", 'runOrder="last"'),
        ("f2", 'runOrder="first"'),
    ]
    found = loaded({"c.xml": xml("".join(changeset(*each) for each in ids))}).changesets
    assert [each.id for each in found] == ["f1", "f2", "1", "2", "l1", "l2"]


def test_includes_hand_on_contexts_labels_and_ignore(loaded: Loader) -> None:
    contents = {
        "root.xml": xml('<include file="sub/a.yaml" context="c1 or c9" labels="L1" ignore="true"/>', 'context="top" logicalFilePath="log"'),
        "sub/a.yaml": "databaseChangeLog: [include: {file: b.sql, relativeToChangelogFile: true, labels: l2}]",
        "sub/b.sql": "--liquibase formatted sql\n--changeset a:1 context:own labels:own\nselect 1;",
    }
    (found,) = loaded(contents).changesets
    assert found.contexts == ("top", "c1 or c9", "own")
    assert found.labels == (("l1",), ("l2",), ("own",))
    assert found.ignore
    assert found.file == "sub/b.sql"


def test_an_include_may_be_missing_when_it_says_so(loaded: Loader, refused: Refused) -> None:
    assert loaded({"c.xml": xml('<include file="nope.xml" errorIfMissing="false"/>')}).changesets == ()
    (problem,) = refused({"c.xml": xml('<include file="nope.xml"/>')})
    assert (problem.code, problem.where) == ("LOG-001", "c.xml:2:1")


def test_include_all_in_code_unit_order(loaded: Loader) -> None:
    names = ["a_lower.xml", "B_upper.xml", "_under.xml", "10_c.xml", "01_a.xml", "sub/00_z.xml"]
    contents: dict[str, str | bytes] = {"root.xml": xml('<includeAll path="all"/>'), "all/readme.txt": "x", "all/raw.sql": "select 1"}
    contents |= {f"all/{name}": xml(changeset(name)) for name in names}
    changelog = loaded(contents)
    expected = ["01_a.xml", "10_c.xml", "B_upper.xml", "_under.xml", "a_lower.xml", "raw", "sub/00_z.xml"]
    assert [each.id for each in changelog.changesets] == expected
    assert changelog.changesets[5].author == "includeAll"
    assert [warning.code for warning in changelog.warnings] == ["LOG-003"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ('maxDepth="1"', ["1"]),
        ('minDepth="2"', ["2", "3"]),
        ('minDepth="2" maxDepth="2"', ["2"]),
        ('endsWithFilter="C.SQL"', ["3"]),
    ],
)
def test_include_all_by_depth_and_ending(loaded: Loader, options: str, ids: list[str]) -> None:
    contents: dict[str, str | bytes] = {"root.xml": xml(f'<includeAll path="all" {options}/>')}
    contents |= {
        f"all/{path}": f"--liquibase formatted sql\n--changeset a:{n}\nselect 1"
        for n, path in [(1, "a.sql"), (2, "b/b.sql"), (3, "b/d/c.sql")]
    }
    assert [each.id for each in loaded(contents).changesets] == ids


def test_include_all_that_finds_nothing(loaded: Loader, refused: Refused) -> None:
    assert loaded({"r.xml": xml('<includeAll path="x" errorIfMissingOrEmpty="false"/>')}).changesets == ()
    assert refused({"r.xml": xml('<includeAll path="x"/>')})[0].code == "LOG-018"
    assert refused({"r.xml": xml('<includeAll path="x"/>'), "x/a.txt": ""})[0].code == "LOG-018"
    assert refused({"r.xml": xml('<includeAll path="x" resourceFilter="com.Foo"/>')})[0].code == "LOG-019"


def test_preconditions_of_included_files_are_hoisted(loaded: Loader) -> None:
    contents = {
        "root.xml": xml(changeset("r") + '<include file="sub.xml"/>'),
        "sub.xml": xml('<preConditions onFail="WARN"><tableExists tableName="x"/></preConditions>'),
    }
    (found,) = loaded(contents).preconditions
    assert found.on_fail == "WARN"
    assert found.position.file == "sub.xml"


def test_properties_are_put_in_everywhere(loaded: Loader) -> None:
    contents = {
        "root.xml": xml(
            '<property name="t" value="x"/><property file="p.properties"/>'
            '<changeSet id="${t}" author="${filep}"><comment>made ${t}</comment><sql>select ${t}</sql>'
            "<rollback>drop ${t}</rollback></changeSet>"
            '<include file="sub.xml"/>' + changeset("2", body="<sql>${loc} ${t}</sql>")
        ),
        "p.properties": "filep = from file",
        "sub.xml": xml(
            '<property name="loc" value="L" global="false"/><property name="t" value="late"/>'
            + changeset("s", body="<sql>${loc} ${t}</sql>")
        ),
    }
    first, sub, last = loaded(contents).changesets
    assert (first.id, first.author, first.comment) == ("x", "from file", "made x")
    undo = first.rollback[0].changes[0].text
    assert undo is not None
    assert undo.text == "drop x"
    assert [each.changes[0].text.text for each in (first, sub, last) if each.changes[0].text] == ["select x", "L x", "${loc} x"]


def test_in_yaml_a_property_counts_before_its_place(loaded: Loader) -> None:
    text = "databaseChangeLog:\n- changeSet: {id: '${p}', author: a, changes: [empty: ]}\n- property: {name: p, value: v}\n"
    assert loaded({"c.yaml": text}).changesets[0].id == "v"
    late = xml('<changeSet id="${p}" author="a"><empty/></changeSet><property name="p" value="v"/>')
    assert loaded({"c.xml": late}).changesets[0].id == "${p}"


def test_properties_in_files_that_changes_name_are_recorded(loaded: Loader) -> None:
    contents = {
        "c.xml": xml('<property name="T" value="x"/>' + changeset("1", body='<sqlFile path="s.sql"/><sqlFile path="nope.sql"/>')),
        "s.sql": "select ${t}, ${unknown}",
    }
    assert loaded(contents).changesets[0].file_properties == {"t": "x"}


def test_modify_sql_for_another_run_is_not_there(loaded: Loader) -> None:
    body = (
        f'{TABLE}<modifySql dbms="mysql"><append value="1"/></modifySql><modifySql context="never"><append value="2"/></modifySql>'
        '<modifySql dbms="postgresql" applyToRollback="true"><replace replace="a" with="b"/></modifySql>'
    )
    (visitor,) = loaded({"c.xml": xml(changeset("1", body=body))}, contexts="real").changesets[0].modify_sql
    assert (visitor.kind, visitor.replace, visitor.with_, visitor.apply_to_rollback) == ("replace", "a", "b", True)


def test_modify_change_sets_and_remove_change_set_property(loaded: Loader) -> None:
    removal = '<removeChangeSetProperty change="createTable" dbms="postgresql" remove="tablespace"/>'
    body = '<createTable tableName="t" tablespace="x"><column name="a" type="int"/></createTable>'
    contents = {
        "c.xml": xml(
            changeset("0", body=body) + removal + f'<modifyChangeSets runWith="psql">{changeset("1", body=body)}</modifyChangeSets>'
        ),
    }
    before, after = loaded(contents).changesets
    assert before.changes[0].attribute("tablespace") == "x"
    assert after.changes[0].attribute("tablespace") is None
    assert after.run_with == "psql"


def test_all_problems_are_gathered_with_their_places(refused: Refused) -> None:
    lines = [
        '<changeSet id="1"><empty/></changeSet>',
        '<changeSet id="2" author="a" runOrder="middle"><createTabel/></changeSet>',
        '<changeset id="3" author="a"/>',
        '<include file="nope.xml"/>',
        "<include/>",
        changeset("4"),
        changeset("4"),
        changeset("5", body='<rollback changeSetId="9" changeSetAuthor="a"/>'),
    ]
    found = [(problem.code, problem.where) for problem in refused({"c.xml": xml("\n".join(lines))})]
    assert found == [
        ("LOG-006", "c.xml:2:1"),
        ("LOG-008", "c.xml:3:1"),
        ("REG-001", "c.xml:3:48"),
        ("LOG-005", "c.xml:4:1"),
        ("LOG-001", "c.xml:5:1"),
        ("LOG-006", "c.xml:6:1"),
        ("LOG-007", "c.xml:8:1"),
        ("LOG-014", "c.xml:9:31"),
    ]


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ({"a.xml": xml('<include file="b.xml"/>'), "b.xml": xml('<include file="a.xml"/>')}, "LOG-004"),
        ({"a.xml": xml('<include file="a.xml"/>')}, "LOG-004"),
        ({"a.xml": xml('<include file="../secret.xml"/>')}, "LOG-002"),
        ({"a.xml": xml('<include file="sub/../../secret.xml" relativeToChangelogFile="true"/>')}, "LOG-002"),
        ({"a.xml": xml('<includeAll path="../"/>')}, "LOG-002"),
        ({"a.xml": xml('<include file="b.txt"/>'), "b.txt": "x"}, "LOG-003"),
        ({"a.yaml": "changes: []"}, "LOG-020"),
        ({"a.yaml": "[1]"}, "LOG-020"),
        ({"a.xml": "<other/>"}, "LOG-020"),
        ({"a.xml": xml(changeset("1", 'context="(a"'))}, "LOG-022"),
        ({"a.xml": xml('<property value="x"/>')}, "LOG-015"),
        ({"a.xml": xml('<property file="nope.properties"/>')}, "LOG-001"),
        ({"a.xml": xml('<removeChangeSetProperty change="x"/>')}, "LOG-006"),
        ({"a.xml": xml("<includeAll/>")}, "LOG-006"),
        ({"a.xml": xml(changeset("1", 'objectQuotingStrategy="SOME"'))}, "LOG-008"),
        ({"a.xml": xml('<preConditions onFail="EXPLODE"/>')}, "LOG-008"),
        ({"a.xml": xml(changeset("1", body="<empty/><modifySql><apend value='x'/></modifySql>"))}, "LOG-005"),
        ({"a.xml": xml('<property name="a" value="${a}"/>' + changeset("${a}"))}, "LOG-017"),
        ({"a.yaml": "databaseChangeLog: [changeSet: {id: 1, author: a, changes: [{nope: {}}]}]"}, "REG-001"),
        ({"a.yaml": "databaseChangeLog: [changeSet: {id: 1, author: a, createTabel: {tableName: x}}]"}, "REG-001"),
        ({"a.yaml": "databaseChangeLog: [changeSet: {author: a}]"}, "LOG-006"),
        ({"a.yaml": "databaseChangeLog: [{changeSet: {id: 1, id: 2}}]"}, "DOC-004"),
    ],
)
def test_what_is_wrong_is_one_clear_problem(refused: Refused, contents: dict[str, str | bytes], code: str) -> None:
    (problem,) = refused(contents)
    assert problem.code == code
    assert problem.where


def test_unknown_scalars_are_warnings(loaded: Loader) -> None:
    text = "databaseChangeLog: [changeSet: {id: 1, author: a, runOnChagne: true, changes: [empty: ]}, {zzz: 1}]"
    changelog = loaded({"c.yaml": text})
    assert [warning.code for warning in changelog.warnings] == ["LOG-005", "LOG-005"]
    assert changelog.warnings[0].fix == "did you mean 'runOnChange'?"
    assert changelog.warnings[1].what == "a changelog cannot hold 'zzz'"


def test_an_empty_file_is_an_empty_changelog(loaded: Loader) -> None:
    for name in ("c.yaml", "c.json", "c.sql", "c.xml"):
        assert loaded({name: "\n"}).changesets == ()


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ("changes: [{empty: }]", ["empty"]),
        ("changes: {sql: select 1}", ["sql"]),
        ("changes: {createTable: {tableName: t}, empty: }", ["empty", "createTable"]),
        ("changes:", []),
        ("sql: select 1", ["sql"]),
        ("createTable: {tableName: t}", ["createTable"]),
        ("changes: [{sql: a, empty: }]", ["sql", "empty"]),
    ],
)
def test_changes_in_every_written_form(loaded: Loader, changes: str, names: list[str]) -> None:
    changelog = loaded({"c.yaml": f"databaseChangeLog: [changeSet: {{id: 1, author: a, {changes} }}]"})
    assert sorted(change.name for change in changelog.changesets[0].changes) == sorted(names)
    assert changelog.warnings == ()


def test_a_yaml_root_has_its_attributes_in_the_list(loaded: Loader) -> None:
    text = (
        "databaseChangeLog:\n- logicalFilePath: log\n- objectQuotingStrategy: QUOTE_ALL_OBJECTS\n- context: top\n"
        "- changeSet: {id: 1, author: a, context: own, changes: [empty: ]}\n"
    )
    (found,) = loaded({"c.yaml": text}).changesets
    assert (found.file, found.quoting, found.contexts) == ("log", "QUOTE_ALL_OBJECTS", ("top", "own"))


def test_a_file_included_twice_has_its_changesets_twice(refused: Refused) -> None:
    problems = refused({"r.xml": xml('<include file="a.xml"/><include file="a.xml" ignore="true"/>'), "a.xml": xml(changeset("1"))})
    assert [problem.code for problem in problems] == ["LOG-007"]


def test_a_root_that_is_missing_is_not_found(loaded: Loader, refused: Refused) -> None:
    assert refused({"c.xml": xml('<include file="d/e.xml" relativeToChangelogFile="true"/>')})[0].what == "there is no file 'd/e.xml'"


def test_includes_nested_too_deep_are_refused(refused: Refused) -> None:
    contents: dict[str, str | bytes] = {f"{n}.xml": xml(f'<include file="{n + 1}.xml"/>') for n in range(150)}
    assert [problem.code for problem in refused(contents)] == ["LOG-004"]


def test_includes_that_multiply_are_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_FILES", 1000)
    contents: dict[str, str | bytes] = {f"{n}.xml": xml(f'<include file="{n + 1}.xml"/>' * 2) for n in range(40)} | {"40.xml": xml("")}
    assert [problem.code for problem in refused(contents)] == ["LOG-004"]
