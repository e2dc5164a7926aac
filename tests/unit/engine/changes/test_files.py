"""Changes whose content is a file: SQL, views, CSV, large values."""

from pathlib import Path

import pytest

from bascule.core.errors import InputError
from bascule.engine import dialects
from bascule.engine.changes.base import Change
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.dialects.base import RenderContext
from bascule.engine.schema import Column, Name, Schema, Table
from bascule.engine.written.files import Files
from tests.unit.engine.changes.test_bind import written


def rendered(change: Change, database: str = "sqlite") -> list[str]:
    dialect = dialects.get(database)
    return [statement.text for op in change.operations() for statement in dialect.render(op, RenderContext())]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql/one.sql").write_text("-- first\ncreate table ${name} (id int);\ninsert into f1 values ('a;b');\n")
    (tmp_path / "sql/latin.sql").write_bytes("insert into f1 values ('ø')".encode("latin-1"))
    (tmp_path / "a.csv").write_text(
        'id,name,flag,amount,born,seen,note\n# not me\n1,"Ann, ""A""",true,1.50,2020-01-02,2020-01-02T03:04:05,hello\n'
        "\n2,NULL,0,NULL,,2021-12-31 23:59:59,it's\n"
    )
    (tmp_path / "b.tsv").write_text("key\twho\tjunk\n10\tTed\tzz\n11\t\tzz\n")
    (tmp_path / "picture.bin").write_bytes(b"\xca\xfe")
    (tmp_path / "letter.txt").write_text("it's long")
    return tmp_path


def resolved(yaml: str, folder: Path) -> Change:
    return bind_change(written(yaml)).resolve(Files([folder]), lambda text: text.replace("${name}", "f1"))


def test_an_sql_file_is_read_and_its_properties_put_in(folder: Path) -> None:
    change = resolved("sqlFile: {path: sql/one.sql}", folder)
    assert rendered(change) == ["-- first\ncreate table f1 (id int)", "insert into f1 values ('a;b')"]


def test_an_sql_file_has_the_encoding_it_says(folder: Path) -> None:
    assert rendered(resolved("sqlFile: {path: sql/latin.sql, encoding: latin-1}", folder)) == ["insert into f1 values ('ø')"]
    with pytest.raises(InputError, match=r"'sql/latin.sql' cannot be read as utf-8"):
        resolved("sqlFile: {path: sql/latin.sql}", folder)


def test_a_view_comes_from_its_file(folder: Path) -> None:
    (folder / "v.sql").write_text("select 1 as ${name}\n")
    assert rendered(resolved("createView: {viewName: v, path: v.sql}", folder)) == ["CREATE VIEW v AS select 1 as f1"]


CSV = """
loadData:
  tableName: load1
  file: a.csv
  columns:
    - column: {name: id, type: NUMERIC}
    - column: {name: flag, type: BOOLEAN}
    - column: {name: amount, type: NUMERIC}
    - column: {name: born, type: DATE}
    - column: {name: seen, type: DATETIME}
"""


def test_rows_of_a_csv_are_inserted_as_their_types(folder: Path) -> None:
    head = "INSERT INTO load1 (id, name, flag, amount, born, seen, note) VALUES"
    assert rendered(resolved(CSV, folder)) == [
        f"{head} (1, 'Ann, \"A\"', 1, 1.50, '2020-01-02', '2020-01-02 03:04:05', 'hello')",
        f"{head} (2, NULL, 0, NULL, NULL, '2021-12-31 23:59:59', 'it''s')",
    ]


def test_many_rows_are_one_statement_where_the_database_has_that(folder: Path) -> None:
    (statement,) = rendered(resolved(CSV, folder), "postgresql")
    assert statement.count("),(") == 1


def test_columns_are_found_by_header_and_may_be_skipped_or_defaulted(folder: Path) -> None:
    yaml = """
    loadData:
      tableName: load1
      file: b.tsv
      separator: "\\t"
      columns:
        - column: {header: key, name: id, type: NUMERIC}
        - column: {header: who, name: name, type: STRING, defaultValue: nobody}
        - column: {header: junk, type: SKIP}
    """
    assert rendered(resolved(yaml, folder)) == [
        "INSERT INTO load1 (id, name) VALUES (10, 'Ted')",
        "INSERT INTO load1 (id, name) VALUES (11, 'nobody')",
    ]


def test_a_row_longer_than_the_header_is_refused(folder: Path) -> None:
    (folder / "c.csv").write_text("a,b\n1,2,3\n")
    with pytest.raises(InputError, match=r"record 2 of 'c.csv' has 3 cells, the header 2"):
        resolved("loadData: {tableName: t, file: c.csv}", folder)


def test_rows_that_are_there_are_updated(folder: Path) -> None:
    (folder / "d.csv").write_text("id,name\n1,a\n")
    columns = "columns: [{column: {name: id, type: NUMERIC}}]"
    assert rendered(resolved(f"loadUpdateData: {{tableName: t, file: d.csv, primaryKey: id, {columns}}}", folder)) == [
        "UPDATE t SET name = 'a' WHERE id = 1",
        "INSERT INTO t (id, name) SELECT 1, 'a' WHERE NOT EXISTS (SELECT 1 FROM t WHERE id = 1)",
    ]
    assert rendered(resolved(f"loadUpdateData: {{tableName: t, file: d.csv, primaryKey: id, onlyUpdate: true, {columns}}}", folder)) == [
        "UPDATE t SET name = 'a' WHERE id = 1"
    ]


def test_large_values_come_from_their_files(folder: Path) -> None:
    yaml = (
        "insert: {tableName: t, columns: [{column: {name: p, valueBlobFile: picture.bin}}, {column: {name: l, valueClobFile: letter.txt}}]}"
    )
    assert rendered(resolved(yaml, folder)) == ["INSERT INTO t (p, l) VALUES (X'cafe', 'it''s long')"]
    assert rendered(resolved(yaml, folder), "postgresql") == ["INSERT INTO t (p, l) VALUES ('\\xcafe', 'it''s long')"]


def test_an_untyped_cell_is_read_as_its_column(folder: Path) -> None:
    (folder / "e.csv").write_text("id,name,flag\n7,true,true\n8,,\n")
    change = resolved("loadData: {tableName: t, file: e.csv}", folder)
    columns = tuple(Column(name=name, type=kind) for name, kind in (("id", "INT"), ("name", "VARCHAR(9)"), ("flag", "BOOLEAN")))
    known = RenderContext(shape=Schema(tables={"t": Table(name=Name("t"), columns=columns)}), online=True)
    dialect = dialects.get("sqlite")
    assert [statement.text for op in change.operations() for statement in dialect.render(op, known)] == [
        "INSERT INTO t (id, name, flag) VALUES (7, 'true', 1)",
        "INSERT INTO t (id, name, flag) VALUES (8, '', NULL)",
    ]
    assert rendered(change) == [
        "INSERT INTO t (id, name, flag) VALUES ('7', 'true', 'true')",
        "INSERT INTO t (id, name, flag) VALUES ('8', NULL, NULL)",
    ]


def test_online_the_table_must_be_looked_at_for_its_types(folder: Path) -> None:
    (folder / "e.csv").write_text("id\n7\n")
    (op,) = resolved("loadData: {tableName: t, file: e.csv}", folder).operations()
    with pytest.raises(InputError, match="DDL-002"):
        list(dialects.get("sqlite").render(op, RenderContext(online=True)))
