"""A changeset as work: its changes bound, the operations they mean here, the statements those render to."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from bascule.core.errors import BasculeError, ConflictError, InputError
from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changelog.checksums import checksum
from bascule.engine.dialects.base import Dialect, RenderContext
from bascule.engine.schema import Schema
from bascule.engine.selection import CHECKSUM_VERSION
from bascule.engine.sql.statement import Statement
from bascule.engine.written.changeset import ChangeSet, SqlVisitor
from bascule.engine.written.files import Files

if TYPE_CHECKING:
    from bascule.engine.changes.base import Change

Look = Callable[[str], Schema]
"""The shape of one table as it is at this moment of the run."""

_NEEDS_SHAPE = "DDL-002"
_TRANSACTION_WORDS = frozenset({"COMMIT", "BEGIN", "START", "END", "ABORT", "ROLLBACK"})
_NO_TRANSACTION_WORDS = ("ROLLBACK TO", "START WITH", "START SLAVE", "START REPLICA", "BEGIN NOT ATOMIC")


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Where changesets are rendered: the same for all of one run."""

    dialect: Dialect
    at: RenderContext
    files: Files
    contexts: str | None = None
    label_filter: str | None = None
    bound: dict[tuple[str, str, str], tuple["Change", ...]] = {}
    """Changes already bound, by changeset: validation and the run need the same."""

    @property
    def dbms(self) -> str:
        return self.dialect.traits.short_name or self.dialect.name

    def checksum(self, changeset: ChangeSet, version: int = CHECKSUM_VERSION) -> str:
        """Its sum in that version. Those before 8 are computed as 8 was, under their own number."""
        if version >= CHECKSUM_VERSION:
            return checksum(changeset, dbms=self.dbms, files=self.files)
        return f"{version}:{checksum(changeset, version=8, dbms=self.dbms, files=self.files).partition(':')[2]}"

    def at_changeset(self, changeset: ChangeSet) -> RenderContext:
        return msgspec.structs.replace(self.at, quoting=changeset.quoting, whole_scripts=changeset.client is not None)

    def visitors(self, changeset: ChangeSet, *, rollback: bool = False) -> tuple[SqlVisitor, ...]:
        if not changeset.modify_sql:
            return ()
        from bascule.engine.modify_sql import applying

        return applying(changeset.modify_sql, dbms=self.dbms, run_contexts=self.contexts, label_filter=self.label_filter, rollback=rollback)


def changes_of(changeset: ChangeSet, scene: Scene) -> "tuple[Change, ...]":
    """The changes that are meant for this database. Raises InputError for what is written wrong."""
    bound = scene.bound.get(changeset.identity)
    if bound is None:
        from bascule.engine.changelog import bind

        bound = bind.changes_of(changeset, scene.files, dialect_name=scene.dbms)
        scene.bound[changeset.identity] = bound
    return bound


def operations_of(changes: "Sequence[Change]") -> Iterator[ops.Operation]:
    for change in changes:
        yield from change.operations()


def work_of(changes: "Sequence[Change]") -> Iterator[ops.Operation]:
    """The operations as they are sent to a live database."""
    for change in changes:
        yield from change.work()


def render(op: ops.Operation, scene: Scene, at: RenderContext, look: Look | None, visitors: Sequence[SqlVisitor] = ()) -> list[Statement]:
    """The operation's statements, after `modifySql`. Only where they depend on what the table looks like now is it looked at."""
    try:
        statements = list(scene.dialect.render(op, at))
    except InputError as error:
        table = getattr(op, "table", None)
        if look is None or table is None or all(problem.code != _NEEDS_SHAPE for problem in error.problems):
            raise
        statements = list(scene.dialect.render(op, msgspec.structs.replace(at, shape=look(table.name))))
    if not visitors:
        return statements
    from bascule.engine.modify_sql import modified

    return [modified(statement, visitors) for statement in statements]


def statements_of(
    changeset: ChangeSet, changes: "Sequence[Change]", scene: Scene, look: Look | None, *, rollback: bool = False
) -> list[Statement]:
    """All statements of these changes, `modifySql` applied. Raises InputError."""
    at = scene.at_changeset(changeset)
    visitors = scene.visitors(changeset, rollback=rollback)
    return [statement for op in operations_of(changes) for statement in render(op, scene, at, look, visitors)]


def problems_of(changeset: ChangeSet, scene: Scene) -> Iterator[Problem]:
    """What is wrong with a changeset before it runs: unknown changes, missing attributes, what this database cannot do."""
    from bascule.engine.changes.reading import validate

    if changeset.client is not None:
        from bascule.engine.clients.base import problems

        yield from problems(changeset, scene.dialect.name)
    try:
        changes = changes_of(changeset, scene)
    except BasculeError as error:
        yield from error.problems
        return
    for change in changes:
        for problem in validate.problems(change, scene.dialect):
            yield msgspec.structs.replace(problem, what=f"{problem.what}, {changeset.fqn}", where=problem.where or str(changeset.position))


def stopped(op: ops.Stop, changeset: ChangeSet) -> ConflictError:
    """The error that a `stop` change is."""
    return ConflictError(Problem(code="RUN-051", what=op.message, where=str(changeset.position), why="the changelog says stop here"))


def as_script(statements: "Sequence[Statement]") -> Statement:
    """Statements as one text, for a client that ends each by its delimiter."""
    texts = (each.text if each.text.rstrip().endswith(each.delimiter) else f"{each.text}{each.delimiter}" for each in statements)
    return Statement("\n".join(texts), transactional=False)


def refuse_torn(changeset: ChangeSet, changes: "Sequence[Change]", scene: Scene) -> None:
    """Raises InputError, before anything is sent, for what would end the changeset's transaction halfway."""
    if not (changeset.is_atomic and scene.dialect.traits.transactional_ddl):
        return
    at = scene.at_changeset(changeset)
    for op in work_of(changes):
        if not isinstance(op, ops.RunSql):
            continue
        for statement in render(op, scene, at, None):
            reason = None
            if ends_transaction(statement):
                reason = "a changeset and its history row are one transaction; this statement would tear it apart"
            elif not statement.transactional:
                reason = "the server does not run this statement inside a transaction"
            if reason:
                short = " ".join(statement.text.split())[:120]
                fix = 'set runInTransaction="false" on the changeset, and let it hold nothing else'
                raise InputError(
                    Problem(code="RUN-052", what=f"'{short}' cannot run here", where=str(changeset.position), why=reason, fix=fix)
                )


def ends_transaction(statement: Statement) -> bool:
    """Whether a statement begins or ends a transaction: inside a changeset's own it would tear it apart."""
    text = statement.text.lstrip()
    while text.startswith(("--", "/*")):
        _, _, text = text.partition("\n") if text.startswith("--") else text.partition("*/")
        text = text.lstrip()
    head = text[:40].upper()
    word = head.split(maxsplit=1)[0].rstrip(";") if head else ""
    return word in _TRANSACTION_WORDS and not head.startswith(_NO_TRANSACTION_WORDS)
