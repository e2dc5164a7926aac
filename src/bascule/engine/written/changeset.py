"""A changeset: the unit that is applied, recorded and rolled back as a whole."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from bascule.core.problems import Position, Problem
from bascule.engine.dialects.base import QuotingStrategy
from bascule.engine.written.element import Element

OnFail = Literal["HALT", "CONTINUE", "MARK_RAN", "WARN"]


class SqlVisitor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One child of `modifySql`: `kind` is prepend, append, replace, regExpReplace, …; applied to each statement in order."""

    kind: str
    value: str | None = None
    replace: str | None = None
    with_: str | None = None
    apply_to_rollback: bool = False
    dbms: str | None = None
    context: str | None = None
    labels: str | None = None


class Preconditions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A container with its outcome rules; `children` are the precondition elements, and'ed (and/or/not nest)."""

    children: tuple[Element, ...]
    on_fail: OnFail = "HALT"
    on_error: OnFail = "HALT"
    on_fail_message: str | None = None
    on_error_message: str | None = None
    on_sql_output: Literal["IGNORE", "TEST", "FAIL"] = "IGNORE"
    position: Position


class RollbackBlock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One `rollback` block: changes (raw text has become a `sql` element), or a reference to another changeset, or nothing to do."""

    changes: tuple[Element, ...] = ()
    reference: tuple[str, str, str] | None = None
    """(file, id, author) of the changeset whose changes are run again."""
    position: Position


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One changeset after parsing: everything expanded, inherited and normalised, nothing bound yet.

    `changes` stay Elements until they are needed (`bascule.engine.changelog.bind.changes_of`): a no-op run binds none.
    `contexts` holds the expressions of the includes around it, outermost first, then its own; `labels` likewise.
    `file` is the FILENAME as stored; `source_file` the physical path (where relative paths of changes start).
    """

    id: str
    author: str
    file: str
    source_file: str
    position: Position
    changes: Sequence[Element] = ()
    """A tuple, or a Packed that becomes one at the first look."""
    rollback: tuple[RollbackBlock, ...] = ()
    preconditions: Preconditions | None = None
    modify_sql: tuple[SqlVisitor, ...] = ()
    contexts: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    """One tuple of label words per level, outermost first."""
    dbms: str | None = None
    comment: str = ""
    run_always: bool = False
    run_on_change: bool = False
    run_in_transaction: bool = True
    fail_on_error: bool = True
    ignore: bool = False
    run_order: Literal["first", "last"] | None = None
    run_with: str | None = None
    run_with_spool_file: str | None = None
    on_validation_fail: Literal["HALT", "MARK_RAN"] = "HALT"
    quoting: QuotingStrategy = "LEGACY"
    valid_checksums: tuple[str, ...] = ()
    created: str | None = None
    file_properties: dict[str, str] = {}
    """What `${name}` means in the files its changes name (sqlFile, createView, createProcedure): lower-cased name → value."""
    known_checksums: dict[str, str] = {}
    """`9:postgresql` → sum: computed when the changelog was read, where no other file decides it."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """(id, author, FILENAME), by which history rows match."""
        return (self.id, self.author, self.file)

    @property
    def client(self) -> str | None:
        """The database's own client that is to run it (`runWith`); None where we send its statements ourselves."""
        return None if self.run_with is None or self.run_with.lower() == "jdbc" else self.run_with.lower()

    @property
    def is_atomic(self) -> bool:
        """Whether its changes and its history row are meant to be one transaction: what a client runs is a session of its own."""
        return self.run_in_transaction and self.client is None

    @property
    def fqn(self) -> str:
        """`fileName::id::author`, as Liquibase prints it and Harness stores it."""
        return f"{self.file}::{self.id}::{self.author}"


class Property(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A `property` element after reading its file, if any."""

    name: str
    value: str
    context: str | None = None
    labels: str | None = None
    dbms: str | None = None
    global_: bool = True
    position: Position


class Changelog(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A root changelog with all it includes, flattened in order."""

    file: str
    changesets: tuple[ChangeSet, ...]
    preconditions: tuple[Preconditions, ...] = ()
    """Of the root and of every included file, hoisted: checked before anything runs."""
    properties: dict[str, str] = {}
    """What the global properties mean, the caller's among them: lower-cased name → value, for `changeLogPropertyDefined`."""
    warnings: tuple[Problem, ...] = ()
    """What was read and looks wrong, though it stops nothing: a misspelt directive, an attribute that means nothing."""
