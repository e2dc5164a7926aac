"""A database as it is now, or as a snapshot kept it: what `snapshot`, `diff` and `generate-changelog` begin with."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bascule import __version__
from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine.diff.canonical import canonical, fingerprint
from bascule.engine.schema import Schema
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import Url

SNAPSHOT_VERSION = 1


class DatabaseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Which database was looked at."""

    dialect: str
    product: str
    url: str
    user: str | None = None
    default_schema: str | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A canonical schema and where it was seen. As JSON or YAML it is what `offline:postgresql?snapshot=FILE` reads."""

    snapshot_version: int = SNAPSHOT_VERSION
    created: str
    bascule: str
    database: DatabaseFacts
    fingerprint: str
    schema: Schema
    triggers: dict[str, tuple[str, ...]] = {}
    """The statements of each table's triggers, where a table that is built anew needs them again (SQLite)."""


def look(target: Target, *, now: datetime | None = None) -> Snapshot:
    """The target's default schema less the tables of our own history. Raises InputError offline."""
    shape = target.shape()
    hidden = (target.at.history_table, target.at.lock_table)
    schema = canonical(shape, target.at.default_schema, hidden)
    return Snapshot(
        created=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        bascule=__version__,
        database=DatabaseFacts(
            dialect=target.dialect.name,
            product=target.facts.product,
            url=target.settings.url.shown,
            user=target.facts.user,
            default_schema=target.at.default_schema,
        ),
        fingerprint=fingerprint(schema),
        schema=schema,
        triggers={
            name: tuple(text for text in table.dependents.values() if text.lstrip()[:15].upper().startswith("CREATE TRIGGER"))
            for name, table in shape.tables.items()
            if name in schema.tables and table.dependents
        },
    )


def look_at(settings: TargetSettings) -> Snapshot:
    """The database that a URL names, or the snapshot that an offline one does."""
    if settings.url.offline:
        return _kept(settings.url)
    with open_target(settings) as target:
        return look(target)


def _kept(url: Url) -> Snapshot:
    file = url.options.get("snapshot")
    if file is None:
        raise InputError(
            Problem(
                code="CFG-021",
                what="an offline URL has no database to look at",
                where=url.shown,
                fix=f"offline:{url.dialect}?snapshot=FILE",
            )
        )
    try:
        data = Path(file).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(Problem(code="CLI-006", what=f"there is no file '{file}'")) from error
    try:
        if file.lower().endswith((".yaml", ".yml")):
            import yaml

            document = msgspec.convert(yaml.load(data, Loader=yaml.CSafeLoader), dict[str, Snapshot])
        else:
            document = msgspec.json.decode(data, type=dict[str, Snapshot])
        return document["snapshot"]
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        raise InputError(
            Problem(
                code="CFG-022", what="this is no snapshot that we can read", where=file, why=str(error), fix="take one by bascule snapshot"
            )
        ) from error
