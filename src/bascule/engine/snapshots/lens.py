"""A schema with no more than Liquibase's shape can say, so that it can be compared with one that Liquibase wrote down."""

import msgspec

from bascule.engine.schema import Column, Schema
from bascule.engine.snapshots import peer_read, peer_write
from bascule.engine.snapshots.model import Snapshot


def as_liquibase_says(snapshot: Snapshot) -> Snapshot:
    """Written in that shape and read back. Of SQLite its driver tells no sizes but those of texts."""
    if snapshot.by == "liquibase":
        return snapshot
    (seen,) = peer_read.snapshots(peer_write.document([snapshot]))
    schema = _without_sizes(seen.schema) if snapshot.database.dialect == "sqlite" else seen.schema
    return msgspec.structs.replace(snapshot, schema=schema, by="liquibase")


def _without_sizes(schema: Schema) -> Schema:
    tables = {
        name: msgspec.structs.replace(table, columns=tuple(_without_size(column) for column in table.columns))
        for name, table in schema.tables.items()
    }
    return msgspec.structs.replace(schema, tables=tables)


def _without_size(column: Column) -> Column:
    base = (column.type or "").partition("(")[0]
    return column if "CHAR" in base.upper() else msgspec.structs.replace(column, type=base)
