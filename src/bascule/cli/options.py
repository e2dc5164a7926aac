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


def switch(*names: str, default: bool = False, **facts: Any) -> Callable[[Command], Command]:
    """`--force`, `--force=true` and `--force false` alike, as Liquibase reads them."""
    return setting(*names, is_flag=False, flag_value=True, type=bool, default=default, **facts)


def example(words: str) -> str:
    """The last line of a verb's help."""
    return f"Example:  bascule {words} --changelog-file db/changelog.yaml --url jdbc:postgresql://localhost/app --username app"


def all_of(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
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


reporting_options = all_of(
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
    setting("--output-file-encoding", metavar="NAME", help="[UTF-8]"),
    setting("--output-line-separator", metavar="TEXT", help="What ends a line of that file: \\n, \\r\\n [\\n]."),
    switch("--quiet", "-q", help="No progress on stderr."),
    switch("--should-run", default=True, hidden=True),
)

connection_options = all_of(
    setting("--url", metavar="URL", help="The database: jdbc:postgresql://host/db, postgresql://host/db, sqlite:file …"),
    setting("--driver-properties-file", metavar="FILE", help="Options of the connection, as key=value lines."),
    setting("--username", metavar="NAME"),
    setting("--password", metavar="TEXT", help="Better given by environment or BASCULE_SECRETS_FD than here."),
    setting("--default-schema-name", metavar="NAME", help="Schema for names without one."),
    setting("--default-catalog-name", metavar="NAME"),
    setting("--liquibase-schema-name", metavar="NAME", help="Schema of the history and lock tables."),
    setting("--database-changelog-table-name", metavar="NAME", help="[DATABASECHANGELOG]"),
    setting("--database-changelog-lock-table-name", metavar="NAME", help="[DATABASECHANGELOGLOCK]"),
    setting("--liquibase-tablespace-name", metavar="NAME", help="Tablespace of the history and lock tables."),
)

lock_options = all_of(
    setting("--changelog-lock-wait-time-in-minutes", type=float, metavar="MIN", help="How long to wait for another run [5]."),
    switch("--cancel-orphan", help="End the work that a killed run left behind, instead of waiting for it."),
)

changelog_file_option = setting("--changelog-file", metavar="FILE", help="The root changelog: .xml, .yaml, .json or .sql.")

reading_options = all_of(
    setting("--search-path", metavar="DIRS", help="Where files are looked for, comma separated [.]."),
    setting("--contexts", "--context-filter", "contexts", metavar="NAMES", help="Run changesets of these contexts."),
    setting("--label-filter", "--labels", "label_filter", metavar="EXPRESSION", help="Run changesets whose labels match."),
    click.option("-D", "defines", multiple=True, metavar="NAME=VALUE", help="Set a changelog property."),
    setting(
        "--missing-property-mode",
        type=click.Choice(["PRESERVE", "EMPTY", "ERROR"], case_sensitive=False),
        default="PRESERVE",
        help="What becomes of ${name} that no property explains.",
    ),
    setting("--file-encoding", metavar="NAME", help="Of files that do not name their own [UTF-8]."),
    setting(
        "--duplicate-file-mode",
        type=click.Choice(["ERROR", "WARN", "INFO", "DEBUG", "SILENT"], case_sensitive=False),
        default="ERROR",
        help="When a file is in two folders of the search path; anything but ERROR takes the first.",
    ),
    setting(
        "--pro-global-end-delimiter", "--global-end-delimiter", "end_delimiter", metavar="TEXT", help="What ends a statement of SQL [;]."
    ),
    switch(
        "--pro-global-end-delimiter-prioritized",
        "--global-end-delimiter-prioritized",
        "overrides_delimiters",
        help="Also of changes that name another.",
    ),
    switch("--support-property-escaping", help="${:name} stands for the text ${name}."),
    setting(
        "--on-missing-include-changelog",
        type=click.Choice(["FAIL", "WARN"], case_sensitive=False),
        default="FAIL",
        help="When an included file is not there.",
    ),
)

changelog_options = all_of(
    setting("--changelog-file", required=True, metavar="FILE", help="The root changelog: .xml, .yaml, .json or .sql."),
    reading_options,
)

patience_options = all_of(
    setting(
        "--lock-timeout",
        "--ddl-lock-timeout",
        "lock_timeout",
        type=float,
        metavar="SECONDS",
        help="How long one attempt waits for a lock of others [3].",
    ),
    setting("--lock-retry-limit", type=float, metavar="SECONDS", help="How long to try again before giving up [300]."),
    setting("--statement-events", type=click.Choice(["text", "hash"]), default="text", hidden=True),
)

output_default_options = all_of(
    switch("--output-default-schema", default=True, help="Write the default schema in front of names [true]."),
    switch("--output-default-catalog", default=True, help="The same for the catalog, on MySQL and MariaDB [true]."),
)

run_options = all_of(setting("--deployment-id", metavar="N", help="10 digits that name this run in the history."), patience_options)

changeset_options = all_of(
    setting("--changeset-path", required=True, metavar="FILE", help="The file it is recorded under."),
    setting("--changeset-id", required=True, metavar="ID"),
    setting("--changeset-author", required=True, metavar="AUTHOR"),
)

deployment_option = setting("--deployment-id", "undone_deployment", metavar="N", help="Its 10 digits in the history [the latest].")
