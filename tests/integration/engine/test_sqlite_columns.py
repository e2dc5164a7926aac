"""A table that a changelog made with foreign keys and unique columns is altered, not built anew, where ALTER TABLE can do it."""

import re
import sqlite3
from pathlib import Path

import pytest

from bascule.cli.main import main
from bascule.engine.commands.look import look
from bascule.engine.diff.canonical import fingerprint
from bascule.engine.diff.compare import compare
from bascule.engine.schema import Schema
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.urls import parse

_COLUMNS = """
    - createTable:
        tableName: up
        columns:
        - column: {name: id, type: int, autoIncrement: true, constraints: {primaryKey: true}}
    - createTable:
        tableName: down
        columns:
        - column: {name: id, type: int, autoIncrement: true, constraints: {primaryKey: true, primaryKeyName: pk_down}}
        - column: {name: code, type: varchar(20), constraints: {nullable: false, unique: true, uniqueConstraintName: uq_code}}
%s
        - column: {name: up_id, type: int, constraints: {foreignKeyName: fk_up, references: up(id)}}
%s
"""
_NICK, _TOTAL = "        - column: {name: nick, type: varchar(50)}", '        - column: {name: total, type: "decimal(10, 2)"}'
_INDEX = "    - createIndex: {tableName: down, indexName: ix_up, columns: [column: {name: up_id}]}"


def made(folder: Path, name: str, between: str = "", after: str = "") -> str:
    changes = _COLUMNS % (between, after)
    (folder / f"{name}.yaml").write_text(f"databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:{changes}")
    update(folder, f"{name}.yaml", name)
    return f"jdbc:sqlite:{folder}/{name}.db"


def update(folder: Path, file: str, name: str) -> None:
    url = f"jdbc:sqlite:{folder}/{name}.db"
    assert main(["update", "-q", "--search-path", str(folder), "--changelog-file", file, "--url", url]) == 0


def looked(folder: Path, name: str) -> Schema:
    with open_target(TargetSettings(url=parse(f"sqlite:{folder}/{name}.db"))) as target:
        return look(target).schema


@pytest.mark.parametrize(
    ("wanted", "actual", "changes"),
    [
        ((_NICK, ""), ("", ""), ["addColumn"]),
        (("", f"{_NICK}\n{_TOTAL}"), ("", ""), ["addColumn"]),
        (("", ""), (_NICK, ""), ["dropColumn"]),
        (("", _TOTAL), (_NICK, ""), ["addColumn", "dropColumn"]),
        (("", _INDEX), ("", ""), ["createIndex"]),
        (("", ""), ("", _INDEX), ["dropIndex"]),
        (("", ""), ("", ""), []),
    ],
)
def test_columns_come_and_go_by_themselves(wanted: tuple[str, str], actual: tuple[str, str], changes: list[str], tmp_path: Path) -> None:
    reference, url = made(tmp_path, "wanted", *wanted), made(tmp_path, "actual", *actual)
    assert looked(tmp_path, "actual").tables["down"].only_by_definition
    file = tmp_path / "next.yaml"
    assert main(["diff-changelog", "-q", "--reference-url", reference, "--url", url, "--changelog-file", str(file)]) == 0
    assert re.findall(r"^    - (\w+):", file.read_text(), re.MULTILINE) == changes
    if changes:
        update(tmp_path, "next.yaml", "actual")
    one, other = looked(tmp_path, "wanted"), looked(tmp_path, "actual")
    assert compare(one, other) == []
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    "column",
    ["extra INT UNIQUE", "extra INT REFERENCES up (id)", "extra INT CHECK (extra > 0)", "extra TEXT COLLATE NOCASE", "extra INT DEFAULT 5"],
)
def test_a_column_that_says_more_than_its_type_comes_with_the_table_built_anew(column: str, tmp_path: Path) -> None:
    reference, url = made(tmp_path, "wanted"), made(tmp_path, "actual")
    connection = sqlite3.connect(tmp_path / "wanted.db")
    connection.execute("DROP TABLE down")
    connection.execute(
        "CREATE TABLE down (id INTEGER CONSTRAINT pk_down PRIMARY KEY AUTOINCREMENT NOT NULL, code VARCHAR(20) NOT NULL, up_id INTEGER, "
        f"{column}, CONSTRAINT fk_up FOREIGN KEY (up_id) REFERENCES up(id), CONSTRAINT uq_code UNIQUE (code))"
    )
    connection.close()
    file = tmp_path / "next.yaml"
    assert main(["diff-changelog", "-q", "--reference-url", reference, "--url", url, "--changelog-file", str(file)]) == 0
    assert "down_temporary" in file.read_text()
    update(tmp_path, "next.yaml", "actual")
    assert compare(looked(tmp_path, "wanted"), looked(tmp_path, "actual")) == []
