"""DATABASECHANGELOG: its DDL, its rows in and out. What is written is a Statement: `update-sql` shows what `update` does."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from bascule import __version__
from bascule.engine import operations as ops
from bascule.engine.dialects.base import Connection, Dialect, RenderContext
from bascule.engine.history.naming import column_in_sql, computed_cell, in_sql, literal, table_name, text_cell
from bascule.engine.history.row import COLUMNS, HistoryRow, from_values
from bascule.engine.schema import Column
from bascule.engine.sql.statement import Statement

TOOL = f"bascule {__version__}"[:20]
MARKER_CHECKSUM = "9:d41d8cd98f00b204e9800998ecf8427e"
"""Of no changes at all: what the row of a tag on an empty history carries."""
MAX_TEXT = 250

_TYPES = {
    "ID": "varchar(255)", "AUTHOR": "varchar(255)", "FILENAME": "varchar(255)", "DATEEXECUTED": "datetime", "ORDEREXECUTED": "int",
    "EXECTYPE": "varchar(10)", "MD5SUM": "varchar(35)", "DESCRIPTION": "varchar(255)", "COMMENTS": "varchar(255)", "TAG": "varchar(255)",
    "LIQUIBASE": "varchar(20)", "CONTEXTS": "varchar(255)", "LABELS": "varchar(255)", "DEPLOYMENT_ID": "varchar(10)",
}  # fmt: skip
_REQUIRED = frozenset(COLUMNS[:6])
_DEFAULTS_OF_OLD_ROWS = {"ORDEREXECUTED": "-1", "EXECTYPE": "'EXECUTED'"}


class ChangelogTable:
    """The table of one target. Its methods that write yield statements and run nothing."""

    def __init__(self, dialect: Dialect, at: RenderContext, table: str = "DATABASECHANGELOG", schema: str | None = None) -> None:
        self._dialect = dialect
        self._at = at
        self.name = table_name(dialect, at, table, schema)
        self.sql_name = in_sql(dialect, at, self.name)
        self._listed = ", ".join(self._column(name) for name in COLUMNS)

    def create(self) -> Iterator[Statement]:
        columns = tuple(
            Column(name=name, type=self._type(kind), nullable=False if name in _REQUIRED else None) for name, kind in _TYPES.items()
        )
        yield from self._render(ops.CreateTable(self.name, columns, tablespace=self._at.history_tablespace))

    def upgrade(self, present: Collection[str]) -> Iterator[Statement]:
        """Adds the columns that a table made by an old version lacks. `present`: names of its columns, any case."""
        have = {name.upper() for name in present}
        for name, kind in _TYPES.items():
            if name in have:
                continue
            yield from self._render(ops.AddColumns(self.name, (Column(name=name, type=self._type(kind)),)))
            if name in _DEFAULTS_OF_OLD_ROWS:
                yield from self._render(ops.UpdateRows(self.name, (computed_cell(name, _DEFAULTS_OF_OLD_ROWS[name]),)))

    def read(self, connection: Connection, present: Collection[str] | None = None) -> list[HistoryRow]:
        """All rows, oldest first, by DATEEXECUTED then ORDEREXECUTED. Columns not among `present` read as NULL."""
        have = {name.upper() for name in present} if present is not None else set(COLUMNS)
        listed = ", ".join(self._column(name) if name in have else "NULL" for name in COLUMNS)
        order = ", ".join(name for name in ("DATEEXECUTED", "ORDEREXECUTED") if name in have)
        return [from_values(values) for values in connection.query(f"SELECT {listed} FROM {self.sql_name} ORDER BY {order}")]  # noqa: S608

    def read_one(self, connection: Connection, row: HistoryRow) -> HistoryRow | None:
        """The row as now stored, by its identity."""
        found = connection.query(f"SELECT {self._listed} FROM {self.sql_name} WHERE {self._where(row)}")  # noqa: S608
        return from_values(found[-1]) if found else None

    def returning(self, statement: Statement) -> Statement:
        """What `insert` or `update` made, so that it answers with the row as stored; for connections that can return rows."""
        return Statement(f"{statement.text} RETURNING {self._listed}", statement.parameters)

    def insert(self, row: HistoryRow) -> Iterator[Statement]:
        """A changeset's first row. DATEEXECUTED is the database's own now; TAG stands last, and only if there is one."""
        cells = [
            text_cell("ID", row.id),
            text_cell("AUTHOR", row.author),
            text_cell("FILENAME", row.file),
            computed_cell("DATEEXECUTED", self._dialect.traits.current_timestamp),
            computed_cell("ORDEREXECUTED", str(row.order)),
            text_cell("MD5SUM", row.checksum),
            text_cell("DESCRIPTION", shortened(row.description)),
            text_cell("COMMENTS", shortened(row.comments or "")),
            text_cell("EXECTYPE", row.exec_type),
            text_cell("CONTEXTS", row.contexts),
            text_cell("LABELS", row.labels),
            text_cell("LIQUIBASE", row.tool or TOOL),
            text_cell("DEPLOYMENT_ID", row.deployment_id),
        ]
        if row.tag is not None:
            cells.append(text_cell("TAG", row.tag))
        yield from self._render(ops.InsertRows(self.name, (tuple(cells),)))

    def update(self, row: HistoryRow) -> Iterator[Statement]:
        """The row of a changeset that ran again: in place, with a new order. Columns in alphabetical order."""
        cells = [
            text_cell("COMMENTS", shortened(row.comments or "")),
            text_cell("CONTEXTS", row.contexts),
            computed_cell("DATEEXECUTED", self._dialect.traits.current_timestamp),
            text_cell("DEPLOYMENT_ID", row.deployment_id),
            text_cell("DESCRIPTION", shortened(row.description)),
            text_cell("EXECTYPE", row.exec_type),
            text_cell("LABELS", row.labels),
            text_cell("LIQUIBASE", row.tool or TOOL),
            text_cell("MD5SUM", row.checksum),
            computed_cell("ORDEREXECUTED", str(row.order)),
        ]
        if row.tag is not None:
            cells.append(text_cell("TAG", row.tag))
        yield from self._render(ops.UpdateRows(self.name, tuple(cells), self._where(row)))

    def set_checksum(self, row: HistoryRow, checksum: str | None) -> Iterator[Statement]:
        yield from self._render(ops.UpdateRows(self.name, (text_cell("MD5SUM", checksum),), self._where(row)))

    def clear_checksums(self) -> Iterator[Statement]:
        yield from self._render(ops.UpdateRows(self.name, (text_cell("MD5SUM", None),)))

    def set_tag(self, row: HistoryRow, tag: str) -> Iterator[Statement]:
        """Tags this row alone."""
        where = f"{self._where(row)} AND ORDEREXECUTED = {row.order}"
        yield from self._render(ops.UpdateRows(self.name, (text_cell("TAG", tag),), where))

    def delete(self, row: HistoryRow) -> Iterator[Statement]:
        yield from self._render(ops.DeleteRows(self.name, self._where(row)))

    def _where(self, row: HistoryRow) -> str:
        return f"ID = {literal(row.id)} AND AUTHOR = {literal(row.author)} AND FILENAME = {literal(row.file)}"

    def _type(self, kind: str) -> str:
        word, parenthesis, length = kind.partition("(")
        return f"{self._dialect.traits.history_types.get(word, word)}{parenthesis}{length}"

    def _column(self, name: str) -> str:
        return column_in_sql(self._dialect, self._at, name)

    def _render(self, op: ops.Operation) -> Iterator[Statement]:
        return self._dialect.render(op, self._at)


def returned(rows: Sequence[tuple[Any, ...]]) -> HistoryRow | None:
    """The row that a `returning` statement answered with."""
    return from_values(rows[-1]) if rows else None


def shortened(text: str | None) -> str | None:
    """At most 250 characters, as Liquibase stores DESCRIPTION and COMMENTS."""
    return text if text is None or len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
