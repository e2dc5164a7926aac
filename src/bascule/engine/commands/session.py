"""What every verb works with: the request, the open target, the changelog as read for it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.cancel import Cancel
from bascule.engine.changelog.load import LoadSettings, MissingProperty, load
from bascule.engine.commands.built_in import built_in_properties
from bascule.engine.history.lock import LockSettings
from bascule.engine.history.row import HistoryRow, summary
from bascule.engine.patience import PatienceSettings
from bascule.engine.selection import Filters, Identity, Selection, select
from bascule.engine.target import Target, TargetSettings, open_target
from bascule.engine.work import Scene
from bascule.engine.written.changeset import Changelog, ChangeSet
from bascule.engine.written.files import Files

if TYPE_CHECKING:
    from bascule.engine.preconditions.base import World
    from bascule.engine.run import Runner


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a verb was asked for, options and settings resolved."""

    target: TargetSettings
    changelog: str | None = None
    search_path: tuple[Path, ...] = (Path(),)
    contexts: str | None = None
    label_filter: str | None = None
    properties: dict[str, str] = {}
    missing_property: MissingProperty = "PRESERVE"
    property_escaping: bool = False
    must_include: bool = True
    """Whether a file that an include names must be there, unless the include itself says otherwise."""
    end_delimiter: str | None = None
    """What ends a statement of SQL that does not say; with `overrides_delimiters` also of SQL that does."""
    overrides_delimiters: bool = False
    client_settings: dict[str, str] = {}
    """Of the databases' own clients, for changesets that say `runWith`."""
    file_encoding: str | None = None
    first_file_wins: bool = False
    """Whether a path that is in two folders of the search path is taken from the first, not refused."""
    lock: LockSettings = LockSettings()
    patience: PatienceSettings = PatienceSettings()
    deployment_id: str | None = None
    statement_texts: bool = True
    mark_failed_as_ran: bool = False
    tell_history: bool = True
    """Whether someone reads the `history` output; a quick run saves itself the work."""


class Session:
    """One verb at work on one target."""

    def __init__(self, request: Request, target: Target, emit: events.Emit, cancel: Cancel) -> None:
        self.request = request
        self.target = target
        self.emit = emit
        self.cancel = cancel
        self.deployment_id = request.deployment_id or str(int(time.time() * 1000))[-10:]

    @cached_property
    def files(self) -> Files:
        return Files(self.request.search_path, encoding=self.request.file_encoding, first_wins=self.request.first_file_wins)

    @cached_property
    def scene(self) -> Scene:
        return Scene(
            dialect=self.target.dialect,
            at=msgspec.structs.replace(
                self.target.at, end_delimiter=self.request.end_delimiter, overrides_delimiters=self.request.overrides_delimiters
            ),
            files=self.files,
            contexts=self.request.contexts,
            label_filter=self.request.label_filter,
        )

    @cached_property
    def changelog(self) -> Changelog:
        """Read on first use. Raises InputError with all problems of its files."""
        if self.request.changelog is None:
            raise InputError(Problem(code="CLI-002", what="no changelog was named", fix="give --changelog-file"))
        settings = LoadSettings(
            dbms=self.scene.dbms,
            properties=self.request.properties,
            built_in=built_in_properties(self.target),
            contexts=self.request.contexts,
            labels=self.request.label_filter,
            missing_property=self.request.missing_property,
            property_escaping=self.request.property_escaping,
            must_include=self.request.must_include,
        )
        changelog = load(self.request.changelog, self.files, settings=settings)
        for warning in changelog.warnings:
            self.emit(events.ProblemFound(problem=warning))
        return changelog

    def tell(self, text: str) -> None:
        self.emit(events.Log(text=text, stream="stderr"))

    def select(
        self, rows: tuple[HistoryRow, ...], *, count: int | None = None, tag: str | None = None, only: Identity | None = None
    ) -> Selection:
        filters = Filters(
            dbms=self.scene.dbms, contexts=self.request.contexts, label_filter=self.request.label_filter, count=count, tag=tag, only=only
        )
        return select(self.changelog, rows, filters, self.scene.checksum)

    def world(self, rows: Sequence[HistoryRow], changeset: ChangeSet | None = None) -> "World":
        """What preconditions may look at now."""
        from bascule.engine.world import world_of

        return world_of(self.target, rows, self.changelog.properties, changeset)

    def check_history(self, rows: Sequence[HistoryRow]) -> None:
        """Raises ConflictError for recorded checksums that no longer hold, InputError for changesets that are called the same."""
        problems = self.select(tuple(rows)).problems
        if problems:
            raise (ConflictError if any(problem.code.startswith("CHK-") for problem in problems) else InputError)(problems)

    @contextmanager
    def locked(self) -> Iterator["Runner"]:
        """Holds the lock and makes sure of the history table; what is written is written by the Runner, imported only now."""
        from bascule.engine.run import Runner, RunSettings

        lock = self.target.lock(self.request.lock, self.tell)
        try:
            self.target.ensure_history()
            runner = Runner(
                self.target,
                self.scene,
                lock,
                self.target.read_history().rows,
                self.emit,
                self.cancel,
                RunSettings(
                    deployment_id=self.deployment_id,
                    patience=self.request.patience,
                    statement_texts=self.request.statement_texts,
                    client_settings=self.request.client_settings,
                    mark_failed_as_ran=self.request.mark_failed_as_ran,
                ),
            )
            try:
                yield runner
            finally:
                runner.close()
        finally:
            with self.cancel.shield():
                lock.release()
        self.cancel.check()

    def tell_history(self) -> None:
        """The `history` output: what the target now says."""
        if self.request.tell_history:
            self.emit(events.Output(name="history", value=summary(self.target.read_history().rows)))


@contextmanager
def session(request: Request, emit: events.Emit, cancel: Cancel | None = None) -> Iterator[Session]:
    """Opens the target for one verb and closes it after."""
    with open_target(request.target) as target:
        yield Session(request, target, emit, cancel or Cancel())


def ignore(event: events.Event) -> None:
    """An Emit for those who do not listen."""
