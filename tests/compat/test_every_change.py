"""Every change type with every attribute, recorded for all databases: each changeset's SQL is the same, or departs by name."""

import io
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import yaml

from bascule.cli.main import main
from bascule.engine import dialects
from tests.compat.offline import CASES, EVERY_CHANGE, PREFIX, play_by_changeset
from tests.compat.player import HERE

_DBMS = re.compile(r', dbms: "![^"]+"')
_LEFT_OUT = re.compile(r'changeSet: \{id: "(?P<id>[^"]+)",[^\[]*dbms: "(?P<dbms>[^"]+)"')
_REFUSED = re.compile(r"^[A-Z]{3}-\d+ (?!.* does nothing on ).*changelog\.yaml::([^:]+)::e", re.MULTILINE)

DATABASES = sorted(folder.name.removeprefix(PREFIX) for folder in (CASES / EVERY_CHANGE / "out").iterdir())
DEPARTURES: list[dict[str, object]] = yaml.safe_load((HERE / "departures_every_change.yaml").read_text())


def _departures(database: str) -> set[str]:
    """The ids of the changesets that depart there."""
    return {identifier for entry in DEPARTURES for identifier in entry["changesets"].get(database, ())}  # type: ignore[attr-defined]  # as the file has it


def test_every_database_is_recorded() -> None:
    assert dialects.DIALECTS.names() == DATABASES


@pytest.mark.parametrize("database", DATABASES)
def test_every_change(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    differences = {difference.aspect: difference for difference in play_by_changeset(EVERY_CHANGE, database, tmp_path)}
    expected = _departures(database)
    unexpected = [str(difference) for identifier, difference in differences.items() if identifier not in expected]
    assert not unexpected, "\n".join(unexpected)
    assert expected <= set(differences), f"no longer differs: {sorted(expected - set(differences))}"


@pytest.mark.parametrize("database", DATABASES)
def test_nothing_is_refused_that_liquibase_takes(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The case's `dbms` leave out the databases for which Liquibase refuses a changeset; here every changeset is for all."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CASES / EVERY_CHANGE / "input", tmp_path, dirs_exist_ok=True)
    changelog = tmp_path / "changelog.yaml"
    written = changelog.read_text()
    changelog.write_text(_DBMS.sub("", written))
    told = io.StringIO()
    with redirect_stdout(told), redirect_stderr(told):
        main([f"--url=offline:{database}", "validate", "--changelog-file=changelog.yaml"])
    left_out = {match["id"] for match in _LEFT_OUT.finditer(written) if f"!{database}" in match["dbms"].split(", ")}
    assert set(_REFUSED.findall(told.getvalue())) <= left_out
