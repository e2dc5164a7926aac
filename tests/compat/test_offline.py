"""Every recorded `offline:` script: the same SQL for databases that no test can run, but for what departs on purpose."""

from pathlib import Path

import pytest
import yaml

from tests.compat.offline import PREFIX, names, play
from tests.compat.player import HERE

_ALL: dict[str, dict[str, str]] = yaml.safe_load((HERE / "departures_offline.yaml").read_text())
NOT_YET, DEPARTURES = _ALL["not_yet"] or {}, _ALL["departures"] or {}


def _cases() -> list[object]:
    return [
        pytest.param(
            name,
            database,
            id=(key := f"{name}/{PREFIX}{database}"),
            marks=[pytest.mark.xfail(reason=NOT_YET[key], strict=True)] if key in NOT_YET else [],
        )
        for name, database in names()
    ]


@pytest.mark.parametrize(("name", "database"), _cases())
def test_script(name: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    differences = list(play(name, database, tmp_path))
    key = f"{name}/{PREFIX}{database}"
    if key in DEPARTURES:
        assert differences, f"{key} no longer differs"
    else:
        assert not differences, "\n".join(str(difference) for difference in differences)


def test_every_departure_and_every_waiting_script_names_a_recording() -> None:
    assert set(DEPARTURES) | set(NOT_YET) <= {f"{name}/{PREFIX}{database}" for name, database in names()}
