"""One statement as it goes to the database, and what it is expected to do there."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec


class Effect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the catalog shows once a statement is done: the journal decides by it after a crash."""

    kind: str
    """`table`, `column`, `index`, `constraint`, `view`, `sequence`, …"""
    name: str
    table: str | None = None
    schema: str | None = None
    exists: bool = True
    definition: str | None = None


class Block(msgspec.Struct, frozen=True):
    """Many lines of a data file that need no look: `line` finds the values of each, in groups; `bare` tells which are numbers.

    `is_csv`: the text holds these values, all of them and with commas between.
    """

    text: str
    line: re.Pattern[str]
    bare: tuple[bool, ...]
    is_csv: bool

    def rows(self) -> list[tuple[str, ...]]:
        """A tuple for each line."""
        found = self.line.findall(self.text)
        return [(value,) for value in found] if len(self.bare) == 1 else found


class Load(msgspec.Struct, frozen=True):
    """Many rows for one table. `columns` and `table` are as SQL has them."""

    table: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Block | tuple[Any, ...] | str]]
    """A block of rows; a row as values that the driver takes; or as the text that stands behind VALUES, where one is an expression."""

    @property
    def head(self) -> str:
        return f"INSERT INTO {self.table} ({', '.join(self.columns)})"


class Statement(msgspec.Struct, frozen=True):
    """`text` is what is shown, hashed and given to policy: exactly what is sent, without the closing delimiter."""

    text: str
    parameters: tuple[Any, ...] = ()
    transactional: bool = True
    """False for what the server refuses inside a transaction, as CREATE INDEX CONCURRENTLY."""
    expects: Effect | None = None
    payload: dict[str, Any] | None = None
    """The command document of a database that is not spoken to in text (MongoDB); else None."""
    delimiter: str = ";"
    """What ends it in a script, as its author chose: never sent."""
    load: Load | None = None
    """Rows that are sent in its place, as the driver does it best: `text` then only names them."""
