"""Every command that our pages, the chart's notes and `--help` name is known to the program. `test_tutorial.py` enters some of them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bascule.cli.program import program
from bascule.cli.spelling import command_first

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md"), *ROOT.glob("deploy/**/NOTES.txt")])
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`(bascule [^`]+)`")
LINE = re.compile(r"^(?:\$ )?(?:[\w/.-]*/)?(bascule [a-z][^\n]*)$", re.MULTILINE)
EXAMPLE = re.compile(r"(?:^|(?<=[\s`]))(bascule [a-z][^\n`]*?)(?=  |[\n`]|$)", re.MULTILINE)
ENDS = {">", "|", "<<", "&&", ";"}


def command_lines(text: str) -> Iterator[str]:
    """Those on lines of their own in a block, and those between backticks in the text."""
    for block in FENCE.findall(text):
        yield from LINE.findall(block.replace("\\\n", " "))
    yield from SPAN.findall(FENCE.sub("", text))


def words_of(line: str) -> list[str]:
    """As a shell would split them, up to where its own words begin; `…` stands for what the reader knows."""
    words: list[str] = []
    for word in shlex.split(line, comments=True)[1:]:
        if word in ENDS:
            break
        if word != "…" or (words and words[-1].startswith("-")):
            words.append(word)
    return words


def complaint(words: list[str]) -> str | None:
    """What the program would say to the names of commands and options; what follows an option is the reader's."""
    group: click.Group = program
    rest = command_first(words)
    while rest:
        context = click.Context(group, info_name="bascule")
        try:
            _, command, rest = group.resolve_command(context, rest)
            assert command is not None
            _, rest, _ = command.make_parser(click.Context(command)).parse_args(args=list(rest))
        except click.BadOptionUsage as error:
            return None if "requires" in error.message else error.message
        except click.UsageError as error:
            return error.message
        if not isinstance(command, click.Group):
            places = [parameter.nargs for parameter in command.params if isinstance(parameter, click.Argument)]
            return None if -1 in places or len(rest) <= sum(places) else f"takes no {rest[sum(places)]}"
        group = command
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_program_knows_every_command_and_option_of_a_page(page: Path) -> None:
    lines = list(command_lines(page.read_text("utf-8")))
    assert {line: told for line in lines if (told := complaint(words_of(line)))} == {}


def test_what_the_program_does_not_know_would_be_found() -> None:
    for line, told in (
        ("bascule delegate token creat x", "creat"),
        ("bascule updat --url …", "updat"),
        ("bascule delegate --manger x", "manger"),
        ("bascule delegate drain edge-1 --wayt", "wayt"),
        ("bascule server now", "now"),
    ):
        assert told in (complaint(words_of(line)) or ""), line
    assert list(command_lines("see `bascule plan` and\n```\n$ bascule apply \\\n  -f x\n```\n")) == [
        "bascule apply    -f x",
        "bascule plan",
    ]


def commands(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from commands(command)


def test_the_program_knows_what_its_own_help_names() -> None:
    """An example begins with variables, perhaps, and ends with its line or where two blanks are."""
    told = {}
    examples = [
        line for one in commands(program) for line in EXAMPLE.findall(f"{one.help or ''}\n{one.epilog or ''}".partition("Example")[2])
    ]
    for line in examples:
        if wrong := complaint(words_of(line)):
            told[line] = wrong
    assert len(examples) > 80
    assert told == {}
