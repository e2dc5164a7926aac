"""Every option of `bascule delegate` has a variable, and Harness's own are understood."""

import os
from pathlib import Path

import pytest

from bascule.cli import delegate as module
from bascule.cli.main import main
from bascule.delegate.settings import DelegateSettings


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[DelegateSettings]:
    """What delegates were started with; none is."""
    found: list[DelegateSettings] = []

    def serve(settings: DelegateSettings) -> int:
        found.append(settings)
        return 0

    monkeypatch.setattr(module, "serve", serve)
    return found


def test_the_variables_of_harness_delegates_are_understood(
    started: list[DelegateSettings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = {"NAME": "near", "TOKEN": "t0ken", "TAGS": "eu, prod"}
    for name, value in told.items():
        monkeypatch.setenv(f"DELEGATE_{name}", value)
    monkeypatch.setenv("MANAGER_HOST_AND_PORT", "https://bascule.example.com")
    monkeypatch.setenv("BASCULE_DELEGATE_DATA", str(tmp_path))
    monkeypatch.setenv("BASCULE_DELEGATE_CAPACITY", "9")
    assert main(["delegate"]) == 0
    (one,) = started
    assert (one.manager, one.name, one.token, one.tags, one.capacity) == ("https://bascule.example.com", "near", "t0ken", ("eu", "prod"), 9)
    assert "DELEGATE_TOKEN" not in os.environ


def test_our_own_variables_come_first(started: list[DelegateSettings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELEGATE_NAME", "theirs")
    monkeypatch.setenv("BASCULE_DELEGATE_NAME", "ours")
    assert main(["delegate", "--manager", "http://127.0.0.1:1", "--token", "t"]) == 0
    assert started[0].name == "ours"


OF_A_POD = {"ephemeral", "register_within", "step_container", "turns", "workspace_dir"}
"""What one delegate tells another that it starts in a pod; nobody else gives these."""


def test_every_option_has_a_variable() -> None:
    command = module.delegate
    assert [option.name for option in command.params if not option.envvar and option.name not in OF_A_POD] == []
