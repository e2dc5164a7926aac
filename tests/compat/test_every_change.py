"""Every change type with every attribute, recorded for all databases: each changeset's SQL is the same, or departs by name."""

from pathlib import Path

import pytest
import yaml

from bascule.engine import dialects
from tests.compat.offline import CASES, EVERY_CHANGE, PREFIX, play_by_changeset
from tests.compat.player import HERE

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
