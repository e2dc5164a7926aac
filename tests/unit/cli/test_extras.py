"""A program whose extra is not installed says which one to install."""

import sys
import tomllib
from pathlib import Path

import pytest

from bascule.cli import extras
from bascule.cli.commands import COMMANDS, Verb
from bascule.cli.main import main

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]


def test_a_program_that_lacks_its_extra_names_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn.nothing", None)
    monkeypatch.setitem(COMMANDS, "status", Verb("uvicorn.nothing:status", ""))
    assert main(["status"]) == 1
    assert capsys.readouterr().err == "CLI-007  'uvicorn' is not installed\n  fix    pip install 'bascule[server]'\n"


def test_what_no_extra_brings_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "status", Verb("bascule.nothing:status", ""))
    with pytest.raises(ModuleNotFoundError):
        main(["status"])


def test_every_extra_that_is_named_exists() -> None:
    named = {extra for brought_by in extras.MODULES.values() for extra in brought_by}
    assert named <= set(PROJECT["optional-dependencies"])
