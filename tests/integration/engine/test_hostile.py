"""Changelogs that someone made to do harm, or by accident: each ends in one clear problem, soon, and reads nothing it may not."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bascule.cli.main import main

SCALE = int(os.environ.get("HOSTILE_SCALE", "1"))
"""`HOSTILE_SCALE=20` makes the large inputs as large as the design names them: 100 MB of SQL, 100,000 changesets."""
SECONDS = 10 * SCALE
CHANGESET = "- changeSet: {id: '1', author: a, changes: [{sql: {sql: 'select 1'}}]}\n"
FORMATTED = "--liquibase formatted sql\n--changeset a:1\n"
XML = '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">'
Update = Callable[..., tuple[int, list[str]]]


def yaml(body: str) -> str:
    return f"databaseChangeLog:\n{body}"


def change(text: str) -> str:
    return yaml(f"- changeSet: {{id: '1', author: a, changes: [{{{text}}}]}}\n")


def json(body: str) -> str:
    return f'{{"databaseChangeLog": [{{"changeSet": {{{body}, "author": "a", "changes": [{{"sql": {{"sql": "select 1"}}}}]}}}}]}}'


def multiplying(sign: str, levels: int = 9) -> str:
    """`b` is nine times `a`, `c` nine times `b` …"""
    names = "abcdefghijkl"
    return f"a: &a [{','.join('x' * 9)}]\n" + "".join(
        f"{names[n]}: &{names[n]} [{','.join([sign + names[n - 1]] * 9)}]\n" for n in range(1, levels)
    )


@pytest.fixture
def update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Update:
    """Writes the files, updates from the first one; the exit status and the first lines of the problems told."""
    monkeypatch.setenv("BASCULE_CACHE_DIR", "off")
    monkeypatch.chdir(tmp_path)

    def run(files: dict[str, str | bytes]) -> tuple[int, list[str]]:
        for name, content in files.items():
            Path("log", name).parent.mkdir(parents=True, exist_ok=True)
            Path("log", name).write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        began = time.monotonic()
        status = main(["update", "--changelog-file", next(iter(files)), "--search-path", "log", "--url", "sqlite:app.db", "--quiet"])
        assert time.monotonic() - began < SECONDS
        told = capsys.readouterr().err
        assert len(told) < 20_000
        return status, [line for line in told.splitlines() if line[:1].isupper()]

    return run


OUTSIDE = {
    "an include that climbs": ({"c.yaml": yaml("- include: {file: ../../secret.yaml}\n")}, "LOG-002"),
    "an absolute include": ({"c.yaml": yaml("- include: {file: /etc/passwd}\n")}, "LOG-001"),
    "a folder that climbs": ({"c.yaml": yaml("- includeAll: {path: ../..}\n")}, "LOG-002"),
    "an absolute folder": ({"c.yaml": yaml("- includeAll: {path: /etc}\n")}, "LOG-018"),
    "SQL that climbs": ({"c.yaml": change("sqlFile: {path: ../../etc/passwd}")}, "LOG-002"),
    "absolute SQL": ({"c.yaml": change("sqlFile: {path: /etc/passwd}")}, "LOG-001"),
    "rows that climb": ({"c.yaml": change("loadData: {tableName: t, file: ../../../etc/passwd}")}, "LOG-002"),
    "a cell that climbs": (
        {"c.yaml": change("insert: {tableName: t, columns: [{column: {name: a, valueClobFile: ../../../etc/passwd}}]}")},
        "LOG-002",
    ),
    "properties that climb": ({"c.yaml": yaml("- property: {file: ../../etc/hostname}\n")}, "LOG-002"),
    "an XML entity": ({"c.xml": f'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>{XML}</databaseChangeLog>'}, "LOG-011"),
    "a parameter entity": ({"c.xml": f'<!DOCTYPE l [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>{XML}</databaseChangeLog>'}, "LOG-011"),
    "a document type": ({"c.xml": f'<!DOCTYPE l SYSTEM "http://127.0.0.1:1/x.dtd">{XML}</databaseChangeLog>'}, "LOG-011"),
}
BOMBS = {
    "aliases": ({"c.yaml": multiplying("*") + yaml(CHANGESET)}, "DOC-006"),
    "entities": (
        {"c.xml": '<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>' + XML + "<x>&b;</x></databaseChangeLog>"},
        "LOG-011",
    ),
    "a deep JSON": ({"c.json": '{"databaseChangeLog":' + "[" * 100_000}, "DOC-007"),
    "a deep YAML": ({"c.yaml": "databaseChangeLog: " + "[" * 100_000}, "DOC-007"),
    "a deep XML": ({"c.xml": XML + "<a>" * 100_000}, "LOG-010"),
    "a deep expression": ({"c.yaml": yaml(CHANGESET.replace("id:", f"context: '{'(' * 100_000}', id:"))}, "LOG-022"),
    "properties in a circle": (
        {
            "c.yaml": yaml(
                "- property: {name: a, value: '${b}'}\n- property: {name: b, value: '${a}'}\n- changeSet: {id: '${a}', author: a}\n"
            )
        },
        "LOG-017",
    ),
    "includes in a circle": (
        {
            "c.yaml": yaml("- include: {file: d.yaml}\n"),
            "d.yaml": yaml("- include: {file: e.yaml}\n"),
            "e.yaml": yaml("- include: {file: c.yaml}\n"),
        },
        "LOG-004",
    ),
    "includes without an end": (
        {f"{n}.yaml": yaml(f"- include: {{file: {n + 1}.yaml}}\n") for n in range(150)},
        "LOG-004",
    ),
}
ODD: dict[str, tuple[dict[str, str | bytes], str]] = {
    "UTF-16 without a mark": ({"c.yaml": yaml(CHANGESET).encode("utf-16-le")}, "DOC-001"),
    "UTF-32": ({"c.yaml": yaml(CHANGESET).encode("utf-32")}, "DOC-001"),
    "a Latin-1 comment": ({"c.yaml": yaml(CHANGESET).encode() + b"# caf\xe9\n"}, "DOC-001"),
    "Latin-1 SQL": ({"c.sql": FORMATTED.encode() + b"select 'caf\xe9';\n"}, "DOC-001"),
    "Latin-1 XML that does not say so": ({"c.xml": XML.encode() + b'<changeSet id="\xe9"/></databaseChangeLog>'}, "LOG-010"),
    "noise": ({"c.sql": bytes(range(256)) * 100}, "DOC-001"),
    "NUL in YAML": ({"c.yaml": yaml("- changeSet: {id: 'a\0b', author: a}\n")}, "DOC-001"),
    "NUL in SQL": ({"c.sql": f"{FORMATTED}select 'a\0b';\n"}, "RUN-002"),
    "NUL in JSON": ({"c.json": json('"id": "a\\u0000b"')}, "RUN-002"),
    "half a character": ({"c.json": json('"id": "a\\ud800b"')}, "DOC-001"),
    "half a character in YAML": ({"c.yaml": yaml('- changeSet: {id: "a\\ud800", author: a}\n')}, "DOC-002"),
    "a key twice in JSON": ({"c.json": json('"id": "1", "id": "2"')}, "DOC-004"),
    "a key twice in YAML": ({"c.yaml": yaml("- changeSet: {id: 1, id: 2, author: a}\n")}, "DOC-004"),
    "an attribute twice": ({"c.xml": f'{XML}<changeSet id="1" id="2" author="a"/></databaseChangeLog>'}, "LOG-010"),
    "quotes without an end": ({"c.sql": FORMATTED + "'" * 1_000_001}, "RUN-002"),
    "comments without an end": ({"c.sql": FORMATTED + "/*" * 500_000 + " x"}, "RUN-002"),
    "dollars": ({"c.sql": FORMATTED + "$" * 500_000}, "RUN-002"),
    "blocks without an end": ({"c.sql": FORMATTED + "BEGIN " * 100_000}, "RUN-052"),
    "a directive of ten megabytes": ({"c.sql": "--liquibase formatted sql\n--changeset " + "a:" * 5_000_000}, "LOG-013"),
}


@pytest.mark.parametrize(
    ("files", "code"),
    [pytest.param(*row, id=name) for table in (OUTSIDE, BOMBS, ODD) for name, row in table.items()],
)
def test_it_ends_in_one_clear_problem(update: Update, files: dict[str, Any], code: str) -> None:
    status, told = update(files)
    assert status == 1
    assert [line.partition(" ")[0] for line in told] == [code]


def test_a_link_that_leads_out_is_not_followed(update: Update, tmp_path: Path) -> None:
    (tmp_path / "secret.sql").write_text(FORMATTED + "create table secret (id int);")
    (tmp_path / "log").mkdir()
    (tmp_path / "log/all").symlink_to(tmp_path)
    (tmp_path / "log/one.sql").symlink_to(tmp_path / "secret.sql")
    for file in ("one.sql", "all/secret.sql"):
        status, told = update({"c.yaml": yaml(f"- include: {{file: {file}}}\n")})
        assert (status, told[0].partition(" ")[0]) == (1, "LOG-002")


def test_a_folder_that_holds_a_link_to_itself_is_listed_once(update: Update, tmp_path: Path) -> None:
    (tmp_path / "log/all").mkdir(parents=True)
    (tmp_path / "log/all/again").symlink_to(tmp_path / "log/all")
    assert update({"c.yaml": yaml("- includeAll: {path: all}\n"), "all/1.sql": f"{FORMATTED}select 1;"}) == (0, [])


@pytest.mark.parametrize(
    "files",
    [
        {"c.yaml": yaml(CHANGESET).encode("utf-16")},
        {"c.sql": f"{FORMATTED}select 1;\n".encode("utf-16")},
        {"c.sql": f"{FORMATTED}create table a (id int);\n".replace("\n", "\r\n")},
        {"c.sql": f"{FORMATTED}create table a (id int);\n".replace("\n", "\r")},
        {"c.json": json('"id": 1e999999999')},
        {"c.json": json(f'"id": {"9" * 100_000}')},
        {"c.yaml": yaml(f"- changeSet: {{id: {'9' * 5000}, author: a, changes: [{{sql: {{sql: select 1}}}}]}}\n")},
        {"c.yaml": ""},
    ],
    ids=["UTF-16", "UTF-16 SQL", "CRLF", "CR", "a float beyond all", "a number of 100,000 digits", "an id of 5,000 digits", "nothing"],
)
def test_what_is_only_odd_is_read(update: Update, files: dict[str, str | bytes]) -> None:
    assert update(files) == (0, [])


def test_a_string_of_megabytes_full_of_semicolons_is_one_statement(update: Update) -> None:
    """It took minutes and a gigabyte once."""
    assert update({"c.sql": f"{FORMATTED}create table a (t text);\ninsert into a values ('{'x;' * 2_000_000}');\n"}) == (0, [])


def test_a_large_script_is_carried_out(update: Update) -> None:
    row = "insert into a values (1, 'forty characters that say nothing at all');\n"
    count = 5_000_000 * SCALE // len(row)
    files = {"c.yaml": change("sqlFile: {path: big.sql}"), "big.sql": "create table a (id int, t text);\n" + row * count}
    assert update(files) == (0, [])


def test_very_many_changesets_are_read(update: Update) -> None:
    """All in error, so that none runs: what reading costs is what is measured."""
    count = 5_000 * SCALE
    many = "".join(f"- changeSet: {{id: '{n}', author: a, changes: [{{sql: {{sql: 'select {n}'}}}}]}}\n" for n in range(count))
    status, told = update({"c.yaml": yaml(f"{many}- include: {{file: missing.yaml}}\n")})
    assert (status, [line.partition(" ")[0] for line in told]) == (1, ["LOG-001"])
