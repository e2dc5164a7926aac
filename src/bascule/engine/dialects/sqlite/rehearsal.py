"""How a file's schema will look once certain statements are carried out: they are, on an empty copy in memory."""

import re
from collections.abc import Collection, Iterable

from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login, StatementFailedError
from bascule.engine.dialects.sqlite import inspect
from bascule.engine.dialects.sqlite.connect import connect
from bascule.engine.schema import Schema
from bascule.engine.sql.statement import Statement
from bascule.engine.urls import parse

_SCHEMA = """
    SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, rowid
"""
_SHAPING = re.compile(r"(?:\s+|--[^\n]*|/\*(?s:.*?)\*/)*(?:CREATE|ALTER|DROP)\b", re.IGNORECASE)


class Rehearsal:
    """Only what shapes a schema is carried out; there are no rows. What fails here would fail there, and is left out."""

    def __init__(self, original: Connection) -> None:
        self._copy = connect(Login(url=parse("sqlite::memory:")))
        for (sql,) in original.query(_SCHEMA):
            self._copy.execute(Statement(sql))

    def carry_out(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            if _SHAPING.match(statement.text):
                try:
                    self._copy.execute(statement)
                except StatementFailedError:
                    continue

    def shape(self, tables: Collection[str]) -> Schema:
        return inspect.shape(self._copy, None, tables)

    def close(self) -> None:
        self._copy.close()
