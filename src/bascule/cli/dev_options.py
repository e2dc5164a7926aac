"""The options that say where scratch databases may be made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from bascule.cli.options import setting, switch
from bascule.core.secret import Secret
from bascule.engine.urls import parse

if TYPE_CHECKING:
    from bascule.engine.ephemeral import DevSettings

Command = TypeVar("Command", bound=Callable[..., Any])


def dev_options(command: Command) -> Command:
    """`dev_settings` reads them."""
    for option in (
        switch("--keep-template", help="Keep the replayed changelog there as a template, for the next time (PostgreSQL)."),
        setting("--dev-password", metavar="TEXT", help="Better given by environment (BASCULE_DEV_PASSWORD)."),
        setting("--dev-username", metavar="NAME"),
        setting(
            "--dev-url",
            metavar="URL",
            help="A server where scratch databases may be made and dropped. Without it: an embedded PostgreSQL, a temporary SQLite file.",
        ),
    ):
        command = option(command)
    return command


def dev_settings(options: dict[str, Any]) -> "DevSettings":
    from bascule.engine.ephemeral import DevSettings

    url, password = options["dev_url"], options["dev_password"]
    return DevSettings(
        url=parse(url) if url else None,
        username=options["dev_username"],
        password=Secret(password) if password else None,
        keep_templates=options["keep_template"],
    )
