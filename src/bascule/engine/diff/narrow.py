"""A schema less the kinds of objects that nobody asked for (`--diff-types`)."""

from collections.abc import Collection

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.schema import Schema, Table

SCHEMA_TYPES = ("tables", "columns", "indexes", "foreignkeys", "primarykeys", "uniqueconstraints", "views", "sequences")
DIFF_TYPES = (*SCHEMA_TYPES, "data", "catalogs")
_OF_TABLES = frozenset(SCHEMA_TYPES) - {"tables", "views", "sequences"}


def diff_types(text: str | None) -> frozenset[str]:
    """The kinds that a comma list names; all but data without one. Raises InputError for another word, or columns without tables."""
    if not text:
        return frozenset(SCHEMA_TYPES)
    wanted = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    unknown = sorted(wanted - set(DIFF_TYPES))
    if unknown:
        raise InputError(Problem(code="CLI-060", what=f"there is no diff type '{unknown[0]}'", fix=f"known are {', '.join(DIFF_TYPES)}"))
    if wanted & _OF_TABLES and "tables" not in wanted:
        what = f"diff types {', '.join(sorted(wanted & _OF_TABLES))} are parts of tables"
        raise InputError(Problem(code="CLI-061", what=what, fix="name tables, too"))
    return wanted


def narrowed(schema: Schema, types: Collection[str]) -> Schema:
    """Without what is not among the types. Columns come with their tables."""
    return Schema(
        tables={name: _table(table, types) for name, table in schema.tables.items()} if "tables" in types else {},
        views=schema.views if "views" in types else {},
        sequences=schema.sequences if "sequences" in types else {},
        remainders=schema.remainders,
    )


def _table(table: Table, types: Collection[str]) -> Table:
    return msgspec.structs.replace(
        table,
        primary_key=table.primary_key if "primarykeys" in types else None,
        uniques=table.uniques if "uniqueconstraints" in types else (),
        foreign_keys=table.foreign_keys if "foreignkeys" in types else (),
        indexes=table.indexes if "indexes" in types else (),
    )
