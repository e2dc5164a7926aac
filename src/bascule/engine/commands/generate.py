"""`generate-changelog`, `diff-changelog`: a database, or what tells two apart, as changesets."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.commands.look import Snapshot
from bascule.engine.dialects.base import Dialect, QuotingStrategy
from bascule.engine.diff.changes import changes
from bascule.engine.diff.narrow import narrowed
from bascule.engine.schema import Remainder, Schema
from bascule.engine.written.build import NOWHERE
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """How generated changesets are called and when they run: ids are `<epoch_ms>-<n>`."""

    epoch_ms: int
    author: str = "user (generated)"
    contexts: str | None = None
    labels: str | None = None


def generate(seen: Snapshot, types: frozenset[str], dialect: Dialect) -> list[Element]:
    """What makes an empty schema become the one that was seen."""
    return changes(narrowed(seen.schema, types), Schema(), dialect)


def difference(wanted: Snapshot, actual: Snapshot, types: frozenset[str], dialect: Dialect) -> list[Element]:
    """What makes `actual` become `wanted`. Raises InputError for databases of two kinds."""
    same_kind(wanted, actual)
    return changes(narrowed(wanted.schema, types), narrowed(actual.schema, types), dialect, actual.triggers)


def same_kind(reference: Snapshot, other: Snapshot) -> None:
    one, two = reference.database.dialect, other.database.dialect
    if one != two:
        raise InputError(
            Problem(
                code="CFG-023",
                what=f"a schema of {one} and one of {two} cannot be compared",
                why="each names its types in its own words",
                fix="compare databases of one kind",
            )
        )


def changesets(elements: Iterable[Element], naming: Naming, dialect: Dialect) -> Iterator[ChangeSet]:
    """Each change as a changeset of its own."""
    for number, change in enumerate(elements, 1):
        yield ChangeSet(
            id=f"{naming.epoch_ms}-{number}",
            author=naming.author,
            file="generated",
            source_file="generated",
            position=NOWHERE,
            changes=(change,),
            contexts=(naming.contexts,) if naming.contexts else (),
            labels=((naming.labels,),) if naming.labels else (),
            quoting=_quoting(change, dialect),
        )


def _quoting(change: Element, dialect: Dialect) -> QuotingStrategy:
    """A server that folds names would fold one in capitals, which nothing else quotes."""
    if dialect.traits.quotes_mixed_case and any(_is_capital(text) for text in _names(change)):
        return "QUOTE_ALL_OBJECTS"
    return "LEGACY"


def _is_capital(text: str) -> bool:
    return any(part.strip().isupper() for part in text.split(","))


def _names(change: Element) -> Iterator[str]:
    for name, scalar in change.attributes.items():
        if name.lower().endswith(("name", "names")):
            yield scalar.text
    for child in change.children:
        yield from _names(child)


def unlike_types(schema: Schema, dialect: Dialect) -> Iterator[Problem]:
    """The columns whose type becomes another one when a changelog's words for it are read."""
    for table in schema.tables.values():
        by_its_words = table.only_by_definition or dialect.ddl.whole_table(table) is not None
        for column in () if by_its_words else table.columns:
            rendered = dialect.types.render(column.type or "")
            if _plain_type(rendered) != _plain_type(column.type or ""):
                yield Problem(
                    code="DDL-033",
                    what=f"the type of {table.name}.{column.name}, {column.type}, becomes {rendered}",
                    why="the changelog's word for it means that",
                    fix="alter it by hand, in a sql change",
                    severity="warning",
                )


def _plain_type(text: str) -> str:
    """In lower case, without spaces and without the display widths of whole numbers."""
    return re.sub(r"\b((?:tiny|small|medium|big)?int)\(\d+\)", r"\1", text.lower()).replace(" ", "")


def left_out(remainders: Iterable[Remainder]) -> Iterator[Problem]:
    """What the changelog does not hold."""
    for remainder in remainders:
        yield Problem(
            code="DDL-031",
            what=f"{remainder.kind} {remainder.name} is not in the changelog",
            why="no change says it",
            fix="add it by hand, in a sql change",
            severity="warning",
        )
