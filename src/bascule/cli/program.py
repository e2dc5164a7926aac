"""The `bascule` command line: finds the command, runs it, turns what went wrong into problems on stderr and an exit status."""

import importlib
import os

import click

from bascule.cli.commands import COMMANDS, GROUPS, OF_DATABASES
from bascule.cli.spelling import command_first, kebab
from bascule.core.errors import BasculeError

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130


class Commands(click.Group):
    """The commands of `cli/commands.py`; a module is imported when its command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        verb = COMMANDS.get(cmd_name)
        if verb is None:
            return None
        module, _, attribute = verb.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = kebab(args[0])
        if name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            ctx.fail(f"no command is named '{args[0]}'." + (f" Did you mean '{near[0]}'?" if near else ""))
        found, command, rest = super().resolve_command(ctx, [name, *args[1:]])
        return found, command, _without_accepted(ctx, command, rest) if command is not None and name in OF_DATABASES else rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, verbs in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, verb.help) for name, verb in verbs.items()])


def _without_accepted(ctx: click.Context, command: click.Command, arguments: list[str]) -> list[str]:
    from bascule.cli.accepted import without_accepted
    from bascule.cli.client_settings import META

    own = {kebab(option.lstrip("-")) for parameter in command.params for option in parameter.opts}
    taken = without_accepted(arguments, own)
    for name in taken.told:
        click.echo(f"--{name} is left out: it is about a Java class, which cannot run here", err=True)
    ctx.meta[META] = taken.clients
    return taken.left


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from bascule import __version__

        click.echo(f"bascule {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": kebab, "max_content_width": 120},
    subcommand_metavar="COMMAND [OPTIONS]",
    epilog="Every option may also stand before the command, be an environment variable (BASCULE_URL, LIQUIBASE_COMMAND_URL) "
    "or a line of liquibase.properties.  `bascule COMMAND --help` has examples.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version.")
def program() -> None:
    """Database changes from Git to every environment: governed, observed and reversible."""


def run(arguments: list[str]) -> int:
    """Runs one command and returns its exit status."""
    try:
        status = program.main(command_first(arguments), prog_name="bascule", standalone_mode=False, obj=_handed_over())
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return EXIT_USAGE
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        error.show()
        return EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BasculeError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return EXIT_ERROR
    except ModuleNotFoundError as error:
        from bascule.cli.extras import missing

        lacking = missing(error)
        if lacking is None:
            raise
        click.echo(str(lacking), err=True)
        return EXIT_ERROR
    return status if isinstance(status, int) else EXIT_OK


def _handed_over() -> object:
    descriptor = os.environ.get("BASCULE_SECRETS_FD")
    if not descriptor:
        return None
    from bascule.cli.secrets_fd import read_secrets

    return read_secrets(descriptor)
