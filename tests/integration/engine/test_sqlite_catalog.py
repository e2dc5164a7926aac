"""An SQLite file is seen whole: whatever sqlite_schema lists is a value or a remainder."""

import sqlite3
from pathlib import Path

import pytest

from bascule.cli.main import main
from bascule.engine.schema import Check, Remainder, Schema
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.urls import parse

STORE = Path(__file__).parents[2] / "cases/schemas/store.sqlite.sql"


def seen(file: Path) -> Schema:
    with open_target(TargetSettings(url=parse(f"sqlite:{file}"))) as target:
        return target.shape()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "store.db"
    connection = sqlite3.connect(file)
    connection.executescript(STORE.read_text())
    connection.executescript("CREATE VIRTUAL TABLE words USING fts5 (body); ANALYZE;")
    connection.close()
    return file


def test_nothing_is_missing(store: Path) -> None:
    schema = seen(store)
    told = {remainder.name for remainder in schema.remainders}
    lost = []
    for kind, name, table, sql in sqlite3.connect(store).execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"):
        match kind:
            case "table":
                found = name in schema.tables or name in told or name.startswith("sqlite_")
            case "view":
                found = name in schema.views
            case "trigger":
                found = schema.triggers[f"{table}.{name}"].definition == sql
            case "index" if sql is not None:
                found = name in {index.name for index in schema.tables[table].indexes}
            case _:  # of a constraint, or of the primary key
                found = bool(schema.tables[table].uniques or schema.tables[table].primary_key) or table in told
        if not found:
            lost.append((kind, name))
    assert lost == []
    for table, column in sqlite3.connect(store).execute(
        "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.schema = 'main'"
    ):
        assert table.startswith("sqlite_") or column in {own.name for own in schema.tables[table].columns}


def test_virtual_tables_and_those_behind_them_are_remainders(store: Path) -> None:
    assert Remainder(kind="virtual table", name="words") in seen(store).remainders
    assert Remainder(kind="shadow table", name="words_content") in seen(store).remainders


def test_what_no_pragma_tells_is_read_from_the_statement(store: Path) -> None:
    tables = seen(store).tables
    track = tables["track"]
    assert track.checks == (
        Check(expression="(bytes > 0)"),
        Check(name="ck_price", expression="(price >= 0 AND name <> '(,)')"),
    )
    assert [(unique.name, unique.columns) for unique in track.uniques] == [("uq_track", ("album_id", "name"))]
    assert {column.name: column.attributes for column in track.columns if column.attributes} == {
        "seconds": "GENERATED ALWAYS AS (ms / 1000.0) VIRTUAL",
        "heavy": "GENERATED ALWAYS AS (bytes > 1000000) STORED",
    }
    assert {key.name: (key.references.table.name, key.on_delete) for key in track.foreign_keys} == {
        "fk_track_album": ("album", "SET NULL"),
        None: ("genre", "NO ACTION"),
    }
    (key,) = tables["album"].foreign_keys
    assert (key.name, key.on_update, key.deferrable, key.initially_deferred) == ("fk_album_artist", "SET NULL", True, True)
    assert tables["invoice_line"].options == {"WITHOUT ROWID": "", "STRICT": ""}
    assert tables["employee"].options == {"STRICT": ""}
    assert [column.auto_increment for column in tables["artist"].columns] == [True, False]
    assert tables["artist"].columns[1].attributes == "COLLATE NOCASE"
    assert {name for name, table in tables.items() if not table.only_by_definition} >= {"genre", "customer", "plain", "noted", "visit"}


def test_a_view_that_names_its_columns_is_known_by_its_statement(store: Path) -> None:
    views = seen(store).views
    assert views["a_tracks"].definition == "CREATE VIEW a_tracks (number, title) AS SELECT id, title FROM b_tracks"
    assert views["counted"].definition is None
    assert views["counted"].query == "WITH q AS (SELECT count(*) AS n FROM track) SELECT n FROM q"


def test_the_number_of_queries_does_not_grow_with_the_tables(tmp_path: Path) -> None:
    def asked(tables: int) -> int:
        file = tmp_path / f"{tables}.db"
        connection = sqlite3.connect(file)
        for number in range(tables):
            connection.execute(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a INT UNIQUE REFERENCES t0 (id))")
        connection.close()
        with open_target(TargetSettings(url=parse(f"sqlite:{file}"))) as target:
            asked = []
            ask = target.connection.query
            target.connection.query = lambda *told: asked.append(told) or ask(*told)  # type: ignore[method-assign,func-returns-value]
            assert len(target.shape().tables) == tables
            return len(asked)

    assert asked(12) == asked(2)


def test_rows_that_refer_to_a_table_are_not_lost_when_it_is_built_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "referring.db"
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE TABLE up (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE down (up_id INTEGER REFERENCES up (id) ON DELETE CASCADE);"
        "INSERT INTO up VALUES (1, 'x'); INSERT INTO down VALUES (1);"
    )
    (tmp_path / "log.yaml").write_text(
        "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n"
        "    - addDefaultValue: {tableName: up, columnName: a, defaultValue: y}\n"
    )
    words = ["update", "-q", "--search-path", str(tmp_path), "--changelog-file", "log.yaml", "--url"]
    assert main([*words, f"jdbc:sqlite:{file}?foreign_keys=true"]) == 1
    assert "RUN-095" in capsys.readouterr().err
    assert connection.execute("SELECT count(*) FROM down").fetchall() == [(1,)]
    assert main([*words, f"jdbc:sqlite:{file}"]) == 0
    assert connection.execute("SELECT up_id FROM down").fetchall() == [(1,)]
