"""The journal of changesets that no transaction holds together: each statement's intent before it is sent, its answer after.

Where DDL commits by itself the intent is written into the transaction that the statement itself will commit: it is kept exactly when
something of the statement can be. Elsewhere (`runInTransaction="false"`) it is committed first.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from bascule.core.errors import ConflictError, TargetError
from bascule.engine.dialects import live
from bascule.engine.halfdone import changed, gone, is_done, other_way, superseded, undone, unsure
from bascule.engine.history.databasechangelogjournal import Direction, JournalRow, State
from bascule.engine.nature import Nature
from bascule.engine.sql.statement import Effect, Statement
from bascule.engine.target import Target
from bascule.engine.written.changeset import ChangeSet

_WORD = re.compile(r"[^\W\d]\w*")


class Journal:
    """Of one run on one target, under its lock."""

    def __init__(self, target: Target, deployment_id: str, tell: Callable[[str], None]) -> None:
        self._target = target
        self._deployment_id = deployment_id
        self._tell = tell
        self._left = target.read_journal()

    @property
    def left(self) -> Sequence[JournalRow]:
        """What earlier runs left open."""
        return self._left or ()

    def keeps(self, changeset: ChangeSet) -> bool:
        """Whether this changeset needs one, and it can be had."""
        return self._left is not None and is_journalled(self._target, changeset)

    def prepare(self, changesets: Iterable[ChangeSet]) -> None:
        """Makes the table if one of these will need it. Says so at the start where that is not allowed."""
        if self._left is not None or not any(is_journalled(self._target, changeset) for changeset in changesets):
            return
        try:
            for statement in self._target.journal_table.create():
                self._target.connection.execute(statement)
            self._left = []
        except TargetError as error:
            table = self._target.journal_table.sql_name
            self._tell(
                f"no journal can be kept, {table} could not be created: {error.problems[0].what}. "
                "Should this run break off within a changeset, you will have to see yourself which of its statements were done"
            )

    def page(self, changeset: ChangeSet, direction: Direction) -> "Page":
        """Raises ConflictError where an earlier run left this changeset so that it cannot simply go on."""
        mine = [row for row in self.left if row.identity == changeset.identity]
        other = [row for row in mine if row.direction != direction]
        if other:
            raise ConflictError(other_way(changeset, other[0].direction))
        page = Page(self._target, changeset, direction, mine, self._deployment_id)
        if page.is_gone():
            self._tell(f"{changeset.fqn} begins anew: what was done of it is not there any more")
            page.begin_anew()
        return page

    def forgetting(self, changeset: ChangeSet) -> tuple[Statement, ...]:
        """What removes all that is kept of a changeset: goes with the row that records it."""
        return () if self._left is None else _forgetting(self._target, changeset)

    def close(self) -> None:
        """An empty journal leaves no table behind."""
        if self._left is None:
            return
        connection = self._target.connection
        try:
            if not connection.in_transaction and not self._target.journal_table.read(connection):
                for statement in self._target.journal_table.drop():
                    connection.execute(statement)
        except TargetError:
            pass  # the next run that needs it finds it there


def is_journalled(target: Target, changeset: ChangeSet) -> bool:
    """A script that a client runs is one statement to us: there is nothing to find again within it."""
    return not (changeset.is_atomic and target.dialect.traits.transactional_ddl)


class Page:
    """One changeset's part of the journal, while its statements are sent."""

    def __init__(
        self,
        target: Target,
        changeset: ChangeSet,
        direction: Direction,
        left: Sequence[JournalRow],
        deployment_id: str,
    ) -> None:
        self._target = target
        self._table = target.journal_table
        self._changeset = changeset
        self._direction = direction
        self._deployment_id = deployment_id
        self._left = {row.sequence: row for row in left}
        self._written = bool(left)
        self._unkept: list[JournalRow] = []
        """Answered, and not yet written down so: they go with the next intent, in its transaction."""
        self._begun: JournalRow | None = None
        self._escaping: frozenset[str] | None = None

    def judged(self, statement: Statement, nature: Nature) -> Nature:
        """Rows of a table without transactions are not undone with the others: nobody can tell whether they came in."""
        if nature.kind != "rows" or self._target.dialect.traits.transactional_ddl:
            return nature
        if self._escaping is None:
            self._escaping = live.untransactional(self._target.dialect.name, self._target.connection)
        if not self._escaping or self._escaping.isdisjoint(word.lower() for word in _WORD.findall(statement.text)):
            return nature
        return Nature(kind="opaque", many_steps=True, escapes=True)

    @property
    def resumes(self) -> bool:
        """Whether an earlier run began it."""
        return bool(self._left)

    @property
    def last_begun(self) -> int:
        """The sequence of the last statement that an earlier run began; 0 where none did."""
        return max(self._left, default=0)

    def is_gone(self) -> bool:
        """Whether someone took back by hand all that was done. Raises ConflictError when it is a part of it."""
        done = [row for row in self._left.values() if row.state == "done"]
        missing = [row for row in done if row.expects and not superseded(row, done) and is_done(self._target, row) is False]
        if missing and len(missing) < len(done):
            raise ConflictError(gone(self._changeset, missing))
        return bool(missing)

    def begin_anew(self) -> None:
        self._execute(_forgetting(self._target, self._changeset))
        self._left = {}

    def is_done(self, sequence: int, statement: Statement, nature: Nature) -> bool:
        """Whether an earlier run did it. Raises ConflictError when that cannot be told, or when it did another statement."""
        if not self._left or nature.kind == "session":
            return False
        row = self._left.get(sequence)
        same = row is not None and row.sha256 == _sha256(statement)
        if row is None:
            if sequence < self.last_begun:
                raise ConflictError(changed(self._changeset, sequence))
            return False
        done = True if row.state == "done" else is_done(self._target, row)
        if done is None and same and nature.kind == "repeatable":
            done = False
        if done is None:
            raise ConflictError(unsure(self._target, self._changeset, row, statement))
        if done and not same:
            raise ConflictError(changed(self._changeset, sequence))
        if done and row.state != "done":
            self._unkept.append(row)
        return done

    def before(self, sequence: int, statement: Statement, nature: Nature) -> None:
        """The intent."""
        connection, transactional = self._target.connection, self._changeset.is_atomic
        if nature.kind == "session":
            return
        effects = nature.effects if all(self._target.presence(effect) == undone(effect) for effect in nature.effects) else ()
        self._begun = self._row(sequence, statement, effects)
        if nature.kind == "rows":
            if not connection.in_transaction:
                connection.begin()
            return
        self._escaping = None  # what is neither rows nor settings may make tables
        if not connection.in_transaction:
            connection.begin()
        self._keep()
        if sequence in self._left:
            self._execute(self._table.forget(self._begun, only=True))
        self._execute(self._table.insert([self._begun]))
        self._written = True
        if nature.escapes or not transactional:
            connection.commit()

    def after(self, nature: Nature) -> None:
        """The answer."""
        if self._begun is None:
            return
        row, self._begun = self._begun, None
        self._unkept.append(msgspec.structs.replace(row, state="done") if nature.kind == "rows" else row)
        if nature.kind == "rows" and not self._changeset.is_atomic:
            self._keep()
            self._target.connection.commit()
        elif nature.kind == "opaque" and not self._target.connection.in_transaction:
            self._keep()

    def failed(self, nature: Nature) -> None:
        """The server refused the statement. What it then left undone is not half-done; call it once all was rolled back."""
        row, self._begun = self._begun, None
        if row is None or nature.kind == "rows" or nature.many_steps:
            return
        if all(self._target.presence(effect) == undone(effect) for effect in row.expects):
            self._execute(self._table.forget(row, only=True))

    def closing(self) -> tuple[Statement, ...]:
        """What goes with the row that records the changeset: of what is done as a whole nothing need be kept."""
        if not self._written:
            return ()
        return _forgetting(self._target, self._changeset)

    def kept(self) -> list[JournalRow]:
        """What the table now holds of this changeset."""
        return [row for row in self._table.read(self._target.connection) if row.identity == self._changeset.identity]

    def _keep(self) -> None:
        """Writes down what was answered since."""
        new = [row for row in self._unkept if row.state == "done"]
        self._execute(self._table.insert(new))
        for row in self._unkept:
            if row.state == "begun":
                self._execute(self._table.done(row))
        self._written = self._written or bool(new)
        self._unkept = []

    def _row(self, sequence: int, statement: Statement, effects: tuple[Effect, ...], state: State = "begun") -> JournalRow:
        return JournalRow(
            id=self._changeset.id,
            author=self._changeset.author,
            file=self._changeset.file,
            direction=self._direction,
            sequence=sequence,
            sha256=_sha256(statement),
            expects=effects,
            state=state,
            deployment_id=self._deployment_id,
        )

    def _execute(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self._target.connection.execute(statement)


def _forgetting(target: Target, changeset: ChangeSet) -> tuple[Statement, ...]:
    row = JournalRow(id=changeset.id, author=changeset.author, file=changeset.file, sequence=0, sha256="")
    return tuple(target.journal_table.forget(row))


def _sha256(statement: Statement) -> str:
    return hashlib.sha256(statement.text.encode()).hexdigest()
