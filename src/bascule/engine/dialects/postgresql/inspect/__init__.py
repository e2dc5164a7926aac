"""What a PostgreSQL server says of itself: by its catalog, in a number of queries that does not grow with the schema."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.schema import Name, Schema


def facts(connection: LiveConnection) -> ServerFacts:
    sql = "SELECT current_schema(), current_database(), current_user, current_setting('server_version')"
    ((schema, catalog, user, version),) = connection.query(sql)
    return ServerFacts(
        product=f"PostgreSQL {version}",
        version=connection.server_version,
        user=user,
        default_schema=schema or "public",
        default_catalog=catalog,
    )


def use_schema(connection: LiveConnection, schema: str) -> None:
    _set_path(connection, f'{_quoted(schema)}, "$user", public')


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    sql = """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = %s AND n.nspname = coalesce(%s, current_schema()) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    """
    return dict(connection.query(sql, (table.name, table.schema)))


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    """Any schema, in its own words: what lies in it is named without it, as a session would that works there."""
    # Most runs read no schema.
    from bascule.engine.dialects.postgresql.inspect import code, relations, remainders, remarks, rights, types

    with _seen_from(connection, schema) as own:
        found = relations.found(connection, own, tables)
        if tables is not None:
            return Schema(tables=found.tables, views=found.views, sequences=found.sequences)
        return Schema(
            tables=found.tables,
            views=found.views,
            sequences=found.sequences,
            routines=code.routines(connection, own),
            triggers=code.triggers(connection, own),
            types=types.user_types(connection, own),
            extensions=types.extensions(connection, own),
            grants=rights.grants(connection, own),
            remarks=remarks.remarks(connection, own),
            remainders=remainders.remainders(connection, own),
        )


@contextmanager
def _seen_from(connection: LiveConnection, schema: str | None) -> Iterator[str]:
    """The schema's name. Meanwhile the session looks for names there only and writes as we say, so that all see the same words."""
    shown = ", ".join(f"current_setting('{setting}')" for setting in ("search_path", *_WORDING))
    ((own, *before),) = connection.query(f"SELECT coalesce(%s, current_schema(), 'public'), {shown}", (schema,))
    _set(connection, (_quoted(own), *_WORDING.values()))
    yield own
    _set(connection, tuple(before))  # after an error the transaction that failed takes the settings back


def _set(connection: LiveConnection, values: tuple[str, ...]) -> None:
    told = ", ".join(f"set_config('{setting}', %s, false)" for setting in ("search_path", *_WORDING))
    connection.query(f"SELECT {told}", values)


def _set_path(connection: LiveConnection, path: str) -> None:
    connection.query("SELECT set_config('search_path', %s, false)", (path,))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_WORDING = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
}
"""The settings that expressions are written by."""
