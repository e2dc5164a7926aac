"""What was seen of one schema, where and when."""

from collections.abc import Collection
from typing import Literal

import msgspec

from bascule.engine.schema import Schema, Table

SNAPSHOT_VERSION = 1


class DatabaseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Which database was looked at."""

    dialect: str
    product: str
    url: str
    user: str | None = None
    default_schema: str | None = None
    catalog: str | None = None
    version: str | None = None

    @property
    def name(self) -> str:
        """What the product is called, without its version."""
        return self.product.removesuffix(f" {self.version}") if self.version else self.product


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of a table the statement that made it and those of its indexes and triggers, for a rebuild (SQLite); of a view its own text."""

    definition: str | None = None
    dependents: dict[str, str] = {}


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A canonical schema and where it was seen. Kept as a file it is what `offline:postgresql?snapshot=FILE` reads."""

    snapshot_version: int = SNAPSHOT_VERSION
    created: str
    bascule: str
    database: DatabaseFacts
    fingerprint: str
    schema: Schema
    triggers: dict[str, tuple[str, ...]] = {}
    """The statements of each table's triggers, where a table that is built anew needs them again (SQLite)."""
    view_columns: dict[str, dict[str, str]] = {}
    """View → column → type: told, not compared, since the query decides them."""
    origins: dict[str, Origin] = {}
    by: Literal["bascule", "liquibase"] = "bascule"
    """Who took it: Liquibase's says less (no checks, no precision of times), so what is compared with it may say no more."""

    def shape(self, tables: Collection[str] | None = None) -> Schema:
        """As the catalog would show it, of these tables or of all."""
        wanted = None if tables is None else {name.lower() for name in tables}
        shown = {name: self._shown(table) for name, table in self.schema.tables.items() if wanted is None or name.lower() in wanted}
        return msgspec.structs.replace(self.schema, tables=shown)

    def columns(self, name: str) -> dict[str, str]:
        """A table's or view's columns with their types; none when it is not there."""
        table = self.schema.tables.get(name)
        return {column.name: column.type or "" for column in table.columns} if table else self.view_columns.get(name, {})

    def _shown(self, table: Table) -> Table:
        origin = self.origins.get(table.name.name)
        if origin is None:
            return table
        return msgspec.structs.replace(table, definition=origin.definition, dependents=origin.dependents)
