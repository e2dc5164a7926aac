"""DATABASECHANGELOGLOCK: one row, so that other tools keep out. Whether its holder lives is told by a session lock (`lock.py`)."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import Connection, Dialect, RenderContext
from bascule.engine.history.naming import column_in_sql, computed_cell, in_sql, literal, table_name, text_cell
from bascule.engine.schema import Column
from bascule.engine.sql.statement import Statement

_OURS = re.compile(r" bascule:(\S+)$")
_TRUE = frozenset({"1", "true", "t", "y", "yes", "b'\\x01'"})


class LockRow(msgspec.Struct, frozen=True, kw_only=True):
    """The row as read."""

    locked: bool
    granted_at: str | None = None
    locked_by: str | None = None

    @property
    def work_session(self) -> str | None:
        """The session that works under this lock, where a Bascule took it."""
        match = _OURS.search(self.locked_by or "")
        return match.group(1) if match else None


def holder_name(work_session: str) -> str:
    """LOCKEDBY: host and address as Liquibase writes them, then the session that does the work."""
    import socket

    host = socket.gethostname()
    try:
        address = socket.gethostbyname(host)
    except OSError:
        address = "unknown"
    return f"{host} ({address}) bascule:{work_session}"[:255]


class LockTable:
    """The table of one target. Its methods that write yield statements and run nothing."""

    def __init__(self, dialect: Dialect, at: RenderContext, table: str = "DATABASECHANGELOGLOCK", schema: str | None = None) -> None:
        self._dialect = dialect
        self._at = at
        self.name = table_name(dialect, at, table, schema)
        self.sql_name = in_sql(dialect, at, self.name)
        self._locked = column_in_sql(dialect, at, "LOCKED")

    def create(self) -> Iterator[Statement]:
        columns = (
            Column(name="ID", type="int", nullable=False, primary_key=True),
            Column(name="LOCKED", type="boolean", nullable=False),
            Column(name="LOCKGRANTED", type="datetime"),
            Column(name="LOCKEDBY", type="varchar(255)"),
        )
        yield from self._dialect.render(ops.CreateTable(self.name, columns, tablespace=self._at.history_tablespace), self._at)

    def initialise(self) -> Iterator[Statement]:
        yield from self._dialect.render(ops.DeleteRows(self.name), self._at)
        row = (computed_cell("ID", "1"), computed_cell("LOCKED", self._dialect.traits.false))
        yield from self._dialect.render(ops.InsertRows(self.name, (row,)), self._at)

    def take(self, holder: str) -> Iterator[Statement]:
        """Touches one row when the lock was free, none when it was not."""
        yield self._set_holder(holder, f"ID = 1 AND {self._locked} = {self._dialect.traits.false}")

    def take_over(self, holder: str, before: str) -> Iterator[Statement]:
        """Replaces a holder that is gone; touches no row when another was quicker."""
        yield self._set_holder(holder, f"ID = 1 AND LOCKEDBY = {literal(before)}")

    def free(self, holder: str | None = None) -> Iterator[Statement]:
        """Frees the lock; only ours, where `holder` is given."""
        columns = (
            computed_cell("LOCKED", self._dialect.traits.false),
            text_cell("LOCKEDBY", None),
            text_cell("LOCKGRANTED", None),
        )
        where = "ID = 1" if holder is None else f"ID = 1 AND LOCKEDBY = {literal(holder)}"
        yield from self._dialect.render(ops.UpdateRows(self.name, columns, where), self._at)

    def read(self, connection: Connection) -> LockRow | None:
        """The row, or None when the table has none. Raises TargetError where the table does not exist."""
        sql = f"SELECT {self._locked}, LOCKGRANTED, LOCKEDBY FROM {self.sql_name} WHERE ID = 1"  # noqa: S608
        rows = connection.query(sql)
        if not rows:
            return None
        locked, granted, by = rows[0]
        return LockRow(locked=_is_true(locked), granted_at=None if granted is None else str(granted), locked_by=by)

    def age_s(self, connection: Connection) -> float | None:
        """How long the lock has been held, by the database's own clock."""
        expression = {
            "postgresql": "extract(epoch FROM (localtimestamp - LOCKGRANTED))",
            "sqlite": "(julianday('now') - julianday(LOCKGRANTED)) * 86400",
        }.get(self._dialect.name, "TIMESTAMPDIFF(SECOND, LOCKGRANTED, NOW())")
        ((age,),) = connection.query(f"SELECT {expression} FROM {self.sql_name} WHERE ID = 1")  # noqa: S608
        return None if age is None else float(age)

    def _set_holder(self, holder: str, where: str) -> Statement:
        columns = (
            computed_cell("LOCKED", self._dialect.traits.true),
            text_cell("LOCKEDBY", holder),
            computed_cell("LOCKGRANTED", self._dialect.traits.current_timestamp),
        )
        (statement,) = self._dialect.render(ops.UpdateRows(self.name, columns, where), self._at)
        return statement


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, bytes) and value == b"\x01") or str(value).lower() in _TRUE
