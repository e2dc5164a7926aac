"""A whole schema of MariaDB and of SQLite goes into a changelog and comes out of it; mutations of each kind are told and carried out."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pymysql
import pytest

from bascule.cli.main import main
from bascule.core.secret import Secret
from bascule.engine import dialects
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.commands.look import look
from bascule.engine.diff.canonical import fingerprint
from bascule.engine.diff.changes import changes
from bascule.engine.diff.compare import compare
from bascule.engine.schema import Schema
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.urls import parse
from bascule.engine.written.element import Element
from tools.servers import Server

SCHEMAS = Path(__file__).parents[2] / "cases/schemas"
DIALECTS = [pytest.param("sqlite", id="sqlite"), pytest.param("mariadb", id="mariadb", marks=pytest.mark.mariadb)]


@dataclass(frozen=True)
class Place:
    """A fresh database, filled with the store."""

    url: str
    settings: TargetSettings
    run: Callable[..., list[tuple[Any, ...]]]


Make = Callable[..., Place]


@pytest.fixture(scope="module")
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Dialect, whether it is filled → a fresh database."""
    made: list[tuple[Server, Any]] = []
    folder = tmp_path_factory.mktemp("files")

    def place(dialect: str, *, filled: bool = True) -> Place:
        if dialect == "sqlite":
            return _sqlite(folder / f"{len(list(folder.iterdir()))}.db", filled=filled)
        server: Server = request.getfixturevalue("mariadb_server")
        database = server.create()
        made.append((server, database))
        return _mariadb(database, filled=filled)

    yield place
    for server, database in made:
        server.drop(database)


class Stores:
    """Databases with the store. One for all tests of a dialect, each of which gives it back as it was; else the next gets a new one."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._standing: dict[str, tuple[Place, Schema]] = {}

    def take(self, dialect: str) -> tuple[Place, Schema]:
        if dialect in self._standing:
            return self._standing.pop(dialect)
        place = self._make(dialect)
        return place, looked(place)

    def give_back(self, dialect: str, place: Place, schema: Schema) -> None:
        self._standing[dialect] = (place, schema)


@pytest.fixture(scope="module")
def stores(make: Make) -> Stores:
    return Stores(make)


def _sqlite(path: Path, *, filled: bool) -> Place:
    def run(*statements: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(path)
        rows = [connection.execute(statement).fetchall() for statement in statements]
        connection.commit()
        connection.close()
        return rows[-1]

    connection = sqlite3.connect(path)
    if filled:
        connection.executescript((SCHEMAS / "store.sqlite.sql").read_text())
    connection.close()
    return Place(f"jdbc:sqlite:{path}", TargetSettings(url=parse(f"sqlite:{path}")), run)


def _mariadb(database: Any, *, filled: bool) -> Place:
    def run(*statements: str) -> list[tuple[Any, ...]]:
        connection = pymysql.connect(
            host=database.host, port=database.port, user=database.user, password=database.password, database=database.name, autocommit=True
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    if filled:
        text = (SCHEMAS / "store.mariadb.sql").read_text().partition("\n\n")[2]
        run(*(statement for statement in re.split(r";\n\n", text + "\n") if statement.strip()))
    settings = TargetSettings(url=parse(database.url), username=database.user, password=Secret(database.password))
    return Place(database.url, settings, run)


def looked(place: Place) -> Schema:
    with open_target(place.settings) as target:
        return look(target).schema


def carry_out(elements: Iterable[Element], place: Place) -> list[str]:
    """Returns the statements."""
    done = []
    with open_target(place.settings) as target:
        for change in elements:
            for operation in bind_change(change).operations():
                shape = target.shape() if target.dialect.name == "sqlite" else Schema()
                at = msgspec.structs.replace(target.at, quoting="QUOTE_ALL_OBJECTS", shape=shape)
                for statement in target.dialect.render(operation, at):
                    done.append(statement.text)
                    target.connection.execute(statement)
    return done


def apply(file: Path, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["update", "-q", "--search-path", str(file.parent), "--changelog-file", file.name, "--url", place.url])
    assert status == 0, f"{capsys.readouterr().err}\n{file.read_text()}"


@pytest.mark.parametrize("ending", ["xml", "yaml", "json", "sql"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_whole_schema_goes_through_a_changelog(
    dialect: str, ending: str, make: Make, stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (first, wanted), second = stores.take(dialect), make(dialect, filled=False)
    file = tmp_path / f"gen.{dialect}.{ending}" if ending == "sql" else tmp_path / f"gen.{ending}"
    assert main(["generate-changelog", "-q", "--url", first.url, "--changelog-file", str(file)]) == 0
    apply(file, second, capsys)
    made = looked(second)
    assert made == wanted
    assert fingerprint(made) == fingerprint(wanted)
    assert compare(wanted, made) == []
    stores.give_back(dialect, first, wanted)


MUTATIONS: dict[str, dict[str, list[str]]] = {
    "sqlite": {
        "columns": [
            "ALTER TABLE plain ADD COLUMN more INTEGER",
            "ALTER TABLE track DROP COLUMN heavy",
            "ALTER TABLE artist RENAME COLUMN name TO title",
        ],
        "tables": [
            "DROP TABLE playlist_track",
            "CREATE TABLE playlist_track (playlist_id INTEGER, track_id, PRIMARY KEY (playlist_id))",
            "CREATE TABLE fresh (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> '')) STRICT",
            "DROP TABLE employee",
        ],
        "indexes": [
            "DROP INDEX ix_some",
            "CREATE UNIQUE INDEX ix_some ON track (upper(name)) WHERE ms > 2",
            "CREATE INDEX ix_more ON log (text)",
        ],
        "views": ["DROP VIEW counted", "CREATE VIEW counted AS SELECT 1 AS n", "CREATE VIEW more AS SELECT * FROM counted"],
        "triggers": ["DROP TRIGGER told", "CREATE TRIGGER told AFTER INSERT ON track BEGIN DELETE FROM log; END"],
        "a table with its triggers": ["DROP TRIGGER through", "DROP TABLE visit"],
    },
    "mariadb": {
        "columns": [
            "ALTER TABLE artist ADD COLUMN more int DEFAULT 3 COMMENT 'a', ADD COLUMN twice int AS (more * 2) VIRTUAL",
            "ALTER TABLE artist MODIFY name varchar(150) CHARACTER SET latin1 COLLATE latin1_bin NULL DEFAULT 'x' COMMENT 'c'",
            "ALTER TABLE track DROP COLUMN seconds, DROP COLUMN hidden, MODIFY tags mediumtext",
            "ALTER TABLE employee MODIFY level enum('a','b''c','d') DEFAULT 'd' CHECK (level <> 'x')",
            "ALTER TABLE customer MODIFY changed datetime(3) NULL ON UPDATE current_timestamp(3), COMMENT 'buyers'",
        ],
        "how columns are generated": [
            "ALTER TABLE track DROP COLUMN heavy, DROP COLUMN seconds",
            "ALTER TABLE track ADD COLUMN heavy tinyint(1) AS (bytes > 5) VIRTUAL",
            "ALTER TABLE track ADD COLUMN seconds decimal(12,3) NOT NULL DEFAULT 1",
        ],
        "indexes": [
            "ALTER TABLE album DROP INDEX ix_title, ADD INDEX ix_title (title(10)), ADD FULLTEXT ft_title (title)",
            "ALTER TABLE album DROP FOREIGN KEY fk_album_artist",
            "ALTER TABLE artist DROP INDEX uq_artist, ADD UNIQUE uq_artist (name, id)",
        ],
        "constraints": [
            "ALTER TABLE track DROP CONSTRAINT ck_price, ADD CONSTRAINT ck_price CHECK (price > 1)",
            "ALTER TABLE invoice_line DROP PRIMARY KEY, ADD PRIMARY KEY (invoice_id, no)",
        ],
        "a key and what refers to it": [
            "ALTER TABLE track DROP FOREIGN KEY fk_track_genre",
            "ALTER TABLE genre MODIFY id int unsigned NOT NULL AUTO_INCREMENT COMMENT 'more'",
            "ALTER TABLE track MODIFY genre_id int unsigned, ADD CONSTRAINT fk_track_genre FOREIGN KEY (genre_id) REFERENCES genre (id)",
        ],
        "options": [
            "ALTER TABLE media_type ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=0",
            "ALTER TABLE playlist ENGINE=InnoDB TRANSACTIONAL=DEFAULT",
            "ALTER TABLE old_words CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
            "ALTER TABLE artist CONVERT TO CHARACTER SET latin1 COLLATE latin1_german1_ci",
        ],
        "partitions and periods": [
            "ALTER TABLE visit PARTITION BY HASH (id) PARTITIONS 3",
            "ALTER TABLE old_words PARTITION BY KEY (id) PARTITIONS 2",
            "ALTER TABLE price_history DROP SYSTEM VERSIONING",
            "ALTER TABLE artist ADD SYSTEM VERSIONING",
            "ALTER TABLE booking DROP INDEX uq_stay",
            "ALTER TABLE booking DROP PERIOD FOR stay",
        ],
        "a table that keeps its history": [
            "SET system_versioning_alter_history = KEEP",
            "ALTER TABLE price_history ADD COLUMN more int DEFAULT 1, MODIFY price decimal(12,2), DROP COLUMN note, COMMENT 'kept'",
        ],
        "no partitions": ["ALTER TABLE visit REMOVE PARTITIONING"],
        "sequences": ["ALTER SEQUENCE ticket INCREMENT BY 5 NOCYCLE", "CREATE SEQUENCE fresh"],
        "views": ["CREATE OR REPLACE VIEW b_tracks AS SELECT id, name FROM track", "CREATE OR REPLACE VIEW few AS SELECT 1 AS n"],
        "a trigger behind others": [
            "DROP TRIGGER b_track",
            "CREATE TRIGGER d_track BEFORE INSERT ON track FOR EACH ROW FOLLOWS a_track SET NEW.ms = 4",
        ],
        "a trigger before others": [
            "DROP TRIGGER a_track",
            "CREATE TRIGGER a_track BEFORE INSERT ON track FOR EACH ROW PRECEDES b_track SET NEW.ms = 4",
        ],
        "routines": [
            "CREATE OR REPLACE PROCEDURE tidy(IN a int) DELETE FROM visit",
            "DROP FUNCTION total_of",
            "ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY STARTS '2031-01-01 00:00:00' ENABLE",
            "SET sql_mode = ORACLE",
            "DROP PACKAGE tools",
        ],
        "tables": ["DROP TABLE invoice_line", "DROP TABLE ticketed", "CREATE TABLE fresh (id int AUTO_INCREMENT, UNIQUE KEY (id))"],
    },
}


@pytest.mark.parametrize(
    ("dialect", "mutation"),
    [
        pytest.param(dialect, mutation, id=f"{dialect}-{kind}", marks=[pytest.mark.mariadb] * (dialect == "mariadb"))
        for dialect, mutations in MUTATIONS.items()
        for kind, mutation in mutations.items()
    ],
)
def test_a_mutation_is_undone_and_done_again(dialect: str, mutation: list[str], stores: Stores) -> None:
    place, before = stores.take(dialect)
    place.run(*mutation)
    mutated = looked(place)
    assert compare(mutated, before) != []
    now = mutated
    for wanted in (before, mutated, before):
        statements = carry_out(changes(wanted, now, dialects.get(dialect)), place)
        now = looked(place)
        assert compare(wanted, now) == [], statements
        assert fingerprint(now) == fingerprint(wanted)
    stores.give_back(dialect, place, before)


def test_a_table_of_sqlite_that_is_built_anew_keeps_rows_triggers_and_indexes(stores: Stores) -> None:
    place, before = stores.take("sqlite")
    place.run(
        "INSERT INTO artist (id, name) VALUES (7, 'x')",
        "INSERT INTO album (id, title, artist_id) VALUES (1, 'first', 7)",
        "INSERT INTO track (id, album_id, name, ms, bytes) VALUES (1, 1, 'one', 500, 2000000), (2, 1, 'two', 0, 5)",
    )
    track = before.tables["track"]
    other = Schema(tables={"t": msgspec.structs.replace(track, definition=(track.definition or "").replace("bytes > 0", "bytes > 1"))})
    wanted = msgspec.structs.replace(before, tables={**before.tables, "track": other.tables["t"]})
    statements = carry_out(changes(wanted, before, dialects.get("sqlite")), place)
    assert any("track_temporary" in text for text in statements)
    assert place.run("SELECT id, name, seconds, heavy FROM track ORDER BY id") == [(1, "one", 0.5, 1), (2, "two", 0.0, 0)]
    assert place.run("SELECT count(*) FROM album") == [(1,)]
    after = looked(place)
    assert after.triggers == before.triggers
    assert after.views == before.views
    assert after.tables["track"].indexes == track.indexes
    with pytest.raises(sqlite3.IntegrityError):
        place.run("INSERT INTO track (name, bytes) VALUES ('three', 1)")


@pytest.mark.mariadb
def test_what_a_column_of_mariadb_held_is_kept_when_it_is_no_longer_generated(stores: Stores) -> None:
    place, before = stores.take("mariadb")
    place.run(
        "INSERT INTO media_type VALUES (1, 'mp3')", "INSERT INTO track (id, media_id, name, ms, shape) VALUES (1, 1, 'a', 998, point(1, 1))"
    )
    (kept,) = place.run("SELECT seconds FROM track")
    seconds = next(column for column in before.tables["track"].columns if column.name == "seconds")
    plain = msgspec.structs.replace(seconds, attributes=None)
    columns = tuple(plain if column is seconds else column for column in before.tables["track"].columns)
    track = msgspec.structs.replace(before.tables["track"], columns=columns)
    wanted = msgspec.structs.replace(before, tables={**before.tables, "track": track})
    carry_out(changes(wanted, before, dialects.get("mariadb")), place)
    assert compare(wanted, looked(place)) == []
    assert place.run("SELECT seconds FROM track") == [kept]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_drop_all_leaves_nothing_of_a_whole_schema(dialect: str, stores: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    place, _ = stores.take(dialect)
    assert main(["drop-all", "-q", "--url", place.url]) == 0, capsys.readouterr().err
    assert looked(place) == Schema()
