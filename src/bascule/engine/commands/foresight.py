"""What an earlier changeset of the same plan will have changed by then: what must not be read off the database as it is now."""

import re
from collections.abc import Iterable, Sequence

from bascule.engine import operations as ops
from bascule.engine.dialects import live
from bascule.engine.dialects.live import Rehearsal
from bascule.engine.schema import Schema
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from bascule.engine.written.element import Element

_NAMING = (
    *("tableName", "viewName", "sequenceName", "foreignKeyTableName", "baseTableName", "indexName"),
    *("triggerName", "functionName", "procedureName"),
)
_UNCHANGING = frozenset({"dbms", "runningAs", "changeLogPropertyDefined", "expectedQuotingStrategy", "changeSetExecuted"})
_FIELDS = ("table", "view", "sequence", "name", "trigger", "synonym")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


class Foresight:
    """Grows with the plan: `note` what a changeset does, then ask about the next."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._touched: set[str] = set()
        self._opaque = False
        self._rehearsal: Rehearsal | None = None

    def rehearse(self, statements: Sequence[Statement]) -> None:
        """Tries what a changeset does on a copy of the schema, where the database can be copied; `look` looks at the copy then."""
        if self._target.is_online and self._target.dialect.traits.rehearses:
            if self._rehearsal is None:
                self._rehearsal = live.rehearsal(self._target.settings.url.dialect, self._target.connection)
            self._rehearsal.carry_out(statements)

    def close(self) -> None:
        if self._rehearsal is not None:
            self._rehearsal.close()

    def note(self, operations: Iterable[ops.Operation]) -> None:
        for op in operations:
            if isinstance(op, ops.Unrecognised | ops.RunProgram):
                self._opaque = True
            for field in _FIELDS:
                value = getattr(op, field, None)
                if value is not None:
                    self._touched.add(getattr(value, "name", str(value)).lower())
            renamed = getattr(op, "to", None)
            if isinstance(renamed, str):
                self._touched.add(renamed.lower())
            index = getattr(op, "index", None)
            if isinstance(index, str):
                self._touched.add(index.lower())

    def look(self, table: str) -> Schema:
        """The table as it will be; nothing is known where there is neither database nor snapshot, or an earlier changeset alters it
        and that could not be rehearsed."""
        if self._rehearsal is not None:
            return self._rehearsal.shape((table,))
        if not self._target.has_shape or self._opaque or table.lower() in self._touched:
            return Schema()
        return self._target.shape((table,))

    def undecided(self, precondition: Element) -> str | None:
        """Why this precondition cannot be answered yet, or None when it can."""
        if precondition.name in ("and", "or", "not"):
            return next((why for child in precondition.children if (why := self.undecided(child)) is not None), None)
        if precondition.name in _UNCHANGING or not (self._touched or self._opaque):
            return None
        if self._opaque:
            return "an earlier changeset of this plan runs a statement whose effect is not known"
        names = {(precondition.value_of(attribute) or "").lower() for attribute in _NAMING}
        text = precondition.text.text if precondition.text is not None else precondition.value_of("sql") or ""
        names.update(word.lower() for word in _WORD.findall(text))
        hit = sorted(names & self._touched)
        return f"an earlier changeset of this plan changes {hit[0]}" if hit else None
