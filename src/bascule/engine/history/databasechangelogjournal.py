"""DATABASECHANGELOGJOURNAL: what a changeset that no transaction holds together has begun and done. There only while something is open."""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import Connection, Dialect, RenderContext
from bascule.engine.history.naming import computed_cell, in_sql, literal, table_name, text_cell
from bascule.engine.history.row import normalised_file
from bascule.engine.schema import Column
from bascule.engine.sql.statement import Effect, Statement

Direction = Literal["update", "rollback"]
State = Literal["begun", "done"]

_TYPES = {
    "ID": "varchar(255)", "AUTHOR": "varchar(255)", "FILENAME": "varchar(255)", "DIRECTION": "varchar(10)", "SEQ": "int",
    "SHA256": "varchar(64)", "EXPECTS": "clob", "STATE": "varchar(10)", "BEGUN": "datetime", "DEPLOYMENT_ID": "varchar(10)",
}  # fmt: skip
_READ = "ID, AUTHOR, FILENAME, DIRECTION, SEQ, SHA256, EXPECTS, STATE, DEPLOYMENT_ID"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Effect, ...]).decode


class JournalRow(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of one changeset. `sequence` counts from 1; `expects` is empty where the catalog cannot tell of it."""

    id: str
    author: str
    file: str
    direction: Direction = "update"
    sequence: int
    sha256: str
    expects: tuple[Effect, ...] = ()
    state: State = "begun"
    deployment_id: str | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return (self.id, self.author, normalised_file(self.file))

    @property
    def fqn(self) -> str:
        return f"{self.file}::{self.id}::{self.author}"


class JournalTable:
    """The table of one target, named after its history. Its methods that write yield statements and run nothing."""

    def __init__(self, dialect: Dialect, at: RenderContext, history_table: str, schema: str | None = None) -> None:
        self._dialect = dialect
        self._at = at
        self.name = table_name(dialect, at, f"{history_table}JOURNAL", schema)
        self.sql_name = in_sql(dialect, at, self.name)

    def create(self) -> Iterator[Statement]:
        columns = tuple(Column(name=name, type=kind) for name, kind in _TYPES.items())
        yield from self._dialect.render(ops.CreateTable(self.name, columns), self._at)

    def drop(self) -> Iterator[Statement]:
        yield Statement(f"DROP TABLE {self.sql_name}")

    def read(self, connection: Connection) -> list[JournalRow]:
        """All rows, by changeset and sequence."""
        found = connection.query(f"SELECT {_READ} FROM {self.sql_name} ORDER BY FILENAME, ID, AUTHOR, SEQ")  # noqa: S608
        return [
            JournalRow(
                id=values[0],
                author=values[1],
                file=values[2],
                direction=values[3],
                sequence=values[4],
                sha256=values[5],
                expects=_decode(values[6]) if values[6] else (),
                state=values[7],
                deployment_id=values[8],
            )
            for values in found
        ]

    def insert(self, rows: Sequence[JournalRow]) -> Iterator[Statement]:
        cells = tuple(
            (
                text_cell("ID", row.id),
                text_cell("AUTHOR", row.author),
                text_cell("FILENAME", row.file),
                text_cell("DIRECTION", row.direction),
                computed_cell("SEQ", str(row.sequence)),
                text_cell("SHA256", row.sha256),
                text_cell("EXPECTS", _encode(row.expects).decode() if row.expects else None),
                text_cell("STATE", row.state),
                computed_cell("BEGUN", self._dialect.traits.current_timestamp),
                text_cell("DEPLOYMENT_ID", row.deployment_id),
            )
            for row in rows
        )
        if cells:
            yield from self._dialect.render(ops.InsertRows(self.name, cells, together=True), self._at)

    def done(self, row: JournalRow) -> Iterator[Statement]:
        """The statement was answered."""
        where = f"{_where(row)} AND SEQ = {row.sequence}"
        yield from self._dialect.render(ops.UpdateRows(self.name, (text_cell("STATE", "done"),), where), self._at)

    def forget(self, row: JournalRow, *, only: bool = False) -> Iterator[Statement]:
        """All rows of its changeset go; `only`: this one."""
        where = f"{_where(row)} AND SEQ = {row.sequence}" if only else _where(row)
        yield from self._dialect.render(ops.DeleteRows(self.name, where), self._at)


def _where(row: JournalRow) -> str:
    return f"ID = {literal(row.id)} AND AUTHOR = {literal(row.author)} AND FILENAME = {literal(row.file)}"
