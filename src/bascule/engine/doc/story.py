"""How a database came to be what it is: its changesets, which tables each touches, when it ran or that it has yet to run."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from bascule.engine.history.row import HistoryRow, normalised_file
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element

_WORD = re.compile(r"\w+")
_TEXTS = frozenset({"sql", "createView", "createProcedure", "createFunction", "createTrigger", "sqlFile", "insert", "update", "delete"})


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A changeset as people look for it."""

    id: str
    author: str
    file: str
    comment: str
    changes: tuple[str, ...]
    """What it does, in short: `createTable person`."""
    touches: frozenset[str]
    """Words that may be names of objects, lower case."""
    row: HistoryRow | None = None
    """None: it has yet to run."""

    @property
    def fqn(self) -> str:
        return f"{self.file}::{self.id}::{self.author}"


def story(changesets: Iterable[ChangeSet], pending: Iterable[ChangeSet], rows: Sequence[HistoryRow]) -> list[Chapter]:
    """In the order of the changelog; then what has run and is no longer in it. What will never run here is left out."""
    recorded = {row.identity: row for row in rows}
    waiting = {id(changeset) for changeset in pending}
    chapters = []
    for changeset in changesets:
        row = recorded.pop((changeset.id, changeset.author, normalised_file(changeset.file)), None)
        if id(changeset) in waiting:
            chapters.append(_chapter(changeset, None))
        elif row is not None:
            chapters.append(_chapter(changeset, row))
    return chapters + [_forgotten(row) for row in recorded.values()]


def _chapter(changeset: ChangeSet, row: HistoryRow | None) -> Chapter:
    return Chapter(
        id=changeset.id,
        author=changeset.author,
        file=changeset.file,
        comment=changeset.comment,
        changes=tuple(_in_short(change) for change in changeset.changes),
        touches=frozenset(word for change in changeset.changes for word in _words(change)),
        row=row,
    )


def _forgotten(row: HistoryRow) -> Chapter:
    described = tuple(part.strip() for part in (row.description or "").split(";") if part.strip())
    touched = frozenset(word.lower() for word in _WORD.findall(row.description or ""))
    return Chapter(id=row.id, author=row.author, file=row.file, comment=row.comments or "", changes=described, touches=touched, row=row)


def _in_short(change: Element) -> str:
    for name in ("tableName", "baseTableName", "oldTableName", "viewName", "sequenceName", "indexName", "procedureName", "tag", "path"):
        value = change.value_of(name)
        if value:
            return f"{change.name} {value}"
    return change.name


def _words(change: Element) -> Iterator[str]:
    """The names that the change gives, and the words of its SQL."""
    for name, value in change.attributes.items():
        if name.lower().endswith("name"):
            yield value.text.lower()
        elif change.name in _TEXTS:
            yield from (word.lower() for word in _WORD.findall(value.text))
    if change.text is not None:
        yield from (word.lower() for word in _WORD.findall(change.text.text))
    for child in change.children:
        yield from _words(child)
