"""What a statement is to a journal: whether it can be told from the database that it was done, and whether it may be sent twice."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import Dialect
from bascule.engine.schema import Name
from bascule.engine.sql.split import without_comments
from bascule.engine.sql.statement import Effect, Statement

_SESSION_WORDS = frozenset({"SET", "USE", "PRAGMA", "RESET"})
_ROWS_WORDS = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "MERGE", "VALUES", "LOAD"})
_REPEATABLE_WORDS = frozenset({"ANALYZE", "ANALYSE", "OPTIMIZE", "VACUUM", "REINDEX", "FLUSH", "COMMENT", "GRANT", "REVOKE", "TRUNCATE"})
_MANY_STEPS_WORDS = frozenset({"CALL", "EXECUTE", "EXEC", "DO", "BEGIN", "DECLARE"})
_OR_REPLACE = re.compile(r"CREATE\s+OR\s+REPLACE\b", re.IGNORECASE)
_REPEATABLE = (
    ops.ModifyDataType,
    ops.AddNotNull,
    ops.DropNotNull,
    ops.AddDefault,
    ops.DropDefault,
    ops.AddAutoIncrement,
    ops.AlterSequence,
    ops.SetTableRemarks,
    ops.SetColumnRemarks,
    ops.TruncateTable,
    ops.Grant,
)

Kind = Literal["session", "rows", "objects", "repeatable", "opaque"]


class Nature(msgspec.Struct, frozen=True, kw_only=True):
    """`session`: settings that a new session needs again. `rows`: undone with its transaction. `objects`: told by its effects.

    `repeatable`: twice is as good as once. `opaque`: nobody can tell whether it was done.
    """

    kind: Kind
    effects: tuple[Effect, ...] = ()
    many_steps: bool = False
    """Whether an error may leave a part of it done, as a procedure's may."""
    escapes: bool = False
    """Whether what it does stays although its transaction is rolled back: rows of a table without transactions."""


OF_CLIENTS = Nature(kind="opaque", many_steps=True, escapes=True)
"""Of a script that another program runs in a session of its own."""


def nature_of(statement: Statement, op: ops.Operation, dialect: Dialect) -> Nature:
    """By the operation it was made for; written SQL by what it is recognised as."""
    if statement.expects is not None and not _is_harmless_twice(op):
        return Nature(kind="objects", effects=(statement.expects,))
    text = without_comments(statement.text, nested=dialect.traits.nests_comments).strip()
    word = text.split(maxsplit=1)[0].upper().rstrip(";") if text else ""
    if word in _SESSION_WORDS:
        return Nature(kind="session")
    if word in _ROWS_WORDS:
        return Nature(kind="rows")
    if word in _MANY_STEPS_WORDS:
        return Nature(kind="opaque", many_steps=True)
    if word in _REPEATABLE_WORDS or _OR_REPLACE.match(text) or _is_harmless_twice(op):
        return Nature(kind="repeatable")
    if isinstance(op, _REPEATABLE) and word == "ALTER" and " RENAME TO " not in text:
        return Nature(kind="repeatable")
    return _recognised(text, dialect)


def _is_harmless_twice(op: ops.Operation) -> bool:
    return bool(getattr(op, "if_exists", False) or getattr(op, "if_not_exists", False) or getattr(op, "replace", False))


def _recognised(text: str, dialect: Dialect) -> Nature:
    from bascule.engine.sql.recognise import recognise

    effects: list[Effect] = []
    for op in recognise(text, dialect.name, nested=dialect.traits.nests_comments):
        if isinstance(op, _REPEATABLE) or _is_harmless_twice(op):
            continue
        found = tuple(effects_of(op))
        if not found:
            return Nature(kind="opaque")
        effects.extend(found)
    return Nature(kind="objects", effects=tuple(effects)) if effects else Nature(kind="repeatable")


def effects_of(op: ops.Operation) -> Iterator[Effect]:
    """What the catalog shows once it is done; nothing where it cannot tell."""
    match op:
        case ops.CreateTable() | ops.CreateLookupTable():
            yield _effect("table", op.table)
        case ops.DropTable():
            yield _effect("table", op.table, exists=False)
        case ops.RenameTable():
            yield _effect("table", op.table, exists=False)
            yield Effect(kind="table", name=op.to, schema=op.table.schema)
        case ops.AddColumns():
            for column in op.columns:
                yield _part("column", column.name, op.table)
        case ops.DropColumns():
            for name in op.columns:
                yield _part("column", name, op.table, exists=False)
        case ops.RenameColumn():
            yield _part("column", op.column, op.table, exists=False)
            yield _part("column", op.to, op.table)
        case ops.CreateIndex(index=str()):
            yield _part("index", op.index or "", op.table)
        case ops.DropIndex():
            yield Effect(
                kind="index",
                name=op.index,
                table=op.table.name if op.table else None,
                schema=op.table.schema if op.table else None,
                exists=False,
            )
        case ops.AddPrimaryKey():
            yield _part("primary key", op.constraint or "PRIMARY", op.table)
        case ops.DropPrimaryKey():
            yield _part("primary key", op.constraint or "PRIMARY", op.table, exists=False)
        case ops.AddForeignKey() if op.key.name:
            yield _part("constraint", op.key.name, op.table)
        case ops.AddUnique(constraint=str()) | ops.AddCheck(constraint=str()):
            yield _part("constraint", op.constraint or "", op.table)
        case ops.DropForeignKey() | ops.DropCheck() | ops.DropConstraint() | ops.DropUnique(constraint=str()):
            yield _part("constraint", op.constraint or "", op.table, exists=False)
        case ops.CreateSequence():
            yield _effect("sequence", op.sequence)
        case ops.DropSequence():
            yield _effect("sequence", op.sequence, exists=False)
        case ops.CreateView():
            yield _effect("view", op.view)
        case ops.DropView():
            yield _effect("view", op.view, exists=False)
        case ops.CreateProcedure(name=Name()):
            yield _effect("routine", op.name or Name(""))
        case ops.DropProcedure():
            yield _effect("routine", op.name, exists=False)
        case ops.CreateSchema():
            yield _effect("schema", op.name)
        case ops.DropSchema():
            yield _effect("schema", op.name, exists=False)
        case _:
            return


def _effect(kind: str, name: Name, *, exists: bool = True) -> Effect:
    return Effect(kind=kind, name=name.name, schema=name.schema, exists=exists)


def _part(kind: str, name: str, table: Name, *, exists: bool = True) -> Effect:
    return Effect(kind=kind, name=name, table=table.name, schema=table.schema, exists=exists)
