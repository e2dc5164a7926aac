"""Scratch databases: of a target's kind, empty at first, gone in the end. Where a changelog is tried without touching the target."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.cancel import Cancel
from bascule.engine.dialects import live
from bascule.engine.dialects.connecting import Login
from bascule.engine.target import Target, TargetSettings
from bascule.engine.urls import Url

_SCRATCH, _TEMPLATE = "bascule_scratch", "bascule_template"
_LEFT_BEHIND_S = {_SCRATCH: 3600.0, _TEMPLATE: 7 * 86400.0}
_OURS = re.compile(rf"(?P<kind>{_SCRATCH}|{_TEMPLATE})_(?P<made_at>\d{{10}})_[0-9a-f]+")
"""A database of such a name, older than this and used by nobody, belongs to a run that was killed, or to a changelog long gone."""


class DevSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where scratch databases may be made. Without a URL we bring one: an embedded PostgreSQL, a temporary SQLite file."""

    url: Url | None = None
    username: str | None = None
    password: Secret | None = None
    keep_templates: bool = False
    """Whether a changelog once replayed stays there as a template, for the next time."""

    @property
    def login(self) -> Login | None:
        if self.url is None:
            return None
        return Login(url=self.url, username=self.username or self.url.username, password=self.password or self.url.password)


class Scratch(msgspec.Struct, frozen=True, kw_only=True):
    """A scratch database: open it with `open_target(scratch.settings)`. Who clones it, or keeps it, must have closed it before."""

    name: str
    settings: TargetSettings


class Workshop:
    """Makes scratch databases that resemble a target, and drops them."""

    def __init__(self, target: Target, place: live.Place, tell: Callable[[str], None]) -> None:
        self._target = target
        self._place = place
        self._tell = tell
        self._made: list[str] = []

    def create(self) -> Scratch:
        """An empty one, with the schemas that the target's settings name."""
        return self._scratch(self._made_name(_SCRATCH), None)

    def clone(self, scratch: Scratch) -> Scratch:
        """A copy, on PostgreSQL in tens of milliseconds whatever it took to make the first. Raises InputError where there is no way."""
        if not self._place.clones:
            kind = self._target.settings.url.dialect
            raise InputError(Problem(code="RUN-104", what=f"{kind} cannot clone a database", fix="make it again from its changelog"))
        return self._scratch(self._made_name(_SCRATCH), scratch.name)

    def template(self, digest: str, make: Callable[[Scratch], None]) -> Scratch:
        """A copy of the template of that digest. Where there is none yet, what `make` fills becomes one."""
        known = [n for n in self._place.idle() if n.startswith(f"{_TEMPLATE}_") and n.endswith(f"_{digest[:32]}")]
        if known:
            return self._scratch(self._made_name(_SCRATCH), known[0])
        first = self.create()
        make(first)
        with suppress(TargetError):  # two runs that make the same in the same second
            self._scratch(f"{_TEMPLATE}_{int(time.time())}_{digest[:32]}", first.name)
        return first

    @property
    def clones(self) -> bool:
        return self._place.clones

    @property
    def neighbours(self) -> list[str]:
        """Databases that a statement could reach from a scratch one: those beside it on a server where schemas are databases."""
        return [name for name in self._place.neighbours() if not _OURS.fullmatch(name)]

    def close(self) -> None:
        for name in reversed(list(self._made)):
            self._drop(name)

    def remove_left_behind(self) -> None:
        """What runs that were killed left on the server."""
        for name in self._place.idle():
            ours = _OURS.fullmatch(name)
            if ours is not None and time.time() - int(ours["made_at"]) > _LEFT_BEHIND_S[ours["kind"]]:
                self._tell(f"removing {name}, which a run that was killed left behind")
                with suppress(TargetError):  # another run does the same at this moment, or it is not ours to drop
                    self._place.drop(name)

    def _made_name(self, kind: str) -> str:
        name = f"{kind}_{int(time.time())}_{os.urandom(4).hex()}"
        self._made.append(name)
        return name

    def _scratch(self, name: str, like: str | None) -> Scratch:
        settings, traits = self._target.settings, self._target.dialect.traits
        has_schemas = traits.supports_schemas and not traits.schema_is_catalog
        default, history = (self._target.at.default_schema, settings.history_schema) if has_schemas else (None, None)
        wanted = tuple(schema for schema in (default, history) if schema)
        login = self._place.create(name, () if like is not None else wanted, like)
        return Scratch(
            name=name,
            settings=TargetSettings(
                url=login.url,
                username=login.username,
                password=login.password,
                access=login.access,
                default_schema=default,
                history_schema=history,
                history_table=settings.history_table,
                lock_table=settings.lock_table,
            ),
        )

    def _drop(self, name: str) -> None:
        self._place.drop(name)
        self._made.remove(name)


@contextmanager
def workshop(target: Target, dev: DevSettings, tell: Callable[[str], None], cancel: Cancel) -> Iterator[Workshop]:
    """Where scratch databases for this target are made, by the settings' URL or on what we bring; all of them are gone at the end.

    Raises InputError for a URL of another kind of database, TargetError when there is none to be had.
    """
    dialect = target.settings.url.dialect
    login = dev.login
    if login is not None and not _same_kind(login.url.dialect, dialect):
        raise InputError(
            Problem(
                code="RUN-105",
                what=f"--dev-url names a {login.url.dialect} database, the target is {dialect}",
                where=login.url.shown,
                why="what a changelog makes of the one says little of the other",
                fix=f"give the URL of a {dialect} server",
            )
        )
    place = live.open_place(dialect, login, target.connection)
    try:
        made = Workshop(target, place, tell)
        made.remove_left_behind()
        try:
            yield made
        finally:
            with cancel.shield():
                made.close()
    finally:
        with cancel.shield():
            place.close()


def _same_kind(one: str, other: str) -> bool:
    servers = {"mariadb", "mysql"}
    return one == other or {one, other} <= servers
