"""loadData on real databases: the quick way in brings the same rows as the INSERTs that update-sql shows, in constant memory."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bascule.cli.main import main
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.live import connect
from bascule.engine.urls import parse
from tools.servers import Database

COLUMNS = {
    "id": "int",
    "small": "smallint",
    "big": "bigint",
    "amount": "decimal(12,3)",
    "ratio": "double",
    "name": "varchar(80)",
    "code": "varchar(20)",
    "body": "clob",
    "yes": "boolean",
    "born": "date",
    "seen": "timestamp",
}
NUMBERS = ("0", "7", "-3", "12345", "", "NULL", "null")
CELLS: dict[str, tuple[str, ...]] = {
    "small": NUMBERS,
    "big": (*NUMBERS, "999999999999999999", "007"),
    "amount": (*NUMBERS, "1.5", "1.500", "-0.25", "00.1", "12345678.125"),
    "ratio": (*NUMBERS, "0.1", "-2.75", "123456.789"),
    "name": (
        "plain",
        "it's",
        'a "quoted" one',
        "with, comma",
        "two\nlines",
        " spaces ",
        "",
        "NULL",
        "Null",
        "nullable",
        "ü€😀",
        "\\N",
        "x;y",
    ),
    "code": ("A1", "007", "1.50", "true", "", "NULL", "current", "# no comment"),
    "body": ("text", "", "\\.", "tab\there", "'; drop table x; --"),
    "yes": ("true", "false", "1", "0", "", "NULL"),
    "born": ("2020-02-29", "1999-12-31", "", "NULL"),
    "seen": ("2020-02-29 10:11:12", "1999-12-31 00:00:00", "", "NULL"),
}
TYPED = {"small": "NUMERIC", "amount": "NUMERIC", "code": "STRING", "yes": "BOOLEAN", "born": "DATE", "seen": "DATETIME"}


def cell(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(sign in text for sign in '",\n#') else text


def written(folder: Path) -> None:
    """A CSV of random rows, and a changelog that loads it four times: typed or not, as a stream or as the INSERTs that are shown."""
    choose = random.Random(7)
    rows = [[str(n), *(cell(choose.choice(CELLS[name])) for name in CELLS)] for n in range(400)]
    plain = [[str(n), "1", "2", "3.5", "4.5", "name", "A1", "text", "", "2020-01-02", "2020-01-02 03:04:05"] for n in range(400, 800)]
    lines = [",".join(row) for row in (list(COLUMNS), *rows, *plain)]
    (folder / "rows.csv").write_text("# a comment\n" + "\n".join(lines) + "\n\n")
    told = [{"column": {"name": name, "type": kind}} for name, kind in TYPED.items()]
    changes: list[dict[str, Any]] = []
    for table, columns, shown in (("t1", [], False), ("t2", [], True), ("t3", told, False), ("t4", told, True)):
        made = [{"column": {"name": name, "type": kind}} for name, kind in COLUMNS.items()]
        load = {"tableName": table, "file": "rows.csv", "columns": columns}
        changeset: dict[str, Any] = {
            "id": table,
            "author": "a",
            "changes": [{"createTable": {"tableName": table, "columns": made}}, {"loadData": load}],
        }
        if shown:
            changeset["modifySql"] = [{"replace": {"replace": "never there", "with": "never there"}}]
        changes.append({"changeSet": changeset})
    (folder / "c.json").write_text(json.dumps({"databaseChangeLog": changes}))


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("mariadb", marks=pytest.mark.mariadb)]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:{tmp_path}/app.db"
    database: Database = request.getfixturevalue(request.param)
    return database.url


def test_the_stream_brings_what_the_inserts_bring(url: str, tmp_path: Path) -> None:
    written(tmp_path)
    events = tmp_path / "events.jsonl"
    arguments = ["--changelog-file", "c.json", "--search-path", str(tmp_path), "--url", url, "--quiet", "--events", str(events)]
    assert main(["update", *arguments]) == 0
    target = parse(url)
    connection = connect(Login(url=target, username=target.username, password=target.password))
    rows = {table: connection.query(f"SELECT * FROM {table} ORDER BY id") for table in ("t1", "t2", "t3", "t4")}
    connection.close()
    assert len(rows["t1"]) == len(rows["t3"]) == 800
    assert rows["t1"] == rows["t2"]
    assert rows["t3"] == rows["t4"]
    told = [json.loads(line) for line in events.read_text().splitlines()]
    loads = [event for event in told if event["kind"] == "statement" and "the rows of rows.csv" in event.get("text", "")]
    assert [event["rows"] for event in loads] == [800, 800]


def peak_mib(folder: Path, count: int) -> float:
    """Of an update that loads so many rows."""
    folder.mkdir()
    with (folder / "rows.csv").open("w") as file:
        file.write("id,name,amount\n")
        file.writelines(f"{n},name of {n},{n % 1000}.25\n" for n in range(count))
    (folder / "c.yaml").write_text(
        "databaseChangeLog:\n- changeSet:\n    id: 1\n    author: a\n    changes:\n"
        "    - sql: {sql: 'create table t (id int, name varchar(50), amount decimal(10,2))'}\n"
        "    - loadData: {tableName: t, file: rows.csv}\n"
    )
    program = "import sys; from bascule.cli.main import main; sys.exit(main())"
    argv = ["update", "--changelog-file", "c.yaml", "--search-path", str(folder), "--url", f"sqlite:{folder}/app.db", "--quiet"]
    process = subprocess.Popen([sys.executable, "-c", program, *argv], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0
    return usage.ru_maxrss / 1024


def test_twenty_times_the_rows_take_no_more_memory(tmp_path: Path) -> None:
    assert peak_mib(tmp_path / "many", 200_000) - peak_mib(tmp_path / "few", 10_000) < 15
