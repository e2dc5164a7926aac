"""MD5SUM, DESCRIPTION, COMMENTS, CONTEXTS, LABELS: equal to what Liquibase 4.28.0 stored, for every recorded changeset on every database.

`recorded.json` holds rows of its DATABASECHANGELOG, each with the version of the changelog that wrote it (`overlays` cover the input).
"""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bascule.engine.changelog.checksums import checksum
from bascule.engine.changelog.contexts import contexts_column
from bascule.engine.changelog.description import description
from bascule.engine.changelog.labels import labels_column
from bascule.engine.changelog.load import LoadSettings, load
from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files

HERE = Path(__file__).parent
RECORDED: dict[str, Any] = json.loads((HERE / "recorded.json").read_text())
GROUPS = sorted({(row["case"], *row.get("overlays", ())) for row in RECORDED["rows"]})


@cache
def settings(case: str, database: str) -> LoadSettings:
    options = dict(option.lstrip("-").split("=", 1) for option in RECORDED["cases"][case]["args"])
    properties = {name[1:]: value for name, value in options.items() if name.startswith("D")}
    return LoadSettings(dbms=database, properties=properties, contexts=options.get("contexts"), labels=options.get("label-filter"))


@pytest.mark.parametrize("group", GROUPS, ids="+".join)
def test_stored_columns_equal_what_liquibase_stored(group: tuple[str, ...], tmp_path: Path) -> None:
    case, *overlays = group
    for layer in ("input", *overlays):
        shutil.copytree(HERE / "cases" / case / layer, tmp_path, dirs_exist_ok=True)
    files = Files([tmp_path])
    rows = [row for row in RECORDED["rows"] if (row["case"], *row.get("overlays", ())) == group]
    for database in sorted({database for row in rows for database in row["db"]}):
        changelog = load(RECORDED["cases"][case]["changelog"], files, settings=settings(case, database), cache=None)
        assert_equal(changelog, [row for row in rows if database in row["db"]], database, files)


def assert_equal(changelog: Changelog, rows: list[dict[str, Any]], database: str, files: Files) -> None:
    by_identity = {changeset.identity: changeset for changeset in changelog.changesets}
    for row in rows:
        changeset = by_identity[(row["id"], row["author"], row["file"])]
        stored = {
            "md5sum": checksum(changeset, dbms=database, files=files),
            "description": description(changeset),
            "comments": changeset.comment,
            "contexts": contexts_column(changeset),
            "labels": labels_column(changeset),
        }
        expected = {"comments": "", "contexts": None, "labels": None} | {name: row[name] for name in stored if name in row}
        assert stored == expected, f"{changeset.fqn} on {database}"


@pytest.mark.parametrize(
    ("case", "identifier", "version", "recorded"),
    [
        ("checksum-upgrade-v8", "1", 8, "8:538727ef7140775f96544b10fc773f18"),
        ("checksum-upgrade-v8", "2", 7, "7:0b3e712ac0514495c2e2f6e8396663ed"),
        ("fast-check-v8", "1", 8, "8:538727ef7140775f96544b10fc773f18"),
    ],
)
def test_older_versions_are_recomputed_as_liquibase_did(case: str, identifier: str, version: int, recorded: str) -> None:
    files = Files([HERE / "cases" / case / "input"])
    changelog = load("changelog.xml", files, settings=LoadSettings(dbms="sqlite"), cache=None)
    (changeset,) = (changeset for changeset in changelog.changesets if changeset.id == identifier)
    assert checksum(changeset, version=version, dbms="sqlite", files=files) == recorded
