"""What an SQLite file says of itself: by PRAGMA."""

import re
from collections.abc import Collection, Iterator

import msgspec

from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.dialects.sqlite.plain import is_plain
from bascule.engine.schema import (
    Column,
    ForeignKey,
    Index,
    Name,
    PrimaryKey,
    References,
    Remainder,
    Schema,
    Table,
    Unique,
    Value,
    View,
)

_VIEW_OPENING = re.compile(
    r"""\s*CREATE\s+VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|\w+)\s+AS\s+""", re.IGNORECASE
)
_KEY_NAME = re.compile(r"""CONSTRAINT\s+("[^"]+"|`[^`]+`|\[[^\]]+\]|\w+)\s+PRIMARY\s+KEY""", re.IGNORECASE)

_FOREIGN_KEY_NAME = re.compile(
    r"""CONSTRAINT\s+("[^"]+"|`[^`]+`|\[[^\]]+\]|\w+)\s+FOREIGN\s+KEY\s*\(([^()]*)\)\s*REFERENCES\b""", re.IGNORECASE
)


def facts(connection: LiveConnection) -> ServerFacts:
    version = connection.server_version
    return ServerFacts(product=f"SQLite {'.'.join(map(str, version))}", version=version)


def use_schema(connection: LiveConnection, schema: str) -> None:
    """SQLite has no schemas to choose from."""


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    return {str(row[1]): str(row[2]) for row in connection.query(f"PRAGMA table_info({_quoted(table.name)})")}


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    found = connection.query(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    wanted = None if tables is None else {name.lower() for name in tables}
    return Schema(
        tables={
            name: _table(connection, name, sql or "")
            for kind, name, sql in found
            if kind == "table" and (wanted is None or name.lower() in wanted)
        },
        views={name: View(name=Name(name), query=_VIEW_OPENING.sub("", sql or "", count=1)) for kind, name, sql in found if kind == "view"},
        remainders=tuple(sorted(_remainders(connection))) if tables is None else (),
    )


def _remainders(connection: LiveConnection) -> Iterator[Remainder]:
    for table, trigger in connection.query("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"):
        yield Remainder(kind="trigger", name=f"{table}.{trigger}")
    for table, kind in connection.query("SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')"):
        yield Remainder(kind=f"{kind} table", name=table)


def _table(connection: LiveConnection, name: str, sql: str) -> Table:
    columns: list[Column] = []
    key: list[tuple[int, str]] = []
    for _, column, kind, required, default, key_position in connection.query(f"PRAGMA table_info({_quoted(name)})"):
        if key_position:
            key.append((key_position, column))
        columns.append(
            Column(
                name=column,
                type=kind or None,
                nullable=False if required else None,
                default=None if default is None else Value("computed", str(default)),
                auto_increment=bool(key_position) and "AUTOINCREMENT" in sql.upper(),
            )
        )
    dependents = _dependents(connection, name)
    uniques, indexes = _indexes(connection, name, dependents)
    table = Table(
        name=Name(name),
        columns=tuple(columns),
        primary_key=PrimaryKey(columns=tuple(column for _, column in sorted(key)), name=_key_name(sql)) if key else None,
        uniques=uniques,
        foreign_keys=_foreign_keys(connection, name, sql),
        indexes=indexes,
        definition=sql,
        dependents=dependents,
    )
    return msgspec.structs.replace(table, only_by_definition=not is_plain(table))


def _dependents(connection: LiveConnection, table: str) -> dict[str, str]:
    """Indexes and triggers with the statements that made them; those that came with a constraint have none."""
    found = connection.query(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        (table,),
    )
    return {str(name): str(sql) for name, sql in found}


def _key_name(sql: str) -> str | None:
    """The primary key's name: no PRAGMA tells it, only the statement that made the table."""
    match = _KEY_NAME.search(sql)
    return match.group(1).strip('"`[]') if match else None


def _indexes(connection: LiveConnection, table: str, statements: dict[str, str]) -> tuple[tuple[Unique, ...], tuple[Index, ...]]:
    uniques: list[Unique] = []
    indexes: list[Index] = []
    for _, index, is_unique, origin, partial in connection.query(f"PRAGMA index_list({_quoted(table)})"):
        parts = [row for row in connection.query(f"PRAGMA index_xinfo({_quoted(index)})") if row[5]]
        columns = tuple(Column(name=str(row[2]), descending=True if row[3] else None) for row in parts if row[2] is not None)
        if origin == "u":
            uniques.append(Unique(columns=tuple(column.name for column in columns)))
        elif origin == "c":
            plain = not partial and all(row[2] is not None and row[4] == "BINARY" for row in parts)
            definition = None if plain else statements.get(index)
            indexes.append(Index(name=index, table=Name(table), columns=columns, unique=bool(is_unique), definition=definition))
    return tuple(uniques), tuple(indexes)


def _foreign_keys(connection: LiveConnection, table: str, sql: str) -> tuple[ForeignKey, ...]:
    names = {_unquoted_list(match[2]): match[1].strip('"`[]') for match in _FOREIGN_KEY_NAME.finditer(sql)}
    by_id: dict[int, list[tuple[str, str, str | None, str, str]]] = {}
    for number, _, target, base, referenced, on_update, on_delete, _ in connection.query(f"PRAGMA foreign_key_list({_quoted(table)})"):
        by_id.setdefault(number, []).append((target, base, referenced, on_update, on_delete))
    return tuple(
        ForeignKey(
            columns=tuple(row[1] for row in rows),
            name=names.get(tuple(row[1].lower() for row in rows)),
            references=References(table=Name(rows[0][0]), columns=tuple(row[2] for row in rows if row[2])),
            on_update=rows[0][3],
            on_delete=rows[0][4],
        )
        for _, rows in sorted(by_id.items())
    )


def _unquoted_list(text: str) -> tuple[str, ...]:
    return tuple(word.strip().strip('"`[]').lower() for word in text.split(","))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
