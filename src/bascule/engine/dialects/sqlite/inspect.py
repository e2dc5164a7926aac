"""What an SQLite file says of itself: by PRAGMAs as tables, one query each for all tables, and by the statements it keeps."""

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import msgspec

from bascule.core.errors import InputError
from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.dialects.sqlite.plain import is_plain
from bascule.engine.dialects.sqlite.rebuild import parse
from bascule.engine.dialects.sqlite.told import Told, told
from bascule.engine.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    Name,
    PrimaryKey,
    References,
    Remainder,
    Schema,
    Table,
    Trigger,
    Unique,
    Value,
    View,
)

_VIEW_OPENING = re.compile(
    r"""\s*CREATE\s+VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|\w+)\s+AS\s+""", re.IGNORECASE
)
_HIDDEN, _VIRTUAL, _STORED = 1, 2, 3
"""What table_xinfo says of a column that is not an ordinary one."""


def facts(connection: LiveConnection) -> ServerFacts:
    version = connection.server_version
    return ServerFacts(product=f"SQLite {'.'.join(map(str, version))}", version=version)


def use_schema(connection: LiveConnection, schema: str) -> None:
    """SQLite has no schemas to choose from."""


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in connection.query("SELECT name, type FROM pragma_table_info(?)", (table.name,))}


class _Rows(NamedTuple):
    """What speaks of tables, each by table."""

    columns: dict[str, list[tuple[Any, ...]]]
    indexes: dict[str, list[tuple[Any, ...]]]
    parts: dict[str, list[tuple[Any, ...]]]
    """Of indexes, by index."""
    keys: dict[str, list[tuple[Any, ...]]]
    dependents: dict[str, dict[str, str]]


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    """Triggers and remainders only where the whole schema is asked for."""
    found = [
        (kind, name, table, sql or "")
        for kind, name, table, sql in connection.query("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
        if not name.startswith("sqlite_")
    ]
    wanted = None if tables is None else {name.lower() for name in tables}
    statements = {name: sql for kind, name, _, sql in found if kind == "table" and (wanted is None or name.lower() in wanted)}
    rows = _rows(connection, statements, found)
    return Schema(
        tables={name: _table(name, sql, rows) for name, sql in statements.items()},
        views={name: _view(name, sql) for kind, name, _, sql in found if kind == "view"},
        triggers={
            f"{table}.{name}": Trigger(name=Name(name), table=Name(table), definition=sql)
            for kind, name, table, sql in found
            if kind == "trigger" and tables is None
        },
        remainders=tuple(sorted(_remainders(connection))) if tables is None else (),
    )


def _remainders(connection: LiveConnection) -> Iterator[Remainder]:
    for table, kind in connection.query("SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')"):
        yield Remainder(kind=f"{kind} table", name=table)


def _rows(connection: LiveConnection, tables: Collection[str], found: list[tuple[str, str, str, str]]) -> _Rows:
    """One table is looked up by itself."""
    only = next(iter(tables)) if len(tables) == 1 else None

    def by_first(sql: str) -> dict[str, list[tuple[Any, ...]]]:
        grouped: dict[str, list[tuple[Any, ...]]] = {}
        if tables:
            one = "" if only is None else " AND m.name = ?"
            for first, *rest in connection.query(f"{sql} WHERE m.type = 'table'{one}", () if only is None else (only,)):
                grouped.setdefault(first, []).append(tuple(rest))
        return grouped

    dependents: dict[str, dict[str, str]] = {}
    for kind, name, table, sql in found:
        if kind in ("index", "trigger") and sql:
            dependents.setdefault(table.lower(), {})[name] = sql
    return _Rows(by_first(_COLUMNS), by_first(_INDEXES), by_first(_PARTS), by_first(_KEYS), dependents)


def _view(name: str, sql: str) -> View:
    """One that names its columns is known by its statement."""
    query, opened = _VIEW_OPENING.subn("", sql, count=1)
    return View(name=Name(name), query=query, definition=None if opened else sql)


def _table(name: str, sql: str, rows: _Rows) -> Table:
    said = _told(sql)
    columns, key = [], []
    for column, kind, required, default, key_position, hidden in rows.columns.get(name, ()):
        if hidden == _HIDDEN:
            continue
        if key_position:
            key.append((key_position, column))
        columns.append(
            Column(
                name=column,
                type=kind or None,
                nullable=False if required else None,
                default=None if default is None else Value("computed", str(default)),
                auto_increment=column.lower() in said.counting,
                attributes=said.attributes.get(column.lower()),
            )
        )
    key_columns = tuple(column for _, column in sorted(key))
    dependents = rows.dependents.get(name.lower(), {})
    uniques, indexes = _indexes(name, rows, dependents, said)
    table = Table(
        name=Name(name),
        columns=tuple(columns),
        primary_key=PrimaryKey(columns=key_columns, name=said.name_of("PRIMARY KEY", key_columns)) if key else None,
        uniques=uniques,
        foreign_keys=_foreign_keys(rows.keys.get(name, []), said),
        indexes=indexes,
        checks=tuple(Check(name=c.name, expression=c.expression) for c in said.constraints if c.kind == "CHECK"),
        options=dict.fromkeys(said.options, ""),
        definition=sql,
        dependents=dependents,
    )
    return msgspec.structs.replace(table, only_by_definition=not is_plain(table))


def _told(sql: str) -> Told:
    try:
        return told(parse(sql))
    except InputError:  # a virtual table
        return Told()


def _indexes(table: str, rows: _Rows, statements: dict[str, str], said: Told) -> tuple[tuple[Unique, ...], tuple[Index, ...]]:
    uniques: list[Unique] = []
    indexes: list[Index] = []
    for index, is_unique, origin, partial in rows.indexes.get(table, ()):
        parts = rows.parts.get(index, [])
        columns = tuple(Column(name=str(name), descending=True if down else None) for name, down, _ in parts if name is not None)
        if origin == "u":
            names = tuple(column.name for column in columns)
            uniques.append(Unique(columns=names, name=said.name_of("UNIQUE", names)))
        elif origin == "c":
            plain = not partial and all(name is not None and collation == "BINARY" for name, _, collation in parts)
            definition = None if plain else statements.get(index)
            indexes.append(Index(name=index, table=Name(table), columns=columns, unique=bool(is_unique), definition=definition))
    return tuple(uniques), tuple(indexes)


def _foreign_keys(rows: list[tuple[Any, ...]], said: Told) -> tuple[ForeignKey, ...]:
    by_id: dict[int, list[tuple[str, str, str | None, str, str]]] = {}
    for number, target, base, referenced, on_update, on_delete in rows:
        by_id.setdefault(number, []).append((target, base, referenced, on_update, on_delete))
    return tuple(_foreign_key(of_one, said) for _, of_one in sorted(by_id.items()))


def _foreign_key(rows: list[tuple[str, str, str | None, str, str]], said: Told) -> ForeignKey:
    target, _, _, on_update, on_delete = rows[0]
    columns = tuple(row[1] for row in rows)
    constraint = said.foreign_key(columns)
    return ForeignKey(
        columns=columns,
        name=constraint.name if constraint else None,
        references=References(table=Name(target), columns=tuple(row[2] for row in rows if row[2])),
        on_update=on_update,
        on_delete=on_delete,
        deferrable=constraint.deferrable if constraint else None,
        initially_deferred=constraint.initially_deferred if constraint else None,
    )


_COLUMNS = """
    SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden FROM sqlite_master m JOIN pragma_table_xinfo(m.name, 'main') c
"""
_INDEXES = """
    SELECT m.name, i.name, i."unique", i.origin, i.partial FROM sqlite_master m JOIN pragma_index_list(m.name, 'main') i
"""
_PARTS = """
    SELECT i.name, x.name, x."desc", x.coll FROM sqlite_master m JOIN pragma_index_list(m.name, 'main') i
    JOIN pragma_index_xinfo(i.name, 'main') x ON x.key
"""
_KEYS = """
    SELECT m.name, k.id, k."table", k."from", k."to", k.on_update, k.on_delete
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name, 'main') k
"""
