"""The one way by which a changeset's statements go to the database: watched while they wait, told once they are answered."""

import hashlib
import time
from collections.abc import Iterable

import msgspec

from bascule.engine import events
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from bascule.engine.watch import Watch
from bascule.engine.written.changeset import ChangeSet


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was answered. `sequence` counts from 1 within its changeset."""

    sequence: int
    statement: Statement


class Sender:
    """Sends for one changeset at a time: `start` names it, and forgets what an earlier attempt sent."""

    def __init__(self, target: Target, watch: Watch, emit: events.Emit, *, statement_texts: bool = True) -> None:
        self.sent: list[Sent] = []
        self._target = target
        self._watch = watch
        self._emit = emit
        self._statement_texts = statement_texts
        self._changeset: ChangeSet | None = None
        self._sequence = 0

    def start(self, changeset: ChangeSet) -> None:
        self.sent = []
        self._changeset = changeset
        self._sequence = 0

    @property
    def next_sequence(self) -> int:
        """Of the statement that comes next, or failed."""
        return self._sequence + 1

    def send(self, statements: Iterable[Statement]) -> None:
        """Sends a changeset's statements one after the other. Raises StatementFailedError at the first that fails."""
        for statement in statements:
            started = time.monotonic()
            with self._watch.watching():
                rows = self._target.connection.execute(statement)
            self._sequence += 1
            self.sent.append(Sent(sequence=self._sequence, statement=statement))
            self._told(statement, rows, time.monotonic() - started)

    def _told(self, statement: Statement, rows: int, seconds: float) -> None:
        self._emit(
            events.StatementRun(
                fqn=self._changeset.fqn if self._changeset else None,
                sha256=hashlib.sha256(statement.text.encode()).hexdigest(),
                text=statement.text if self._statement_texts else None,
                rows=rows if rows >= 0 else None,
                seconds=round(seconds, 6),
            )
        )
