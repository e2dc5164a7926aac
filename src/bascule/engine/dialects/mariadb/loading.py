"""Rows of a data file for MariaDB and MySQL: as INSERTs, or as lines for LOAD DATA LOCAL where that brings just the same.

LOAD DATA LOCAL makes warnings of errors, so a load that warns is taken back and sent as INSERTs. What may differ without a warning is
kept from it: engines without transactions, triggers, columns that are numbered or filled by the server, types that read a text otherwise.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from bascule.engine.dialects import values
from bascule.engine.sql.statement import Block, Load

_PACKET = 200_000
"""Characters of rows to an INSERT: no server's max_allowed_packet is below four times that."""
_FILE = 4_000_000
"""Characters of lines to a LOAD DATA: they are kept until it is known to have brought them."""
_COLUMN = re.compile(r"^  `(?:[^`]|``)+` (\w+)", re.MULTILINE)
_TRANSACTIONAL = re.compile(r"^\) ENGINE=InnoDB\b", re.MULTILINE)
_TYPES = (
    frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double"})
    | frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
    | frozenset({"date", "datetime", "timestamp", "time"})
)
HAS_TRIGGERS = (
    "SELECT EXISTS (SELECT 1 FROM information_schema.triggers WHERE event_object_table = %s) OR NOT ("
    "EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'TRIGGER') OR "
    "EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type = 'TRIGGER' "
    "AND COALESCE(NULLIF(%s, ''), DATABASE()) LIKE table_schema))"
)
"""Whether a table may have triggers, by its name and database (empty: the session's): who lacks the privilege does not see them."""


def takes_lines(create_table: str, load: Load) -> bool:
    """Whether lines come to the same as INSERTs in a table, by what SHOW CREATE TABLE says: every column is given, none is special."""
    types = _COLUMN.findall(create_table)
    is_plain = len(types) == len(load.columns) and _TYPES.issuperset(types)
    return is_plain and "AUTO_INCREMENT" not in create_table and _TRANSACTIONAL.search(create_table) is not None


def load_data(load: Load) -> str:
    """The statement that asks for lines. The name is nobody's: the session sends what it holds, whatever the server asks for."""
    return (
        f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {load.table} CHARACTER SET utf8mb4 "
        f"FIELDS TERMINATED BY ',' ENCLOSED BY '' ESCAPED BY '' LINES TERMINATED BY '\\n' ({', '.join(load.columns)})"
    )


def batches(rows: Iterable[Block | tuple[Any, ...] | str]) -> Iterator[tuple[bool, list[Block | str]]]:
    """The rows in portions, and of each whether it can go as lines; rows that are not in a block, as they stand behind VALUES."""
    batch: list[Block | str] = []
    length = 0
    as_lines = True
    for row in rows:
        is_lines = isinstance(row, Block) and _are_lines(row)
        if length > (_FILE if as_lines and is_lines else _PACKET):
            yield as_lines, batch
            batch, length, as_lines = [], 0, True
        written = f"({', '.join(map(_literal, row))})" if isinstance(row, tuple) else row
        batch.append(written)
        length += len(written.text if isinstance(written, Block) else written)
        as_lines = as_lines and is_lines
    if batch:
        yield as_lines, batch


def lines(batch: Iterable[Block | str]) -> bytes:
    """What LOAD DATA reads, of blocks only."""
    return "".join(row.text for row in batch if isinstance(row, Block)).replace("\r\n", "\n").encode()


def inserts(load: Load, batch: Iterable[Block | str]) -> Iterator[str]:
    """As few statements as packets allow."""
    rows: list[str] = []
    length = 0
    for row in batch:
        rows.append(_values(row) if isinstance(row, Block) else row)
        length += len(rows[-1])
        if length > _PACKET:
            yield f"{load.head} VALUES {','.join(rows)}"
            rows, length = [], 0
    if rows:
        yield f"{load.head} VALUES {','.join(rows)}"


def _are_lines(block: Block) -> bool:
    """What a backslash is depends on the session; -0 is one number as a literal and another as a text."""
    text = block.text
    return block.is_csv and not ("\\" in text or text.startswith("-0") or ",-0" in text or "\n-0" in text)


def _values(block: Block) -> str:
    """What stands behind VALUES for its lines."""
    cells = ", ".join(rf"\{group + 1}" if bare else rf"'\{group + 1}'" for group, bare in enumerate(block.bare))
    return block.line.sub(f"({cells}),", block.text.replace("\\", "\\\\")).removesuffix(",")


def _literal(value: str | Decimal | None) -> str:
    """As an INSERT that is shown has it, backslashes doubled."""
    if value is None:
        return "NULL"
    return values.string(value.replace("\\", "\\\\")) if isinstance(value, str) else str(value)
