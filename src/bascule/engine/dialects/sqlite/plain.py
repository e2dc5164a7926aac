"""Whether columns and a primary key say all there is to an SQLite table, or only the statement that made it does."""

import re

from bascule.core.errors import InputError
from bascule.engine.dialects.sqlite.rebuild import parse, words
from bascule.engine.dialects.sqlite.types import TYPES
from bascule.engine.schema import Table

_SAYS_MORE = frozenset({"AS", "CHECK", "COLLATE", "CONFLICT", "DEFERRABLE", "DESC", "FOREIGN", "GENERATED", "REFERENCES", "UNIQUE"})
_LITERAL = re.compile(r"NULL|TRUE|FALSE|CURRENT_(?:TIMESTAMP|DATE|TIME)|[-+]?\d+(?:\.\d+)?|'(?:[^']|'')*'")


def is_plain(table: Table) -> bool:
    """Whether createTable, told what the catalog shows, makes the same table: so no other constraints, types by our words, a named key."""
    try:
        definition = parse(table.definition or "")
    except InputError:
        return False
    if definition.options or any(word.upper() in _SAYS_MORE for part in definition.parts for word in words(part)):
        return False
    key = table.primary_key
    if key is not None and (
        key.name is None or list(key.columns) != [column.name for column in table.columns if column.name in key.columns]
    ):
        return False
    return all(
        column.type is not None
        and TYPES.render(column.type) == column.type
        and (column.default is None or _LITERAL.fullmatch(column.default.text or "") is not None)
        and (key is None or column.name not in key.columns or column.nullable is False)
        for column in table.columns
    )
