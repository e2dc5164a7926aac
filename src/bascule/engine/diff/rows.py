"""The rows of tables as changes, referenced tables first: `insert`, or a CSV file each with `loadData`."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection, Dialect, RenderContext
from bascule.engine.dialects.values import literal, string
from bascule.engine.schema import Schema, Table, Value
from bascule.engine.written.build import Attribute, columns, element
from bascule.engine.written.element import Element

_CSV_TYPES = {"numeric": "NUMERIC", "boolean": "BOOLEAN"}


class Rows(msgspec.Struct, frozen=True):
    """What brings a table's rows back: a CSV file's text, if any, and the changes."""

    table: str
    csv: str | None
    changes: tuple[Element, ...]


def inserts(schema: Schema, connection: Connection, dialect: Dialect, at: RenderContext) -> Iterator[Element]:
    """A change per row. Raises InputError for a value that no changelog can hold."""
    for table in _referenced_first(schema):
        for row in _read(table, connection, dialect, at):
            yield _insert(table, row, dialect)


def files(schema: Schema, connection: Connection, dialect: Dialect, at: RenderContext, folder: str) -> Iterator[Rows]:
    """A CSV file in `folder` per table that has rows, and the `loadData` that reads it.

    A row with a value that such a file cannot hold (bytes, several lines, the word NULL) is an `insert` beside it.
    Raises InputError for a value that no changelog can hold.
    """
    for table in _referenced_first(schema):
        rows = list(_read(table, connection, dialect, at))
        cells = [_cells(row, dialect) for row in rows]
        lines = [line for line in cells if line is not None]
        changes = [_insert(table, row, dialect) for row, line in zip(rows, cells, strict=True) if line is None]
        if lines:
            changes.insert(0, _load(table, f"{folder.rstrip('/')}/{table.name.name}.csv", dialect))
        if changes:
            yield Rows(table.name.name, _csv([[column.name for column in table.columns], *lines]) if lines else None, tuple(changes))


def _read(table: Table, connection: Connection, dialect: Dialect, at: RenderContext) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of the primary key, so that two runs give the same file."""
    quoted = RenderContext(quoting="QUOTE_ALL_OBJECTS", default_schema=at.default_schema, default_catalog=at.default_catalog)
    listed = dialect.ddl.identifiers([column.name for column in table.columns], quoted)
    order = f" ORDER BY {dialect.ddl.identifiers(table.primary_key.columns, quoted)}" if table.primary_key else ""
    yield from connection.query(f"SELECT {listed} FROM {dialect.ddl.name(table.name, quoted)}{order}")  # noqa: S608 - names are quoted


def _insert(table: Table, row: tuple[Any, ...], dialect: Dialect) -> Element:
    cells = [
        element("column", name=column.name, **_value(value, f"{table.name}.{column.name}", dialect))
        for column, value in zip(table.columns, row, strict=True)
    ]
    return element("insert", [columns(cells)], tableName=table.name.name)


def _load(table: Table, file: str, dialect: Dialect) -> Element:
    """Columns of numbers and truths say so; others are asked for their type when the file is read."""
    items = [
        element("column", header=column.name, name=column.name, type=_CSV_TYPES.get(dialect.types.family(column.type or "")))
        for column in table.columns
    ]
    return element("loadData", [columns(items)], file=file, tableName=table.name.name, separator=",", quotchar='"', encoding="UTF-8")


def _cells(row: tuple[Any, ...], dialect: Dialect) -> list[str] | None:
    """The row as a line of the file, None where it cannot be one."""
    cells = []
    for value in row:
        match value:
            case None:
                cells.append("NULL")
            case bool():
                cells.append(str(value).lower())
            case datetime():
                cells.append(value.isoformat(sep=" "))
            case str() if value.strip() != value or not value or len(value.splitlines()) > 1 or _is_more_than_text(value, dialect):
                return None
            case str() | int() | float() | Decimal() | date() | time() | UUID():
                cells.append(str(value))
            case dict():
                cells.append(json.dumps(value, ensure_ascii=False))
            case _:
                return None
    return cells


def _csv(lines: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(lines)
    return text.getvalue()


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
        case str() if value.strip() != value or not value or _is_more_than_text(value, dialect):
            return {"valueComputed": string(value)}  # formats trim
        case str() | UUID() | time():
            return {"value": str(value)}
        case dict():
            return {"value": json.dumps(value, ensure_ascii=False)}
        case _:
            raise InputError(
                Problem(code="DDL-030", what=f"a value of type {type(value).__name__} cannot be written in a changelog", where=where)
            )


def _is_more_than_text(text: str, dialect: Dialect) -> bool:
    """The word NULL means null, and what looks like a function is called."""
    return literal(Value("string", text), dialect.traits, RenderContext()) != string(text)
