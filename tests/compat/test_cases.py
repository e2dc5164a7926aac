"""Every recorded case, played against real databases: the same outcome, rows, shape and SQL, but for what departs on purpose."""

from fnmatch import fnmatchcase as fnmatch
from pathlib import Path

import pytest
import yaml

from tests.compat.databases import mariadb_place, postgresql_place, sqlite_place
from tests.compat.player import HERE, names, play

DEPARTURES: dict[str, dict[str, str]] = yaml.safe_load((HERE / "departures.yaml").read_text()) or {}
NOT_YET: dict[str, str] = yaml.safe_load((HERE / "not_yet.yaml").read_text()) or {}


def _cases() -> list[object]:
    marked = []
    for name, database in names():
        key = f"{name}/{database}"
        marks = [getattr(pytest.mark, database)] if database != "sqlite" else []
        if key in NOT_YET:
            marks.append(pytest.mark.xfail(reason=NOT_YET[key], strict=True))
        marked.append(pytest.param(name, database, marks=marks, id=key))
    return marked


@pytest.mark.parametrize(("name", "database"), _cases())
def test_case(name: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(tmp_path)
    if database == "sqlite":
        opened = sqlite_place(tmp_path)
    elif database == "postgresql":
        opened = postgresql_place(request.getfixturevalue("postgresql_server"))
    else:
        opened = mariadb_place(request.getfixturevalue("mariadb_server"))
    with opened as place:
        differences = play(name, place, tmp_path)
    everywhere, here = DEPARTURES.get(name, {}), DEPARTURES.get(f"{name}/{database}", {})
    aspects = {difference.aspect for difference in differences}
    unexpected = [str(d) for d in differences if not any(fnmatch(d.aspect, pattern) for pattern in (*everywhere, *here))]
    assert not unexpected, "\n".join(unexpected)
    stale = [pattern for pattern in here if not any(fnmatch(aspect, pattern) for aspect in aspects)]
    assert not stale, f"these aspects no longer differ: {stale}"


def test_every_departure_and_every_waiting_case_names_a_recording() -> None:
    known = {f"{name}/{database}" for name, database in names()} | {name for name, _ in names()}
    assert set(DEPARTURES) | set(NOT_YET) <= known
