"""Every option that Liquibase takes, on each of its commands, in both spellings, before and after the command."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bascule.cli.commands import COMMANDS
from bascule.cli.main import main

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "cases" / "liquibase-commands.yaml").read_text("utf-8"))


def camel(option: str) -> str:
    head, *tail = option.split("-")
    return head + "".join(part.capitalize() for part in tail)


@pytest.mark.parametrize("verb", sorted(TABLE["commands"]))
def test_a_command_takes_its_options(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = [*TABLE["commands"][verb], *TABLE["everywhere"]]
    assert main([verb, *(f"--{option}=x" for option in options), "--help"]) == 0, capsys.readouterr().err
    assert main([*(f"--{camel(option)}=x" for option in options), camel(verb), "--help"]) == 0, capsys.readouterr().err
    assert main([*(word for option in options for word in (f"--{option}", "true")), verb, "--help"]) == 0, capsys.readouterr().err


def test_the_table_names_commands_that_are_there() -> None:
    assert set(TABLE["commands"]) <= set(COMMANDS)
