"""What a MariaDB or MySQL server says of itself: by information_schema, and by SHOW CREATE where that tells only parts."""

from collections.abc import Collection, Iterator

from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.dialects.mariadb import code, words
from bascule.engine.dialects.mariadb.rights import grants
from bascule.engine.dialects.mariadb.rows import Rows, TableRow, relations, rows_of
from bascule.engine.dialects.mariadb.server import Server, server_of
from bascule.engine.dialects.mariadb.show_create import Shown, shown_of
from bascule.engine.dialects.mariadb.tables import parts_of, table
from bascule.engine.dialects.mysql.whole import quoted
from bascule.engine.schema import Name, Remainder, Schema, Sequence

_TABLES = ("BASE TABLE", "SYSTEM VERSIONED")
_AT_ONCE = 200
"""How many sequences one statement asks for."""


def facts(connection: LiveConnection) -> ServerFacts:
    ((database, user, version),) = connection.query("SELECT DATABASE(), SUBSTRING_INDEX(CURRENT_USER(), '@', 1), VERSION()")
    product = "MariaDB" if "mariadb" in version.lower() else "MySQL"
    return ServerFacts(
        product=f"{product} {version}", version=connection.server_version, user=user, default_schema=database, default_catalog=database
    )


def use_schema(connection: LiveConnection, schema: str) -> None:
    connection.query("USE " + quoted(schema))


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    sql = """
        SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION
    """
    return dict(connection.query(sql, (table.schema, table.name)))


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    """Routines, triggers, rights and remainders only where the whole schema is asked for."""
    server = server_of(connection, schema)
    found = relations(connection, server)
    wanted = None if tables is None else {name.lower() for name in tables}
    rows_of_tables = {row.name: row for row in found if row.kind in _TABLES and (wanted is None or row.name.lower() in wanted)}
    rows = rows_of(connection, server, rows_of_tables)
    shown = shown_of(connection, server, rows_of_tables.values(), rows)
    seen = Schema(
        tables={name: table(row, parts_of(name, rows), shown.get(name, Shown()), schema, server) for name, row in rows_of_tables.items()},
        views=code.views(connection, schema, server),
        sequences=_sequences(connection, schema, server, [row.name for row in found if row.kind == "SEQUENCE"]),
    )
    return seen if tables is not None else _whole(connection, schema, server, seen, rows, found)


def _whole(connection: LiveConnection, schema: str | None, server: Server, seen: Schema, rows: Rows, found: list[TableRow]) -> Schema:
    routines, odd_routines = code.routines(connection, schema, server)
    triggers, odd_triggers = code.triggers(connection, schema, server)
    granted, hidden = grants(connection, server)
    return Schema(
        tables=seen.tables,
        views=seen.views,
        sequences=seen.sequences,
        routines=routines,
        triggers=triggers,
        grants=granted,
        remainders=tuple(sorted([*odd_routines, *odd_triggers, *hidden, *_remainders(server, rows, found)])),
    )


def _sequences(connection: LiveConnection, schema: str | None, server: Server, names: list[str]) -> dict[str, Sequence]:
    """Each tells of itself as a table of one row. Bounds that a sequence has anyway are not told."""
    fields = "start_value, increment, minimum_value, maximum_value, cache_size, cycle_option"
    found = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        sql = " UNION ALL ".join(f"SELECT {fields} FROM {quoted(server.schema)}.{quoted(name)}" for name in some)  # noqa: S608 - quoted
        for name, row in zip(some, connection.query(sql), strict=True):
            found[name] = _sequence(Name(name, schema), row)
    return found


def _sequence(name: Name, row: tuple[int, int, int, int, int, int]) -> Sequence:
    start, increment, minimum, maximum, cache, cycle = row
    usual = (1, 2**63 - 2) if increment > 0 else (1 - 2**63, -1)
    return Sequence(
        name=name,
        start=start,
        increment=increment,
        minimum=minimum if minimum != usual[0] else None,
        maximum=maximum if maximum != usual[1] else None,
        cache=cache,
        cycle=bool(cycle) or None,
    )


def _remainders(server: Server, rows: Rows, found: list[TableRow]) -> Iterator[Remainder]:
    """What is in the catalog and in no value of ours."""
    if server.collation != server.usual_collation:
        yield Remainder(kind="collation of the schema", name=server.collation)
    for relation in found:
        if relation.kind not in (*_TABLES, "SEQUENCE", "VIEW"):
            yield Remainder(kind=relation.kind.lower(), name=relation.name)
    for name, columns in rows.columns.items():
        for column in columns:
            if words.is_lossy(column):
                yield Remainder(kind="default of bytes", name=f"{name}.{column.name}")
