"""A schema with no more than Liquibase's shape can say, so that it can be compared with one that Liquibase wrote down."""

import msgspec

from bascule.engine.schema import Column, Index, Table
from bascule.engine.snapshots import peer_read, peer_write
from bascule.engine.snapshots.model import Snapshot


def as_liquibase_says(snapshot: Snapshot) -> Snapshot:
    """Written in that shape and read back, less what the drivers do not tell: how numbers are generated, that a unique constraint waits,
    and of SQLite sizes but those of texts, and an index's order.
    """
    if snapshot.by == "liquibase":
        return snapshot
    (seen,) = peer_read.snapshots(peer_write.document([snapshot]))
    is_sqlite = snapshot.database.dialect == "sqlite"
    tables = {name: _table(table, is_sqlite=is_sqlite) for name, table in seen.schema.tables.items()}
    columns = {view: {name: _bare(kind) for name, kind in own.items()} for view, own in snapshot.view_columns.items()}
    return msgspec.structs.replace(
        snapshot,
        schema=msgspec.structs.replace(seen.schema, tables=tables),
        view_columns=columns if is_sqlite else seen.view_columns,
        by="liquibase",
    )


def _table(table: Table, *, is_sqlite: bool) -> Table:
    return msgspec.structs.replace(
        table,
        columns=tuple(_column(column, is_sqlite=is_sqlite) for column in table.columns),
        uniques=tuple(msgspec.structs.replace(unique, deferrable=None, initially_deferred=None) for unique in table.uniques),
        indexes=tuple(_unordered(index) for index in table.indexes) if is_sqlite else table.indexes,
    )


def _column(column: Column, *, is_sqlite: bool) -> Column:
    kind = column.type or ""
    return msgspec.structs.replace(column, type=_bare(kind) if is_sqlite else kind, generation_type=None)


def _unordered(index: Index) -> Index:
    return msgspec.structs.replace(index, columns=tuple(msgspec.structs.replace(column, descending=None) for column in index.columns))


def _bare(kind: str) -> str:
    base = kind.partition("(")[0].upper()
    return kind.upper() if "CHAR" in base else base
