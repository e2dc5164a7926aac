"""A database as it is now, or as a snapshot kept it: what `snapshot`, `diff` and `generate-changelog` begin with."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from bascule import __version__
from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine.diff.canonical import canonical, fingerprint
from bascule.engine.schema import Name, Schema
from bascule.engine.snapshots.lens import as_liquibase_says
from bascule.engine.snapshots.model import DatabaseFacts, Origin, Snapshot
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.urls import Url

__all__ = ["DatabaseFacts", "Snapshot", "alike", "look", "look_at", "look_at_schemas", "look_schemas"]


def look(target: Target, *, now: datetime | None = None, schema: str | None = None, view_columns: bool = False) -> Snapshot:
    """One schema, the default one if none is named, less the tables of our own history; of an offline target, what its snapshot kept.

    Raises InputError for an offline target without a snapshot. `view_columns` costs a query per view.
    """
    if not target.is_online:
        return _one_of(_kept(target.settings.url), schema, target.settings.url)
    own = schema or target.at.default_schema
    shape = target.shape(schema=schema)
    hidden = target.own_tables
    seen = canonical(shape, own, hidden)
    return Snapshot(
        created=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        bascule=__version__,
        database=DatabaseFacts(
            dialect=target.dialect.name,
            product=target.facts.product,
            url=target.settings.url.shown,
            user=target.facts.user,
            default_schema=own,
            catalog=target.at.default_catalog,
            version=target.facts.product.partition(" ")[2] or None,
        ),
        fingerprint=fingerprint(seen),
        schema=seen,
        triggers={
            name: tuple(text for text in table.dependents.values() if text.lstrip()[:15].upper().startswith("CREATE TRIGGER"))
            for name, table in shape.tables.items()
            if name in seen.tables and table.dependents
        },
        view_columns={name: dict(target.columns(Name(name, own))) for name in seen.views} if view_columns else {},
        origins=_origins(shape, seen),
    )


def _origins(shape: Schema, seen: Schema) -> dict[str, Origin]:
    """What the canonical form leaves out and others need."""
    tables = {
        name: Origin(definition=table.definition, dependents=table.dependents)
        for name, table in shape.tables.items()
        if name in seen.tables and table.definition
    }
    queries = {name: Origin(definition=view.query) for name, view in shape.views.items() if view.query != seen.views[name].query}
    return tables | queries


def look_schemas(target: Target, names: Sequence[str], *, view_columns: bool = False) -> list[Snapshot]:
    """Each of the named schemas, or the default one."""
    if not target.is_online and not names:
        return _kept(target.settings.url)
    return [look(target, schema=name, view_columns=view_columns) for name in names] or [look(target, view_columns=view_columns)]


def look_at(settings: TargetSettings) -> Snapshot:
    """The database that a URL names, or the snapshot that an offline one does."""
    return look_at_schemas(settings, ())[0]


def look_at_schemas(settings: TargetSettings, names: Sequence[str], *, view_columns: bool = False) -> list[Snapshot]:
    if settings.url.offline:
        kept = _kept(settings.url)
        return [_one_of(kept, name, settings.url) for name in names] or kept
    with open_target(settings) as target:
        return look_schemas(target, names, view_columns=view_columns)


def alike(one: Snapshot, other: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both with no more than the poorer of them can say, if Liquibase took one."""
    if one.by == other.by:
        return one, other
    return as_liquibase_says(one), as_liquibase_says(other)


def _kept(url: Url) -> list[Snapshot]:
    from bascule.engine.snapshots.file import read

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
    return [snapshot if snapshot.fingerprint else _with_fingerprint(snapshot) for snapshot in read(file)]


def _with_fingerprint(snapshot: Snapshot) -> Snapshot:
    return msgspec.structs.replace(snapshot, fingerprint=fingerprint(snapshot.schema))


def _one_of(kept: Sequence[Snapshot], name: str | None, url: Url) -> Snapshot:
    for snapshot in kept:
        if name is None or snapshot.database.default_schema == name:
            return snapshot
    raise NotFoundError(Problem(code="CLI-067", what=f"the snapshot holds no schema '{name}'", where=url.shown))
