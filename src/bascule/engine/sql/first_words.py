"""What a statement is by its first words, for text that the parser does not know. Comments and strings do not count."""

import re
from collections.abc import Callable, Iterator

from bascule.engine import operations as ops
from bascule.engine.schema import Name
from bascule.engine.sql.split import without_comments

_PART = r'(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$#]+)'
_NAME = rf"(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
_EXISTS = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
_PARTS = re.compile(_PART)
_HIDDEN = re.compile(r"--[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|'(?:[^']++|'')*+(?:'|\Z)|\$(\w*)\$(?s:.*?)(?:\$\1\$|\Z)")
_DROPPED_COLUMN = re.compile(
    rf"\bDROP\s+(?!(?:CONSTRAINT|INDEX|KEY|PRIMARY|FOREIGN|PARTITION|DEFAULT|NOT|EXPRESSION|IDENTITY|CHECK)\b)"
    rf"(?:COLUMN\s+)?{_EXISTS}(?P<name>{_PART})",
    re.IGNORECASE,
)

Make = Callable[[Name, bool], ops.Operation]


def _pattern(head: str) -> re.Pattern[str]:
    return re.compile(rf"\s*{head}\s+{_NAME}", re.IGNORECASE)


_STATEMENTS: tuple[tuple[re.Pattern[str], Make], ...] = (
    (_pattern(r"DROP\s+(?:\w+\s+)?TABLE(?:\s+IF\s+EXISTS)?"), lambda name, cascade: ops.DropTable(name, cascade)),
    (_pattern(r"TRUNCATE(?:\s+TABLE)?"), lambda name, cascade: ops.TruncateTable(name, cascade)),
    (_pattern(r"DROP\s+(?:MATERIALIZED\s+)?VIEW(?:\s+IF\s+EXISTS)?"), lambda name, _: ops.DropView(name)),
    (_pattern(r"DROP\s+INDEX(?:\s+CONCURRENTLY)?(?:\s+IF\s+EXISTS)?"), lambda name, _: ops.DropIndex(name.name)),
    (_pattern(r"DROP\s+SEQUENCE(?:\s+IF\s+EXISTS)?"), lambda name, _: ops.DropSequence(name)),
    (_pattern(r"DROP\s+SCHEMA(?:\s+IF\s+EXISTS)?"), lambda name, cascade: ops.DropSchema(name, cascade=cascade)),
    (_pattern(r"DROP\s+DATABASE(?:\s+IF\s+EXISTS)?"), lambda name, _: ops.DropSchema(name, database=True)),
    (_pattern(r"DROP\s+(?:PROCEDURE|FUNCTION)(?:\s+IF\s+EXISTS)?"), lambda name, _: ops.DropProcedure(name)),
    (_pattern(r"CREATE\s+(?:\w+\s+){0,2}TABLE(?:\s+IF\s+NOT\s+EXISTS)?"), lambda name, _: ops.CreateTable(name, ())),
    (_pattern(r"ALTER\s+SEQUENCE(?:\s+IF\s+EXISTS)?"), lambda name, _: ops.AlterSequence(name)),
    (_pattern(r"INSERT\s+(?:\w+\s+)?INTO"), lambda name, _: ops.InsertRows(name, ())),
    (_pattern(r"DELETE\s+FROM(?:\s+ONLY)?"), lambda name, _: ops.DeleteRows(name)),
    (_pattern(r"UPDATE(?:\s+ONLY)?"), lambda name, _: ops.UpdateRows(name, ())),
)
_RENAME_TABLE = re.compile(rf"\s*RENAME\s+TABLE\s+{_NAME}\s+TO\s+(?P<to>{_PART}(?:\s*\.\s*{_PART})*)", re.IGNORECASE)
_ALTER_TABLE = re.compile(rf"\s*ALTER\s+TABLE\s+{_EXISTS}(?:ONLY\s+)?{_NAME}(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


def classify(text: str, *, nested: bool = False) -> list[ops.Operation]:
    """The operations that a statement's first words tell of; none when they tell nothing."""
    bare = _HIDDEN.sub(" ", without_comments(text, nested=True) if nested else text)
    alter = _ALTER_TABLE.match(bare)
    if alter is not None:
        return list(_altered(name_of(alter["name"]), alter["rest"], text))
    rename = _RENAME_TABLE.match(bare)
    if rename is not None:
        return [ops.RenameTable(name_of(rename["name"]), name_of(rename["to"]).name)]
    for pattern, make in _STATEMENTS:
        match = pattern.match(bare)
        if match is not None:
            found = make(name_of(match["name"]), bool(re.search(r"\bCASCADE\b", bare, re.IGNORECASE)))
            # Behind a semicolon that did not end the statement something else may stand.
            return [found, ops.Unrecognised(text)] if ";" in bare.rstrip("; \n") else [found]
    return []


def _altered(table: Name, rest: str, text: str) -> Iterator[ops.Operation]:
    """The columns that an ALTER TABLE drops; the whole is shown as unrecognised beside them."""
    dropped = tuple(_unquoted(match["name"]) for match in _DROPPED_COLUMN.finditer(rest))
    if dropped:
        yield ops.DropColumns(table, dropped)
    yield ops.Unrecognised(text)


def name_of(written: str) -> Name:
    """`schema."Table"` → a Name, quotes gone."""
    parts = [_unquoted(part) for part in _PARTS.findall(written)]
    return Name(parts[-1], parts[-2] if len(parts) > 1 else None, parts[-3] if len(parts) > 2 else None)


def _unquoted(part: str) -> str:
    return part[1:-1] if part[0] in '"`[' else part
