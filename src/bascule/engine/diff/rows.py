"""The rows of tables as `insert` changes, referenced tables first."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection, Dialect, RenderContext
from bascule.engine.dialects.values import string
from bascule.engine.schema import Schema, Table
from bascule.engine.written.build import Attribute, columns, element
from bascule.engine.written.element import Element


def inserts(schema: Schema, connection: Connection, dialect: Dialect, at: RenderContext) -> Iterator[Element]:
    """A change per row. Raises InputError for a value that no changelog can hold."""
    quoted = RenderContext(quoting="QUOTE_ALL_OBJECTS", default_schema=at.default_schema, default_catalog=at.default_catalog)
    for table in _referenced_first(schema):
        names = [column.name for column in table.columns]
        listed = dialect.ddl.identifiers(names, quoted)
        rows = connection.query(f"SELECT {listed} FROM {dialect.ddl.name(table.name, quoted)}")  # noqa: S608 - names are quoted
        for row in rows:
            cells = [
                element("column", name=name, **_value(value, f"{table.name}.{name}", dialect))
                for name, value in zip(names, row, strict=True)
            ]
            yield element("insert", [columns(cells)], tableName=table.name.name)


def _referenced_first(schema: Schema) -> list[Table]:
    """Tables in circles of references come by name."""
    left, placed = dict(sorted(schema.tables.items())), list[Table]()
    while left:
        ready = [n for n, t in left.items() if not any(key.references.table.name in left.keys() - {n} for key in t.foreign_keys)]
        for name in ready or [next(iter(left))]:
            placed.append(left.pop(name))
    return placed


def _value(value: Any, where: str, dialect: Dialect) -> dict[str, Attribute]:
    match value:
        case None:
            return {}
        case bool():
            return {"valueBoolean": value}
        case int():
            return {"valueNumeric": value}
        case float() | Decimal():
            return {"valueNumeric": str(value)}
        case datetime() if value.tzinfo is not None:
            return {"value": value.isoformat(sep=" ")}
        case datetime():
            return {"valueDate": value.isoformat()}
        case date():
            return {"valueDate": value.isoformat()}
        case bytes() | bytearray() | memoryview():
            return {"valueComputed": dialect.traits.binary_literal.format(bytes(value).hex())}
        case str() if value.upper() == "NULL" or value.strip() != value or not value:
            return {"valueComputed": string(value)}  # the plain word means null, and formats trim
        case str() | UUID() | time():
            return {"value": str(value)}
        case dict():
            return {"value": json.dumps(value, ensure_ascii=False)}
        case _:
            raise InputError(
                Problem(code="DDL-030", what=f"a value of type {type(value).__name__} cannot be written in a changelog", where=where)
            )
