"""Statements about rows."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.words import Words
from bascule.engine.dialects.loading import rows_of
from bascule.engine.schema import Column, Name
from bascule.engine.sql.statement import Load, Statement

Row = tuple[Column, ...]


class RowWords(Words):
    """INSERT, UPDATE, DELETE."""

    one_row = ""
    """What a query selects from that needs no table, as ` FROM DUAL`."""
    number: Callable[[str], Any] = staticmethod(str)
    """A number as the driver takes it best."""
    selects_null = True
    """Whether a query may select NULL without a type; else a column that is to be NULL is left out of the INSERT."""

    def insert_rows(self, op: ops.InsertRows, at: RenderContext) -> Iterator[Statement]:
        settled = self.settled(op.table, op.rows, at)
        if op.together and self.traits.inserts_many and settled:
            rows = ",".join(self.cells(row, at) for row in settled)
            yield Statement(f"{self.insert_head(op.table, settled[0], at)} VALUES {rows}")
            return
        for row in settled:
            yield Statement(f"{self.insert_head(op.table, row, at)} VALUES {self.cells(row, at)}")

    def load_rows(self, op: ops.LoadRows, at: RenderContext) -> Iterator[Statement]:
        """One statement for all, its rows read while they are sent."""
        shape = self.known_shape(op.table, at, "a file of rows")
        column_types = {column.name.lower(): column.type or "" for column in shape.columns} if shape is not None else {}
        named = [place.name for place in op.source.places if not place.is_left_out]

        def written_out(record: list[str]) -> str:
            (row,) = self.settled(op.table, (op.source.row(record),), at)
            return self.cells(row, at)

        load = Load(
            table=self.name(op.table, at),
            columns=tuple(self.identifier(name, at) for name in named),
            rows=lambda: rows_of(op.source, column_types, self.types, self.traits, self.number, written_out),
        )
        yield Statement(f"{load.head} VALUES … the rows of {op.source.file}", load=load)

    def settled(self, table: Name, rows: Sequence[Row], at: RenderContext) -> Sequence[Row]:
        """The rows with their untyped cells read as the columns' types."""
        if not any(column.value is not None and column.value.kind == "cell" for row in rows for column in row):
            return rows
        shape = self.known_shape(table, at, "a cell without a type")
        families = {column.name.lower(): self.types.family(column.type or "") for column in shape.columns} if shape is not None else {}

        def read(column: Column) -> Column:
            if column.value is None or column.value.kind != "cell":
                return column
            return msgspec.structs.replace(column, value=values.settled(column.value, families.get(column.name.lower(), "other")))

        return [tuple(read(column) for column in row) for row in rows]

    def insert_head(self, table: Name, row: Sequence[Column], at: RenderContext) -> str:
        return f"INSERT INTO {self.name(table, at)} ({self.identifiers([column.name for column in row], at)})"

    def cells(self, row: Sequence[Column], at: RenderContext) -> str:
        return f"({', '.join(self.literal(column.value, at) for column in row)})"

    def upsert_rows(self, op: ops.UpsertRows, at: RenderContext) -> Iterator[Statement]:
        """Two plain statements per row, which need no unique constraint: update it, then insert it where it is not there."""
        table = self.name(op.table, at)
        for row in self.settled(op.table, op.rows, at):
            matched = " AND ".join(f"{self.identifier(c.name, at)} = {self.literal(c.value, at)}" for c in row if c.name in op.key)
            others = tuple(column for column in row if column.name not in op.key)
            if others:
                yield from self.update_rows(ops.UpdateRows(op.table, others, matched), at)
            if not op.only_update:
                told = [column for column in row if self.selects_null or self.literal(column.value, at) != "NULL"]
                cells = ", ".join(self.literal(column.value, at) for column in told)
                absent = f"NOT EXISTS (SELECT 1 FROM {table} WHERE {matched})"
                yield Statement(f"{self.insert_head(op.table, told, at)} SELECT {cells}{self.one_row} WHERE {absent}")

    def update_rows(self, op: ops.UpdateRows, at: RenderContext) -> Iterator[Statement]:
        """The columns by name, not as written: where one is computed of another, MySQL minds the order."""
        columns = sorted(op.columns, key=lambda column: column.name)
        assigned = ", ".join(f"{self.identifier(c.name, at)} = {self.literal(c.value, at)}" for c in columns)
        where = f" WHERE {self.condition(op.where, op.parameters, at)}" if op.where else ""
        yield Statement(f"UPDATE {self.name(op.table, at)} SET {assigned}{where}")

    def delete_rows(self, op: ops.DeleteRows, at: RenderContext) -> Iterator[Statement]:
        where = f" WHERE {self.condition(op.where, op.parameters, at)}" if op.where else ""
        yield Statement(f"DELETE FROM {self.name(op.table, at)}{where}")

    def condition(self, where: str, parameters: Sequence[Column], at: RenderContext) -> str:
        """The condition, its `:name` and `:value` taken from the parameters, left to right."""
        text = where
        for parameter in parameters:
            text = text.replace(":name", self.identifier(parameter.name, at), 1) if parameter.name else text
            text = text.replace(":value", self.literal(parameter.value, at), 1)
        return text
