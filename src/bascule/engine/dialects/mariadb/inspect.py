"""What a MariaDB or MySQL server says of itself: by information_schema."""

from collections.abc import Collection, Iterator
from typing import Any

from bascule.engine.dialects.live import LiveConnection, ServerFacts
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
    Sequence,
    Table,
    Unique,
    Value,
    View,
)


def facts(connection: LiveConnection) -> ServerFacts:
    ((database, user, version),) = connection.query("SELECT DATABASE(), SUBSTRING_INDEX(CURRENT_USER(), '@', 1), VERSION()")
    product = "MariaDB" if "mariadb" in version.lower() else "MySQL"
    return ServerFacts(
        product=f"{product} {version}", version=connection.server_version, user=user, default_schema=database, default_catalog=database
    )


def use_schema(connection: LiveConnection, schema: str) -> None:
    connection.query("USE `" + schema.replace("`", "``") + "`")


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    sql = """
        SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION
    """
    return dict(connection.query(sql, (table.schema, table.name)))


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    relations = connection.query(
        "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE())",
        (schema,),
    )
    wanted = None if tables is None else {name.lower() for name in tables}
    remarks = {
        name: text or None
        for name, kind, text in relations
        if kind in ("BASE TABLE", "SYSTEM VERSIONED") and (wanted is None or name.lower() in wanted)
    }
    columns = _by_table(connection, _COLUMNS, schema, remarks)
    indexes = _by_table(connection, _INDEXES, schema, remarks)
    keys = _by_table(connection, _FOREIGN_KEYS, schema, remarks)
    checks = _by_table(connection, _CHECKS, schema, remarks) if _is_mariadb(connection) else {}
    views = connection.query(
        "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE())", (schema,)
    )
    return Schema(
        tables={
            name: _table(
                Name(name, schema), columns.get(name, []), indexes.get(name, []), keys.get(name, []), checks.get(name, []), remarks[name]
            )
            for name in remarks
        },
        views={name: View(name=Name(name, schema), query=definition or "") for name, definition in views},
        sequences=_sequences(connection, schema, [name for name, kind, _ in relations if kind == "SEQUENCE"]),
        remainders=tuple(sorted(_remainders(connection, schema))) if tables is None else (),
    )


def _is_mariadb(connection: LiveConnection) -> bool:
    return "mariadb" in str(connection.query("SELECT VERSION()")[0][0]).lower()


def _by_table(connection: LiveConnection, sql: str, schema: str | None, tables: Collection[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by their first column, those of these tables."""
    grouped: dict[str, list[tuple[Any, ...]]] = {}
    for table, *rest in connection.query(sql, (schema,)):
        if table in tables:
            grouped.setdefault(table, []).append(tuple(rest))
    return grouped


def _sequences(connection: LiveConnection, schema: str | None, names: list[str]) -> dict[str, Sequence]:
    """Each tells of itself as a table of one row. Bounds that a sequence has anyway are not told."""
    prefix = f"{_quoted(schema)}." if schema else ""
    fields = "start_value, increment, minimum_value, maximum_value, cache_size, cycle_option"
    sql = " UNION ALL ".join(f"SELECT {fields} FROM {prefix}{_quoted(name)}" for name in names)  # noqa: S608 - names are quoted
    rows = connection.query(sql.replace("%", "%%")) if names else []
    found = {}
    for name, (start, increment, minimum, maximum, cache, cycle) in zip(names, rows, strict=True):
        usual = (1, 2**63 - 2) if increment > 0 else (1 - 2**63, -1)
        found[name] = Sequence(
            name=Name(name, schema),
            start=start,
            increment=increment,
            minimum=minimum if minimum != usual[0] else None,
            maximum=maximum if maximum != usual[1] else None,
            cache=cache,
            cycle=bool(cycle) or None,
        )
    return found


def _remainders(connection: LiveConnection, schema: str | None) -> Iterator[Remainder]:
    for kind, name in connection.query(_REMAINDERS, (schema,) * _REMAINDERS.count("%s")):
        yield Remainder(kind=kind.lower(), name=name)


def _table(
    name: Name,
    columns: list[tuple[Any, ...]],
    index_rows: list[tuple[Any, ...]],
    keys: list[tuple[Any, ...]],
    checks: list[tuple[Any, ...]],
    remarks: str | None,
) -> Table:
    rows_of: dict[str, list[tuple[Any, ...]]] = {}
    for label, *rest in index_rows:
        rows_of.setdefault(label, []).append(tuple(rest))
    indexes = tuple(_index(name, label, rows) for label, rows in rows_of.items() if label != "PRIMARY")
    primary = tuple(row[1] for row in rows_of.get("PRIMARY", ()))
    return Table(
        name=name,
        columns=tuple(_column(*row) for row in columns),
        primary_key=PrimaryKey(columns=primary, name="PRIMARY") if primary else None,
        uniques=tuple(
            Unique(columns=tuple(column.name for column in index.columns), name=index.name) for index in indexes if index.of_constraint
        ),
        foreign_keys=_foreign_keys(keys),
        indexes=indexes,
        checks=tuple(Check(name=label, expression=f"({expression})") for label, expression in checks),
        remarks=remarks,
    )


def _column(name: str, kind: str, nullable: str, default: str | None, extra: str, remarks: str) -> Column:
    """What happens at UPDATE is part of the default's text, as it is in a column's definition."""
    extra = extra.lower()
    at_update = extra.partition("on update ")[2]
    if default is not None and at_update:
        default = f"{default} ON UPDATE {at_update}"
    return Column(
        name=name,
        type=kind,
        nullable=False if nullable == "NO" else None,
        default=None if default is None or default == "NULL" else Value("computed", default),
        auto_increment="auto_increment" in extra,
        remarks=remarks or None,
    )


def _index(table: Name, label: str, rows: list[tuple[Any, ...]]) -> Index:
    """A unique one is a unique constraint, where it is on whole columns in their order."""
    unique = not rows[0][0]
    method = rows[0][4]
    plain = method in ("BTREE", "HASH") and not any(length for _, _, length, _, _ in rows)
    columns = tuple(Column(name=column, descending=True if order == "D" else None) for _, column, _, order, _ in rows)
    definition = None
    if not plain:
        kind = "UNIQUE " if unique else f"{method} " if method in ("FULLTEXT", "SPATIAL") else ""
        whole = method in ("FULLTEXT", "SPATIAL")  # their lengths are the server's business
        parts = (
            f"{_quoted(column)}{f'({length})' if length and not whole else ''}{' DESC' if order == 'D' else ''}"
            for _, column, length, order, _ in rows
        )
        definition = f"CREATE {kind}INDEX {_quoted(label)} ON {_quoted(table.name)} ({', '.join(parts)})"
    constraint = unique and plain and not any(column.descending for column in columns)
    return Index(name=label, table=table, columns=columns, unique=unique, of_constraint=constraint, definition=definition)


def _foreign_keys(rows: list[tuple[Any, ...]]) -> tuple[ForeignKey, ...]:
    by_name: dict[str, list[tuple[Any, ...]]] = {}
    for name, *rest in rows:
        by_name.setdefault(name, []).append(tuple(rest))
    return tuple(
        ForeignKey(
            columns=tuple(row[0] for row in parts),
            references=References(table=Name(parts[0][2], parts[0][1]), columns=tuple(row[3] for row in parts)),
            name=name,
            on_update=parts[0][4],
            on_delete=parts[0][5],
        )
        for name, parts in by_name.items()
    )


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


_COLUMNS = """
    SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) ORDER BY TABLE_NAME, ORDINAL_POSITION
"""
_INDEXES = """
    SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, COLLATION, INDEX_TYPE FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
"""
_FOREIGN_KEYS = """
    SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME,
           r.UPDATE_RULE, r.DELETE_RULE
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = COALESCE(%s, DATABASE()) ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION
"""
_CHECKS = """
    SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
    WHERE CONSTRAINT_SCHEMA = COALESCE(%s, DATABASE()) ORDER BY TABLE_NAME, CONSTRAINT_NAME
"""
_REMAINDERS = """
    SELECT 'trigger', CONCAT(EVENT_OBJECT_TABLE, '.', TRIGGER_NAME) FROM information_schema.TRIGGERS
      WHERE TRIGGER_SCHEMA = COALESCE(%s, DATABASE())
    UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = COALESCE(%s, DATABASE())
    UNION ALL SELECT 'event', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = COALESCE(%s, DATABASE())
    UNION ALL SELECT 'generation of a column', CONCAT(TABLE_NAME, '.', COLUMN_NAME) FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND GENERATION_EXPRESSION IS NOT NULL AND GENERATION_EXPRESSION <> ''
    UNION ALL SELECT 'collation of a column', CONCAT(c.TABLE_NAME, '.', c.COLUMN_NAME) FROM information_schema.COLUMNS c
      JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME AND t.TABLE_TYPE <> 'VIEW'
      WHERE c.TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND c.COLLATION_NAME <> t.TABLE_COLLATION
    UNION ALL SELECT 'collation of a table', t.TABLE_NAME FROM information_schema.TABLES t
      JOIN information_schema.SCHEMATA s ON s.SCHEMA_NAME = t.TABLE_SCHEMA
      WHERE t.TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND t.TABLE_TYPE = 'BASE TABLE' AND t.TABLE_COLLATION <> s.DEFAULT_COLLATION_NAME
    UNION ALL SELECT 'storage engine', TABLE_NAME FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> @@default_storage_engine
    UNION ALL SELECT 'system versioning', TABLE_NAME FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_TYPE = 'SYSTEM VERSIONED'
    UNION ALL SELECT DISTINCT 'partitioning', TABLE_NAME FROM information_schema.PARTITIONS
      WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND PARTITION_NAME IS NOT NULL
"""
