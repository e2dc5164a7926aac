"""What a client is: how its command line is made of a login, and how its complaints are read. A password is never among its arguments."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import Login
from bascule.engine.written.changeset import ChangeSet

Settings = Mapping[str, str]
"""Of all clients: `psql-path`, `mysql-timeout`, …"""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A program about to be run: its arguments, what its environment has besides ours, and what it reads."""

    argv: tuple[str, ...]
    environment: dict[str, str] = {}
    reads_script: bool = False
    """Whether the script comes by standard input; else its file is among the arguments."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is to do: run this script on that database. `folder` is its own, for files that only we may read."""

    program: str
    login: Login
    script: Path
    folder: Path
    schema: str | None = None
    arguments: tuple[str, ...] = ()
    log_file: str | None = None


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """One client. `complaint` finds, in what it says on stderr, the line of the script and what is wrong there."""

    name: str
    programs: tuple[str, ...]
    """The names it goes by, the likeliest first."""
    dialects: frozenset[str]
    command: Callable[[Call], Command]
    complaint: re.Pattern[str]


def problems(changeset: ChangeSet, dialect_name: str) -> Iterator[Problem]:
    """What keeps a changeset from being run with the client it names, on any machine."""
    from bascule.engine.clients import CLIENTS

    if changeset.client is None:
        return
    where = str(changeset.position)
    client = CLIENTS.find(changeset.client) if changeset.client.isidentifier() else None
    if client is None:
        yield CLIENTS.unknown(changeset.client, where)
    elif dialect_name not in client.dialects:
        yield Problem(
            code="RUN-064",
            what=f"runWith {client.name} is not for {dialect_name}",
            where=where,
            fix=f"limit the changeset with dbms: '{', '.join(sorted(client.dialects))}', or leave runWith out",
        )
