"""A changelog in one format is written in another, and read back it is the same."""

import pytest

from bascule.engine import dialects
from bascule.engine.changelog.checksums import checksum
from bascule.engine.changelog.serialise import serialise
from bascule.engine.written.changeset import Changelog, ChangeSet
from bascule.engine.written.files import Files

from .conftest import Loader, xml

POSTGRESQL = dialects.get("postgresql")
CHANGES = {
    "columns": '<createIndex tableName="t" indexName="ix"><column name="a"/><column name="b" descending="true"/></createIndex>',
    "one column": '<createIndex tableName="t" indexName="ix"><column name="a"/></createIndex>',
    "constraints": """
        <createTable tableName="t">
          <column name="id" type="int" autoIncrement="true"><constraints primaryKey="true" nullable="false"/></column>
          <column name="up" type="int" remarks="a &lt; b"><constraints foreignKeyName="fk" references="u(id)"/></column>
        </createTable>""",
    "added": '<addColumn tableName="t"><column name="a" type="int"/><column name="b" type="text" defaultValue="x"/></addColumn>',
    "rows": '<insert tableName="t"><column name="a" valueNumeric="5"/><column name="b">some text</column></insert>',
    "where": '<update tableName="t"><column name="a" value="1"/><where>b &gt; 5 and c = :value</where>'
    '<whereParams><param value="x"/><param valueNumeric="2"/></whereParams></update>',
    "sql": '<sql splitStatements="false"><comment>why</comment>select 1 &lt; 2;</sql>',
    "view": '<createView viewName="v">select a\n  from t</createView>',
    "program": '<executeCommand executable="ls"><arg value="-l"/><arg value="/"/></executeCommand>',
    "words": '<output target="STDOUT">so far</output>',
    "several": '<dropTable tableName="t"/><dropTable tableName="u" cascadeConstraints="true"/>',
}


def sums(changelog: Changelog) -> list[str]:
    return [checksum(changeset, dbms="postgresql", files=Files(())) for changeset in changelog.changesets]


@pytest.mark.parametrize("written", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("kind", ["yaml", "json", "xml"])
def test_a_changelog_in_another_format_is_the_same(kind: str, written: str, loaded: Loader) -> None:
    before = loaded({"c.xml": xml(f'<changeSet id="1" author="a">{written}</changeSet>')})
    made = serialise(before.changesets, kind, POSTGRESQL)
    after = loaded({f"made.{kind}": made})
    assert sums(after) == sums(before)
    assert rendered(after) == rendered(before)


def test_items_without_a_name_get_theirs(loaded: Loader) -> None:
    before = loaded(
        {
            "c.yaml": "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n"
            "    - addColumn: {tableName: t, columns: [{name: a, type: int}, {name: b, type: int}]}\n"
        }
    )
    for kind in ("yaml", "json", "xml"):
        after = loaded({f"made.{kind}": serialise(before.changesets, kind, POSTGRESQL)})
        assert sums(after) == sums(before)
        assert rendered(after) == rendered(before)


def rendered(changelog: Changelog) -> str:
    """Its statements; what runs no SQL has none."""
    return serialise([changeset for changeset in changelog.changesets if runs_sql(changeset)], "sql", POSTGRESQL)


def runs_sql(changeset: ChangeSet) -> bool:
    return changeset.changes[0].name not in ("executeCommand", "output")
