"""What a MariaDB or MySQL server says of itself: by information_schema."""

from collections.abc import Collection

from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.schema import Column, ForeignKey, Index, Name, PrimaryKey, References, Schema, Table, Unique, Value


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
    names = [name for name, kind, _ in relations if kind == "BASE TABLE" and (wanted is None or name.lower() in wanted)]
    views = connection.query(
        "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE())", (schema,)
    )
    return Schema(
        tables={name: _table(connection, Name(name, schema)) for name in names},
        views={name: definition or "" for name, definition in views},
        sequences=tuple(name for name, kind, _ in relations if kind == "SEQUENCE"),
    )


def _table(connection: LiveConnection, table: Name) -> Table:
    place = (table.schema, table.name)
    columns = connection.query(
        "SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT FROM information_schema.COLUMNS "
        "WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION",
        place,
    )
    indexes: dict[str, tuple[bool, list[str]]] = {}
    for name, not_unique, column in connection.query(
        "SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME FROM information_schema.STATISTICS "
        "WHERE TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND TABLE_NAME = %s ORDER BY INDEX_NAME, SEQ_IN_INDEX",
        place,
    ):
        indexes.setdefault(name, (not not_unique, []))[1].append(column)
    key = indexes.pop("PRIMARY", None)
    return Table(
        name=table,
        columns=tuple(
            Column(
                name=name,
                type=kind,
                nullable=False if nullable == "NO" else None,
                default=None if default is None or default == "NULL" else Value("computed", default),
                auto_increment="auto_increment" in extra.lower(),
                remarks=remarks or None,
            )
            for name, kind, nullable, default, extra, remarks in columns
        ),
        primary_key=PrimaryKey(columns=tuple(key[1]), name="PRIMARY") if key else None,
        uniques=tuple(Unique(columns=tuple(own), name=name) for name, (unique, own) in indexes.items() if unique),
        foreign_keys=_foreign_keys(connection, place),
        indexes=tuple(
            Index(name=name, table=table, columns=tuple(Column(name=column) for column in own), unique=unique)
            for name, (unique, own) in indexes.items()
        ),
    )


def _foreign_keys(connection: LiveConnection, place: tuple[str | None, str]) -> tuple[ForeignKey, ...]:
    rows = connection.query(
        "SELECT k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, "
        "r.UPDATE_RULE, r.DELETE_RULE FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r "
        "ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME "
        "WHERE k.TABLE_SCHEMA = COALESCE(%s, DATABASE()) AND k.TABLE_NAME = %s ORDER BY k.CONSTRAINT_NAME, k.ORDINAL_POSITION",
        place,
    )
    by_name: dict[str, list[tuple[str, ...]]] = {}
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
