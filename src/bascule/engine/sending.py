"""The one way by which a changeset's statements go to the database: journalled, watched while they wait, told once they are answered."""

import hashlib
import time
from collections.abc import Callable, Iterable

import msgspec

from bascule.engine import events
from bascule.engine import operations as ops
from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.journal import Page
from bascule.engine.nature import OF_CLIENTS, Nature, nature_of
from bascule.engine.patience import Patience, PatienceSettings
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from bascule.engine.watch import Watch
from bascule.engine.written.changeset import ChangeSet


class SenderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`statement_texts`: whether events carry them, or their hash only."""

    patience: PatienceSettings = PatienceSettings()
    statement_texts: bool = True


class Sender:
    """Sends for one changeset at a time: `start` names it, and forgets what an earlier attempt sent."""

    def __init__(self, target: Target, watch: Watch, emit: events.Emit, tell: Callable[[str], None], settings: SenderSettings) -> None:
        self.sent: list[str] = []
        """The texts of what was answered."""
        self.page: Page | None = None
        self._target = target
        self._watch = watch
        self._emit = emit
        self._tell = tell
        self._settings = settings
        self._fqn = ""
        self.sequence = 0
        """Of the statement that is sent, or was last."""
        self._failed: Nature | None = None

    def start(self, changeset: ChangeSet, page: Page | None = None) -> None:
        self.sent = []
        self.page = page
        self._fqn = changeset.fqn
        self.sequence = 0
        self._failed = None

    def send(self, statements: Iterable[Statement], op: ops.Operation) -> None:
        """Sends an operation's statements one after the other. Raises StatementFailedError at the first that fails.

        Raises ConflictError when an earlier run broke off within the changeset and it cannot be told where.
        """
        for statement in statements:
            self.sequence += 1
            started = time.monotonic()
            if self.page is None:
                rows = self._execute(statement)
            else:
                nature = self.page.judged(statement, nature_of(statement, op, self._target.dialect))
                if self.page.is_done(self.sequence, statement, nature):
                    self._tell(f"{self._fqn}: statement {self.sequence} was done by an earlier run")
                    continue
                rows = self._journalled(statement, nature, self.page)
            self.sent.append(statement.text)
            self._told(statement, rows, time.monotonic() - started)

    def hand_over(self, script: Statement, run: Callable[[str], None]) -> None:
        """Lets another program run a whole script in a session of its own: to us it is one statement."""
        self.sequence += 1
        started = time.monotonic()
        if self.page is not None:
            if self.page.is_done(self.sequence, script, OF_CLIENTS):
                return
            self.page.before(self.sequence, script, OF_CLIENTS)
        run(script.text)
        if self.page is not None:
            self.page.after(OF_CLIENTS)
        self.sent.append(script.text)
        self._told(script, -1, time.monotonic() - started)

    def settle_failure(self) -> None:
        """After the rollback: what the server refused is not half-done."""
        if self.page is not None and self._failed is not None:
            self.page.failed(self._failed)

    def _journalled(self, statement: Statement, nature: Nature, page: Page) -> int:
        page.before(self.sequence, statement, nature)
        patience = Patience(self._settings.patience)
        while True:
            try:
                rows = self._execute(statement)
                break
            except StatementFailedError as error:
                self._failed = nature
                # Where DDL commits by itself, a statement that got no lock is all that was undone: it alone is tried again.
                undone = error.kind == "lock_timeout" and not self._target.dialect.traits.transactional_ddl
                if not undone or nature.many_steps or not patience.wait(self._tell):
                    raise
        page.after(nature)
        return rows

    def _execute(self, statement: Statement) -> int:
        with self._watch.watching():
            return self._target.connection.execute(statement)

    def _told(self, statement: Statement, rows: int, seconds: float) -> None:
        self._emit(
            events.StatementRun(
                fqn=self._fqn,
                sha256=hashlib.sha256(statement.text.encode()).hexdigest(),
                text=statement.text if self._settings.statement_texts else None,
                rows=rows if rows >= 0 else None,
                seconds=round(seconds, 6),
            )
        )
