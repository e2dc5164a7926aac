"""Verbs that only keep the history, where that is the CSV file of an `offline:` URL."""

from collections.abc import Iterator
from contextlib import contextmanager

from bascule.engine import operations as ops
from bascule.engine.book import Book
from bascule.engine.commands.session import Session
from bascule.engine.history.row import HistoryRow
from bascule.engine.selection import Pending
from bascule.engine.work import changes_of, operations_of
from bascule.engine.written.changeset import ChangeSet


@contextmanager
def kept(session: Session) -> Iterator[Book]:
    """The file's rows; what became of them is written at the end, the whole file at once. There is no lock to take."""
    target = session.target
    before = target.read_history()
    book = Book(target.changelog_table, before.rows, session.scene, session.deployment_id)
    yield book
    if tuple(book.rows) != before.rows or not before.exists:
        target.keep_history(book.rows)


def mark_ran(session: Session, book: Book, changeset: ChangeSet) -> HistoryRow:
    """Records a changeset as run; its tag, where it sets one."""
    scene = session.scene
    tag = next((op.tag for op in operations_of(changes_of(changeset, scene)) if isinstance(op, ops.TagDatabase)), None)
    return book.remember(book.row_of(Pending(changeset=changeset), "EXECUTED", tag))
