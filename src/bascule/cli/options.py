"""The options of engine verbs, in Liquibase's words. Each may come from the command line, the environment, or a properties file."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bascule.cli.spelling import kebab

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_PROPERTIES_FILE = "liquibase.properties"


class Setting(click.Option):
    """An option that is also `BASCULE_URL`, `LIQUIBASE_COMMAND_URL`, `LIQUIBASE_URL`, `LIQUIBASE_COMMAND_UPDATE_URL` in the environment.

    Precedence: command line, secrets handed over by descriptor, environment, properties file, default.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        secrets = ctx.obj.secrets if ctx.obj is not None else {}
        for name in self._names():
            if name in secrets:
                return str(secrets[name])
        verb = (ctx.info_name or "").upper().replace("-", "_")
        for name in self._names():
            upper = name.upper().replace("-", "_")
            for variable in (
                f"BASCULE_{upper}",
                f"LIQUIBASE_COMMAND_{verb}_{upper}",
                f"LIQUIBASE_COMMAND_{upper}",
                f"LIQUIBASE_{upper}",
            ):
                value = os.environ.get(variable)
                if value:
                    return value
        return None

    def _names(self) -> list[str]:
        return [kebab(option.lstrip("-")) for option in self.opts if option.startswith("--")]


def setting(*names: str, **facts: Any) -> Callable[[Command], Command]:
    return click.option(*names, cls=Setting, **facts)


def example(words: str) -> str:
    """The last line of a verb's help."""
    return f"Example:  bascule {words} --changelog-file db/changelog.yaml --url jdbc:postgresql://localhost/app --username app"


def _all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _read_properties(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Eager: what the properties file says is every other option's default."""
    from bascule.cli.properties_file import defaults

    ctx.default_map = {**(ctx.default_map or {}), **defaults(value, DEFAULT_PROPERTIES_FILE, ctx)}
    return value


reporting_options = _all(
    setting(
        "--defaults-file",
        is_eager=True,
        expose_value=False,
        callback=_read_properties,
        metavar="FILE",
        help="Properties file with defaults [liquibase.properties]",
    ),
    setting("--events", metavar="PATH|fd:N", help="Write what happens as JSON lines."),
    setting("--output", type=click.Choice(["text", "json"]), default="text", help="How the result is printed."),
    setting("--output-file", metavar="FILE", help="Print the result there instead of stdout."),
    setting("--quiet", "-q", is_flag=True, help="No progress on stderr."),
    # Accepted since users' files and scripts have them; they steer what only a JVM has, or the program's chatter.
    setting("--driver", hidden=True, expose_value=False),
    setting("--classpath", hidden=True, expose_value=False),
    setting("--log-level", hidden=True, expose_value=False),
    setting("--log-file", hidden=True, expose_value=False),
    setting("--show-banner", hidden=True, expose_value=False),
    setting("--headless", hidden=True, expose_value=False),
    setting("--show-summary", hidden=True, expose_value=False),
    setting("--show-summary-output", hidden=True, expose_value=False),
)

connection_options = _all(
    setting("--url", metavar="URL", help="The database: jdbc:postgresql://host/db, postgresql://host/db, sqlite:file …"),
    setting("--username", metavar="NAME"),
    setting("--password", metavar="TEXT", help="Better given by environment or BASCULE_SECRETS_FD than here."),
    setting("--default-schema-name", metavar="NAME", help="Schema for names without one."),
    setting("--default-catalog-name", metavar="NAME"),
    setting("--liquibase-schema-name", metavar="NAME", help="Schema of the history and lock tables."),
    setting("--liquibase-catalog-name", hidden=True, expose_value=False),
    setting("--database-changelog-table-name", metavar="NAME", help="[DATABASECHANGELOG]"),
    setting("--database-changelog-lock-table-name", metavar="NAME", help="[DATABASECHANGELOGLOCK]"),
)

lock_options = _all(
    setting("--changelog-lock-wait-time-in-minutes", type=float, metavar="MIN", help="How long to wait for another run [5]."),
    setting("--cancel-orphan", is_flag=True, help="End the work that a killed run left behind, instead of waiting for it."),
)

changelog_options = _all(
    setting("--changelog-file", required=True, metavar="FILE", help="The root changelog: .xml, .yaml, .json or .sql."),
    setting("--search-path", metavar="DIRS", help="Where files are looked for, comma separated [.]."),
    setting("--contexts", "--context-filter", "contexts", metavar="NAMES", help="Run changesets of these contexts."),
    setting("--label-filter", "--labels", "label_filter", metavar="EXPRESSION", help="Run changesets whose labels match."),
    click.option("-D", "defines", multiple=True, metavar="NAME=VALUE", help="Set a changelog property."),
)

run_options = _all(
    setting("--deployment-id", metavar="N", help="10 digits that name this run in the history."),
    setting("--lock-timeout", type=float, metavar="SECONDS", help="How long one attempt waits for a lock of others [3]."),
    setting("--lock-retry-limit", type=float, metavar="SECONDS", help="How long to try again before giving up [300]."),
    setting("--statement-events", type=click.Choice(["text", "hash"]), default="text", hidden=True),
)

output_default_options = _all(
    setting("--output-default-schema", hidden=True, expose_value=False),
    setting("--output-default-catalog", hidden=True, expose_value=False),
)
