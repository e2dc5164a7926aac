"""Whoever asks a command for help is told what it does and shown one use of it."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bascule.cli.program import program


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group below this one, by the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("words", sorted(commands(program)), ids=" ".join)
def test_help_has_an_example(words: tuple[str, ...]) -> None:
    said = CliRunner().invoke(program, [*words, "--help"])
    assert said.exit_code == 0
    assert "Example" in said.output
    assert f"bascule {' '.join(words)}" in said.output.partition("Example")[2]
