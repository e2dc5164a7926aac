"""`modifySql`: what a changeset's author does to each generated statement before it is sent. Pure."""

import re
from collections.abc import Sequence

import msgspec

from bascule.engine.changelog import contexts, labels
from bascule.engine.sql.statement import Statement
from bascule.engine.written.changeset import SqlVisitor
from bascule.engine.written.dbms import applies_to

_JAVA_GROUP = re.compile(r"\$(\d+)")


def applying(
    visitors: Sequence[SqlVisitor], *, dbms: str, run_contexts: str | None, label_filter: str | None, rollback: bool
) -> tuple[SqlVisitor, ...]:
    """Those meant for this database, this run and this direction, in order."""
    return tuple(
        visitor
        for visitor in visitors
        if (not rollback or visitor.apply_to_rollback)
        and applies_to(visitor.dbms, dbms)
        and (not visitor.context or contexts.matches((visitor.context,), run_contexts))
        and (not visitor.labels or labels.matches((labels.words(visitor.labels),), label_filter))
    )


def modified(statement: Statement, visitors: Sequence[SqlVisitor]) -> Statement:
    """The statement after all visitors."""
    text = statement.text
    for visitor in visitors:
        text = _apply(visitor, text)
    return statement if text == statement.text else msgspec.structs.replace(statement, text=text, expects=None)


def _apply(visitor: SqlVisitor, text: str) -> str:
    match visitor.kind:
        case "prepend":
            return f"{visitor.value or ''}{text}"
        case "append":
            return f"{text}{visitor.value or ''}"
        case "prependSqlIfNotPresent":
            value = visitor.value or ""
            return text if text.startswith(value) else f"{value}{text}"
        case "appendSqlIfNotPresent":
            value = visitor.value or ""
            return text if text.endswith(value) else f"{text}{value}"
        case "replace":
            return text.replace(visitor.replace or "", visitor.with_ or "")
        case "regExpReplace":
            return re.sub(visitor.replace or "", _JAVA_GROUP.sub(r"\\g<\1>", visitor.with_ or ""), text)
        case _:
            return text
