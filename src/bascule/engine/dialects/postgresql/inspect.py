"""What a PostgreSQL server says of itself: by its catalog."""

from collections.abc import Collection
from typing import Any

from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.schema import Column, ForeignKey, Index, Name, PrimaryKey, References, Schema, Table, Unique, Value

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


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
    quoted = '"' + schema.replace('"', '""') + '"'
    connection.query("SELECT set_config('search_path', %s, false)", (f'{quoted}, "$user", public',))


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    sql = """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = %s AND n.nspname = coalesce(%s, current_schema()) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    """
    return dict(connection.query(sql, (table.name, table.schema)))


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    where = (schema,)
    sql = """
        SELECT c.relname, c.relkind, CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, obj_description(c.oid, 'pg_class')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = coalesce(%s, current_schema()) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') ORDER BY c.relname
    """
    relations = connection.query(sql, where)
    wanted = None if tables is None else {name.lower() for name in tables}
    names = [name for name, kind, *_ in relations if kind in "rp" and (wanted is None or name.lower() in wanted)]
    columns = _by_table(connection.query(_COLUMNS, (schema, names)))
    constraints = _by_table(connection.query(_CONSTRAINTS, (schema, names)))
    indexes = _by_table(connection.query(_INDEXES, (schema, names)))
    remarks = {name: text for name, _, _, text in relations}
    return Schema(
        tables={
            name: _table(Name(name, schema), columns.get(name, []), constraints.get(name, []), indexes.get(name, []), remarks[name])
            for name in names
        },
        views={name: definition or "" for name, kind, definition, _ in relations if kind in "vm"},
        sequences=tuple(name for name, kind, *_ in relations if kind == "S"),
    )


def _by_table(rows: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    grouped: dict[str, list[tuple[Any, ...]]] = {}
    for table, *rest in rows:
        grouped.setdefault(table, []).append(tuple(rest))
    return grouped


def _table(
    name: Name, columns: list[tuple[Any, ...]], constraints: list[tuple[Any, ...]], indexes: list[tuple[Any, ...]], remarks: str | None
) -> Table:
    keys = [PrimaryKey(columns=tuple(own), name=label) for kind, label, own, *_ in constraints if kind == "p"]
    return Table(
        name=name,
        columns=tuple(
            Column(
                name=column,
                type=kind,
                nullable=False if required else None,
                default=None if default is None else Value("computed", default),
                auto_increment=identity != "",
                remarks=text,
            )
            for column, kind, required, default, identity, text in columns
        ),
        primary_key=keys[0] if keys else None,
        uniques=tuple(Unique(columns=tuple(own), name=label) for kind, label, own, *_ in constraints if kind == "u"),
        foreign_keys=tuple(
            ForeignKey(
                columns=tuple(own),
                references=References(table=Name(target, target_schema), columns=tuple(other)),
                name=label,
                on_update=_ACTIONS.get(on_update),
                on_delete=_ACTIONS.get(on_delete),
            )
            for kind, label, own, other, target_schema, target, on_update, on_delete, _ in constraints
            if kind == "f"
        ),
        indexes=tuple(
            Index(name=label, table=name, columns=tuple(Column(name=column) for column in own), unique=unique)
            for label, unique, own in indexes
        ),
        checks=tuple(definition for kind, *_, definition in constraints if kind == "c"),
        remarks=remarks,
    )


_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity,
           col_description(c.oid, a.attnum)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = coalesce(%s, current_schema()) AND c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
_CONSTRAINTS = """
    SELECT c.relname, k.contype::text, k.conname,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, i) JOIN pg_attribute a
                 ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i),
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, i) JOIN pg_attribute a
                 ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i),
           fn.nspname, f.relname, k.confupdtype::text, k.confdeltype::text, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE n.nspname = coalesce(%s, current_schema()) AND c.relname = ANY(%s) ORDER BY c.relname, k.conname
"""
_INDEXES = """
    SELECT t.relname, i.relname, x.indisunique,
           ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts) k)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = coalesce(%s, current_schema()) AND t.relname = ANY(%s)
    ORDER BY t.relname, i.relname
"""
