"""Seeing a database, on real servers: what is generated from a schema makes the same one, and a difference, applied, is none any more."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bascule.cli.main import main
from tools.servers import Server

RICH = {
    "postgresql": """
        CREATE SEQUENCE invoice_no START WITH 7 INCREMENT BY 2 MAXVALUE 9999 CYCLE;
        CREATE TABLE dept (id integer CONSTRAINT pk_dept PRIMARY KEY, "Name" varchar(30) DEFAULT 'it''s' NOT NULL, UNIQUE ("Name"));
        CREATE TABLE "ORDER" (a integer, b integer, CONSTRAINT k PRIMARY KEY (b, a));
        CREATE TABLE emp (
            id bigint GENERATED ALWAYS AS IDENTITY (START WITH 5), no serial, dept_id integer REFERENCES dept (id) ON DELETE CASCADE,
            boss bigint, salary numeric(8, 2) DEFAULT 0.00 CHECK (salary >= 0), at timestamp(3) with time zone DEFAULT now(), price money,
            plain time, seen timestamp(3)[], tags text[], bits bit varying(5), flag boolean DEFAULT true NOT NULL, doc jsonb, real_one real,
            "char" "char", span interval,
            CONSTRAINT pk_emp PRIMARY KEY (id), CONSTRAINT uq_pair UNIQUE (dept_id, no) DEFERRABLE INITIALLY DEFERRED
        );
        ALTER TABLE emp ADD CONSTRAINT fk_boss FOREIGN KEY (boss) REFERENCES emp (id) ON UPDATE RESTRICT DEFERRABLE;
        CREATE INDEX ix_plain ON emp (salary DESC, at);
        CREATE UNIQUE INDEX ix_some ON emp (lower(doc ->> 'a')) WHERE flag;
        CREATE INDEX ix_tags ON emp USING gin (tags);
        CREATE VIEW b_view AS SELECT id, salary FROM emp;
        CREATE VIEW a_view AS SELECT id FROM b_view WHERE salary > 1;
        CREATE MATERIALIZED VIEW m_view AS SELECT count(*) AS n FROM emp;
        COMMENT ON TABLE emp IS 'people';
        COMMENT ON COLUMN emp.salary IS 'per month';
    """,
    "mariadb": """
        CREATE SEQUENCE invoice_no START WITH 7 INCREMENT BY 2 MAXVALUE 9999 CYCLE;
        CREATE TABLE dept (id int PRIMARY KEY, name varchar(30) NOT NULL DEFAULT 'it''s', UNIQUE uq_name (name)) COMMENT 'units';
        CREATE TABLE emp (
            id bigint unsigned AUTO_INCREMENT, dept_id int, salary decimal(8, 2) DEFAULT 0.00 COMMENT 'per month', kind enum('a', 'b'),
            at datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3), made timestamp NULL, body longtext,
            bin varbinary(9), flag tinyint(1) NOT NULL DEFAULT 1, ratio double, day date, label varchar(300) NOT NULL,
            PRIMARY KEY (id), UNIQUE uq_pair (dept_id, flag), KEY ix_salary (salary DESC), KEY ix_label (label(10)),
            FULLTEXT ix_body (body), CONSTRAINT fk_dept FOREIGN KEY (dept_id) REFERENCES dept (id) ON DELETE CASCADE,
            CONSTRAINT ck_salary CHECK (salary >= 0)
        );
        CREATE TABLE pair (a int, b int, PRIMARY KEY (b, a));
        CREATE VIEW b_view AS SELECT id, salary FROM emp;
        CREATE VIEW a_view AS SELECT id FROM b_view WHERE salary > 1;
    """,
    "sqlite": """
        CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30) DEFAULT 'it''s' NOT NULL, CONSTRAINT pk_dept PRIMARY KEY (id));
        CREATE TABLE counted (id INTEGER CONSTRAINT PK_COUNTED PRIMARY KEY AUTOINCREMENT NOT NULL, at TEXT DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE emp (
            id integer PRIMARY KEY, dept_id int REFERENCES dept (id) ON DELETE CASCADE,
            salary decimal(8, 2) DEFAULT (1 + 1) CHECK (salary >= 0),
            low TEXT COLLATE NOCASE DEFAULT 'a  b', twice int AS (salary * 2), UNIQUE (dept_id, salary)
        );
        CREATE TABLE pair (a, b, PRIMARY KEY (b, a)) WITHOUT ROWID;
        CREATE INDEX ix_salary ON emp (salary DESC, dept_id);
        CREATE UNIQUE INDEX ix_some ON emp (lower(low)) WHERE salary > 1;
        CREATE VIEW b_view AS SELECT id, salary FROM emp;
        CREATE VIEW a_view AS SELECT id FROM b_view WHERE salary > 1;
    """,
}
OTHER = {
    "postgresql": """
        CREATE SEQUENCE invoice_no START WITH 7 INCREMENT BY 5;
        CREATE SEQUENCE gone;
        CREATE TABLE dept (id bigint PRIMARY KEY, "Name" varchar(20), old integer REFERENCES dept (id));
        CREATE TABLE emp (id bigint PRIMARY KEY, no integer DEFAULT 3, dept_id bigint, salary text DEFAULT '1', flag boolean, doc jsonb,
            at timestamp(3) with time zone NOT NULL, extra serial, CONSTRAINT fk_dept FOREIGN KEY (dept_id) REFERENCES dept (id));
        CREATE TABLE unwanted (id integer PRIMARY KEY, dept_id bigint REFERENCES dept (id));
        CREATE INDEX ix_plain ON emp (salary);
        CREATE VIEW b_view AS SELECT id, salary FROM emp;
        CREATE VIEW c_view AS SELECT id, salary FROM b_view;
        COMMENT ON COLUMN emp.id IS 'odd';
    """,
    "mariadb": """
        CREATE SEQUENCE invoice_no START WITH 7 INCREMENT BY 5;
        CREATE SEQUENCE gone;
        CREATE TABLE dept (id int PRIMARY KEY COMMENT 'odd', name varchar(20), old int);
        CREATE TABLE emp (id bigint unsigned PRIMARY KEY, dept_id int, salary int NOT NULL, flag int, extra int,
            label varchar(300) NOT NULL, KEY ix_salary (salary), CONSTRAINT fk_extra FOREIGN KEY (extra) REFERENCES dept (id));
        CREATE TABLE unwanted (id int PRIMARY KEY, dept_id int, CONSTRAINT fk_gone FOREIGN KEY (dept_id) REFERENCES dept (id));
        CREATE VIEW b_view AS SELECT id, salary FROM emp;
        CREATE VIEW c_view AS SELECT id, salary FROM b_view;
    """,
    "sqlite": """
        CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30) DEFAULT 'it''s' NOT NULL, old INTEGER,
            CONSTRAINT pk_dept PRIMARY KEY (id));
        CREATE TABLE emp (id INTEGER PRIMARY KEY, salary int, extra int);
        CREATE TABLE unwanted (id INTEGER);
        CREATE TABLE log (text TEXT);
        CREATE INDEX ix_salary ON emp (salary);
        CREATE TRIGGER told AFTER DELETE ON emp BEGIN INSERT INTO log VALUES ('gone'); END;
        CREATE VIEW b_view AS SELECT id, salary FROM emp;
        CREATE VIEW c_view AS SELECT id, salary FROM b_view;
    """,
}
DIALECTS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
    pytest.param("mariadb", id="mariadb", marks=pytest.mark.mariadb),
]


@dataclass(frozen=True)
class Place:
    """A fresh database."""

    url: str
    run: Callable[[str], None]


Make = Callable[[str], Place]


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Make]]:
    """Dialect → name → a fresh database of it."""
    made: list[tuple[Server, object]] = []

    def on(dialect: str) -> Make:
        def place(name: str) -> Place:
            if dialect == "sqlite":
                return _sqlite(tmp_path / f"{name}.db")
            server: Server = request.getfixturevalue(f"{dialect}_server")
            database = server.create()
            made.append((server, database))
            return _postgresql(database.url) if dialect == "postgresql" else _mariadb(database.url)

        return place

    yield on
    for server, database in made:
        server.drop(database)  # type: ignore[arg-type]  # what `create` gave


def _sqlite(path: Path) -> Place:
    def run(sql: str) -> None:
        connection = sqlite3.connect(path)
        connection.executescript(sql)
        connection.close()

    return Place(f"jdbc:sqlite:{path}", run)


def _postgresql(url: str) -> Place:
    import psycopg

    def run(sql: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.encode())

    return Place(url, run)


def _mariadb(url: str) -> Place:
    def run(sql: str) -> None:
        assert main(["execute-sql", "-q", "--url", url, "--sql", sql]) == 0

    return Place(url, run)


def seen(place: Place, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert main(["snapshot", "-q", "--output", "json", "--url", place.url]) == 0
    snapshot: dict[str, object] = json.loads(capsys.readouterr().out)["snapshot"]
    return snapshot


def apply(file: Path, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["update", "-q", "--search-path", str(file.parent), "--changelog-file", file.name, "--url", place.url])
    assert status == 0, f"{capsys.readouterr().err}\n{file.read_text()}"


@pytest.mark.parametrize("ending", ["xml", "yaml", "json", "sql"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_generated_changelog_makes_an_equal_schema(
    dialect: str, ending: str, make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = make(dialect)("first"), make(dialect)("second")
    first.run(RICH[dialect])
    file = tmp_path / f"gen.{dialect}.{ending}" if ending == "sql" else tmp_path / f"gen.{ending}"
    assert main(["generate-changelog", "-q", "--url", first.url, "--changelog-file", str(file)]) == 0
    apply(file, second, capsys)
    wanted, made = seen(first, capsys), seen(second, capsys)
    assert made["schema"] == wanted["schema"]
    assert made["fingerprint"] == wanted["fingerprint"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("way", ["there", "back"])
def test_an_applied_difference_leaves_none(
    dialect: str, way: str, make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted, actual = make(dialect)("wanted"), make(dialect)("actual")
    wanted.run((RICH if way == "there" else OTHER)[dialect])
    actual.run((OTHER if way == "there" else RICH)[dialect])
    file = tmp_path / "next.yaml"
    both = ["--reference-url", wanted.url, "--url", actual.url]
    assert main(["diff-changelog", "-q", *both, "--changelog-file", str(file)]) == 0
    apply(file, actual, capsys)
    capsys.readouterr()
    assert main(["diff", "-q", "--output", "json", *both]) == 0
    left = [d for d in json.loads(capsys.readouterr().out)["differences"] if d["kind"] != "Remainder"]
    assert left == [], file.read_text()


@pytest.mark.parametrize("ending", ["json", "yaml"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_database_is_compared_with_a_kept_snapshot_of_itself(
    dialect: str, ending: str, make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, file = make(dialect)("kept"), tmp_path / f"kept.{ending}"
    place.run(RICH[dialect])
    assert main(["snapshot", "-q", "--snapshot-format", ending, "--output-file", str(file), "--url", place.url]) == 0
    place.run("DROP VIEW a_view")
    capsys.readouterr()
    offline = f"offline:{dialect}?snapshot={file}"
    assert main(["diff", "-q", "--output", "json", "--reference-url", offline, "--url", place.url]) == 0
    found = json.loads(capsys.readouterr().out)["differences"]
    assert found == [{"kind": "View", "name": "a_view", "status": "missing"}]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_drop_all_leaves_nothing_and_an_update_begins_anew(
    dialect: str, make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, file = make(dialect)("full"), tmp_path / "gen.yaml"
    place.run(RICH[dialect])
    assert main(["generate-changelog", "-q", "--url", place.url, "--changelog-file", str(file)]) == 0
    before = seen(place, capsys)
    assert main(["tag", "-q", "--tag", "t", "--url", place.url]) == 0
    assert main(["drop-all", "-q", "--url", place.url]) == 0
    assert seen(place, capsys)["schema"] == {}
    apply(file, place, capsys)
    assert seen(place, capsys)["fingerprint"] == before["fingerprint"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_rows_are_generated_referenced_tables_first(
    dialect: str, make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = make(dialect)("rows"), make(dialect)("copy")
    tables = """
        CREATE TABLE zone (id int NOT NULL, name varchar(30), CONSTRAINT pk_zone PRIMARY KEY (id));
        CREATE TABLE area (id int NOT NULL, zone_id int, size decimal(8, 2), CONSTRAINT pk_area PRIMARY KEY (id), FOREIGN KEY (zone_id)
            REFERENCES zone (id));
    """
    first.run(tables)
    second.run(tables)
    first.run("INSERT INTO zone VALUES (1, 'NULL'), (2, NULL), (3, ' it''s; '), (4, '')")
    first.run("INSERT INTO area VALUES (1, 3, 1.50), (2, NULL, NULL)")
    for ending in ("xml", "yaml"):
        file = tmp_path / f"rows.{ending}"
        assert main(["generate-changelog", "-q", "--url", first.url, "--diff-types", "data", "--changelog-file", str(file)]) == 0
    apply(tmp_path / "rows.xml", second, capsys)
    for table in ("zone", "area"):
        assert rows(first, table, capsys) == rows(second, table, capsys)


def rows(place: Place, table: str, capsys: pytest.CaptureFixture[str]) -> object:
    capsys.readouterr()
    query = f"SELECT * FROM {table} ORDER BY id"
    assert main(["execute-sql", "-q", "--output", "json", "--sql", query, "--url", place.url]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_no_change_can_say_is_told(make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = make("sqlite")("told")
    place.run("CREATE VIRTUAL TABLE words USING fts5(text)")
    assert main(["generate-changelog", "--url", place.url, "--changelog-file", str(tmp_path / "gen.yaml")]) == 0
    assert "DDL-031  virtual table words is not in the changelog" in capsys.readouterr().err


def test_a_changelog_that_is_there_is_not_replaced(make: Callable[[str], Make], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, file = make("sqlite")("kept"), tmp_path / "gen.yaml"
    file.write_text("mine")
    words = ["generate-changelog", "-q", "--url", place.url, "--changelog-file", str(file)]
    assert main(words) == 1
    assert "CLI-062" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert main([*words, "--overwrite-output-file"]) == 0
    assert file.read_text().startswith("databaseChangeLog")
