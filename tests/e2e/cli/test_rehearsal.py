"""SQL for a table that an earlier changeset of the same plan makes, on SQLite, where it must be built anew."""

import sqlite3
from pathlib import Path

import pytest

from bascule.cli.main import main

CHANGELOG = """databaseChangeLog:
- changeSet: {id: 1, author: a, changes: [{createTable: {tableName: t, columns: [
    {column: {name: id, type: int, constraints: {primaryKey: true}}}, {column: {name: code, type: varchar(9)}}]}}]}
- changeSet: {id: 2, author: a, changes: [{addDefaultValue: {tableName: t, columnName: code, defaultValue: none}}]}
- changeSet: {id: 3, author: a, changes: [{addColumn: {tableName: t, columns: [
    {column: {name: mail, type: text, constraints: {unique: true}}}]}}]}
- changeSet: {id: 4, author: a, changes: [{dropColumn: {tableName: t, columnName: mail}}]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.yaml").write_text(CHANGELOG)


def schema(file: str) -> list[tuple[str]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 't' AND sql IS NOT NULL").fetchall()
    finally:
        connection.close()


def test_the_script_makes_what_update_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["update", "--changelog-file=changelog.yaml", "--url=jdbc:sqlite:updated.db"]) == 0
    capsys.readouterr()
    assert main(["update-sql", "--changelog-file=changelog.yaml", "--url=jdbc:sqlite:scripted.db"]) == 0
    script = capsys.readouterr().out
    connection = sqlite3.connect("scripted.db")
    connection.executescript(script)
    connection.close()
    assert schema("scripted.db") == schema("updated.db")


def test_the_plan_shows_the_statements(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--changelog-file=changelog.yaml", "--url=jdbc:sqlite:planned.db"]) == 0
    assert "t_temporary" in capsys.readouterr().out
    assert schema("planned.db") == []
