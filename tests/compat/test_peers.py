"""What `make peers` would do, without the peer."""

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from tests.compat.player import CASES, names
from tools.peers import liquibase
from tools.peers.__main__ import EXCEPTIONS
from tools.peers.liquibase import PeerMissingError
from tools.peers.takeover import Outcome, acts


@pytest.mark.parametrize(("name", "database"), list(names())[::5])
def test_both_tools_take_part_in_each_case(name: str, database: str, tmp_path: Path) -> None:
    played = acts(CASES / name, database, tmp_path)
    steps = json.loads((CASES / name / "case.json").read_text()).get("steps")
    if steps:
        assert len(played) == len(steps)
    assert len(played) == 1 or {act.who for act in played} == {0, 1}
    assert len({act.label for act in played}) == len(played)


def test_what_is_missing_on_one_side_differs() -> None:
    alone, together = Outcome({"a": 1, "b": [2]}), Outcome({"a": 1, "c": 3})
    assert alone.differing(together) == {"b": ([2], None), "c": (None, 3)}


def test_what_the_package_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liquibase, "JARS", tmp_path)
    with pytest.raises(PeerMissingError, match="install libslf4j-java"):
        liquibase.logging_jars()
    for name in liquibase.LOGGING:
        (tmp_path / name).touch()
    assert liquibase.logging_jars() == [tmp_path / name for name in liquibase.LOGGING]


def test_every_exception_names_a_recording_and_acts_that_it_has(tmp_path: Path) -> None:
    for key, aspects in yaml.safe_load(EXCEPTIONS.read_text()).items():
        case, _, database = key.partition("/")
        played = [each for name, each in names() if name == case and database in ("", each)]
        assert played, key
        labels = {act.label for each in played for act in acts(CASES / case, each, tmp_path)}
        for aspect in aspects:
            assert any(fnmatchcase(label, aspect.partition(":")[0]) for label in labels), f"{key}: {aspect}"
