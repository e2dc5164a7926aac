"""New changesets at the end of a changelog: what its authors wrote stays to the letter."""

import json
import stat
from pathlib import Path

import pytest
import yaml

from bascule.core.errors import InputError
from bascule.engine import dialects
from bascule.engine.changelog.append import appended, write_atomically
from bascule.engine.written.build import NOWHERE, element
from bascule.engine.written.changeset import ChangeSet

POSTGRESQL = dialects.get("postgresql")
MADE = [
    ChangeSet(
        id=f"9-{number}", author="gen", file="g", source_file="g", position=NOWHERE, changes=(element("dropTable", tableName=f"t{number}"),)
    )
    for number in (1, 2)
]
YAML = """# ours
databaseChangeLog:   # the list
  # the first
  - changeSet: {id: 1, author: ann, changes: [{dropTable: {tableName: "a"}}]}   # why

  - include: {file: more.yaml}
"""
XML = """<?xml version="1.0"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <!-- ours -->
  <changeSet id="1"   author='ann'>
    <dropTable tableName="a"/>
  </changeSet>
</databaseChangeLog>
"""
JSON = """{
    "databaseChangeLog": [
        {"changeSet": {"id": "1", "author": "ann", "changes": []}}
    ]
}
"""
SQL = """--liquibase formatted sql
--changeset ann:1
DROP TABLE a;  -- why
"""


@pytest.mark.parametrize(
    ("file", "text", "stays", "item"),
    [
        ("c.yaml", YAML, YAML, "  - changeSet:\n      id: 9-1\n"),
        (
            "c.xml",
            XML,
            XML.removesuffix("</databaseChangeLog>\n"),
            '  <changeSet id="9-1" author="gen">\n    <dropTable tableName="t1"/>\n',
        ),
        ("c.json", JSON, JSON.partition("\n    ]")[0], '        {\n            "changeSet": {\n                "id": "9-1",\n'),
        ("c.postgresql.sql", SQL, SQL.rstrip(), '\n\n-- changeset gen:9-1\nDROP TABLE "t1";\n'),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_changelog_grows_at_its_end(file: str, text: str, stays: str, item: str, ends: str) -> None:
    made = appended(text.replace("\n", ends), MADE, file, POSTGRESQL)
    assert made.startswith(stays.replace("\n", ends))
    assert item.replace("\n", ends) in made
    assert made.count("9-2") == 1
    assert made.count("\n") == made.count(ends)
    again = appended(made, MADE, file, POSTGRESQL)
    assert again.count("9-2") == 2


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("c.yaml", "databaseChangeLog:\n"),
        ("c.yaml", "databaseChangeLog: []  # none yet\n"),
        ("c.yaml", "databaseChangeLog:\n- changeSet: {id: 1, author: a, changes: []}"),
        ("c.xml", '<databaseChangeLog xmlns="x"/>\n'),
        ("c.xml", "<databaseChangeLog></databaseChangeLog>"),
        ("c.json", '{"databaseChangeLog": []}'),
        ("c.sql", "-- liquibase formatted sql"),
    ],
)
def test_a_changelog_without_changesets_or_line_ends_grows(file: str, text: str) -> None:
    made = appended(text, MADE, file, POSTGRESQL)
    assert made.index("9-1") < made.index("9-2")
    if file.endswith("json"):
        assert len(json.loads(made)["databaseChangeLog"]) == 2
    if file.endswith("yaml"):
        assert yaml.safe_load(made)["databaseChangeLog"][-1]["changeSet"]["id"] == "9-2"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("c.yaml", "databaseChangeLog: [{changeSet: {id: 1, author: a, changes: []}}]\n"),
        ("c.yaml", "databaseChangeLog:\n- changeSet: {id: 1, author: a, changes: []}\nmore: 1\n"),
        ("c.yaml", "databaseChangeLog:\n- changeSet: {id: 1, author: a, changes: []}\n---\nother: 1\n"),
        ("c.yaml", "databaseChangeLog:\n- changeSet: {id: 1\n"),
        ("c.yaml", "people: [ann]\n"),
        ("c.xml", "<people></people>"),
        ("c.json", "[1, 2]"),
        ("c.json", '{"databaseChangeLog": [], "more": [1]}'),
        ("c.sql", "DROP TABLE a;"),
    ],
)
def test_a_file_without_a_place_for_them_is_refused(file: str, text: str) -> None:
    with pytest.raises(InputError) as raised:
        appended(text, MADE, file, POSTGRESQL)
    assert raised.value.problems[0].code == "LOG-091"


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("old")
    file.chmod(0o640)
    write_atomically(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]
    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "\ud800")
    assert file.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]
