"""What every `connect.py` shares: who asks for a connection, how a URL's options are judged, how a driver's error reads to people."""

from typing import TYPE_CHECKING, Literal

import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.urls import TOKEN_OPTIONS, Url

if TYPE_CHECKING:
    from bascule.engine.access.model import Access


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """A database and who asks for it."""

    url: Url
    username: str | None = None
    password: Secret | None = None
    application: str = "bascule"
    """What the server's session list shows."""
    connect_timeout_s: int = 10
    access: "Access | None" = None
    """TLS material, a token provider, a tunnel: what no URL says."""
    by_token: bool = False
    """Whether the password is a token: then it goes over TLS or not at all."""
    via: tuple[str, int] | None = None
    """The address to connect to in place of the URL's, which stays the name that the server's certificate must have."""


def entered(login: Login) -> Login:
    """The login as it is good for one connection from now: with a fresh token, and the way through a tunnel.

    Raises InputError or TargetError.
    """
    if login.access is None and not any(name.lower() in TOKEN_OPTIONS for name in login.url.options):
        return login
    from bascule.engine.access.entering import enter

    found = enter(login.url, login.username, login.password, login.access)
    return msgspec.structs.replace(
        login, url=found.url, username=found.username, password=found.password, by_token=found.by_token, via=found.via
    )


FailureKind = Literal["lock_timeout", "cancelled", "connection_lost", "statement"]


class StatementFailedError(TargetError):
    """The server refused a statement, or the connection broke. `kind` is what callers may act on."""

    def __init__(self, problem: Problem, kind: FailureKind = "statement") -> None:
        super().__init__(problem)
        self.kind = kind


class UrlOption(msgspec.Struct, frozen=True):
    """What becomes of one URL option: `honoured` (as `to`, the driver's own word), `harmless` (noted), or `refused` for a reason."""

    what: Literal["honoured", "harmless", "refused"]
    to: str | None = None
    why: str | None = None
    fix: str | None = None


def honoured_options(url: Url, table: dict[str, UrlOption]) -> tuple[dict[str, str], list[Problem]]:
    """The driver's options, and notes for those without effect. Raises InputError with every option that is refused or unknown."""
    by_name = {name.lower(): option for name, option in table.items()}
    honoured: dict[str, str] = {}
    notes: list[Problem] = []
    refused: list[Problem] = []
    for name, value in url.options.items():
        option = by_name.get(name.lower())
        if option is None:
            refused.append(_unknown(name, url, table))
        elif option.what == "refused":
            where, why, fix = url.shown, option.why, option.fix
            refused.append(Problem(code="CFG-013", what=f"the URL option '{name}' cannot be honoured", where=where, why=why, fix=fix))
        elif option.what == "harmless":
            what = f"the URL option '{name}' has no effect here"
            notes.append(Problem(code="CFG-014", what=what, where=url.shown, why=option.why, severity="info"))
        else:
            honoured[option.to or name] = value
    if refused:
        raise InputError(refused)
    return honoured, notes


def _unknown(name: str, url: Url, table: dict[str, UrlOption]) -> Problem:
    from difflib import get_close_matches

    near = get_close_matches(name, table, n=1)
    return Problem(
        code="CFG-012",
        what=f"the URL option '{name}' is not known for {url.dialect}",
        where=url.shown,
        fix=f"did you mean '{near[0]}'?" if near else "leave it out, or see the table of URL options in the reference",
    )


def driver_missing(dialect: str, package: str, extra: str) -> TargetError:
    """The driver of a database is not installed."""
    return TargetError(
        Problem(
            code="RUN-010",
            what=f"the driver for {dialect} is not installed",
            why=f"{package} was not found",
            fix=f"pip install 'bascule[{extra}]'",
        )
    )
