"""`generate-changelog`, `diff-changelog`: a database, or what tells two apart, as changesets."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.commands.look import Snapshot, alike
from bascule.engine.dialects.base import Dialect, QuotingStrategy
from bascule.engine.diff.changes import changes
from bascule.engine.diff.narrow import Scope, narrowed_pair
from bascule.engine.schema import Remainder, Schema
from bascule.engine.written.build import NOWHERE, scalar
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element

_PLACES = {
    "tableName": "",
    "viewName": "",
    "sequenceName": "",
    "oldTableName": "",
    "functionName": "",
    "procedureName": "",
    "triggerName": "",
    "baseTableName": "baseTable",
    "referencedTableName": "referencedTable",
}
"""Attribute that names an object → what stands before `SchemaName` where its schema is named."""
REPLACEABLE = ("createView", "createProcedure", "createFunction", "createTrigger", "createPackage", "createPackageBody")
"""Changes that can be told to replace what is there."""


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """How generated changesets are called and when they run: ids are `<epoch_ms>-<n>`."""

    epoch_ms: int
    author: str
    contexts: str | None = None
    labels: str | None = None
    run_on_change: frozenset[str] = frozenset()
    """Names of changes whose changesets run again when they change."""
    replace_if_exists: frozenset[str] = frozenset()
    """Names of changes that replace what is there."""


def generate(seen: Snapshot, scope: Scope, dialect: Dialect) -> list[Element]:
    """What makes an empty schema become the one that was seen."""
    return changes(*narrowed_pair(seen.schema, Schema(), scope), dialect)


def difference(wanted: Snapshot, actual: Snapshot, scope: Scope, dialect: Dialect) -> list[Element]:
    """What makes `actual` become `wanted`. Raises InputError for databases of two kinds."""
    same_kind(wanted, actual)
    one, other = alike(wanted, actual)
    return changes(*narrowed_pair(one.schema, other.schema, scope), dialect, actual.triggers)


def placed(change: Element, schema: str | None, catalog: str | None) -> Element:
    """The change with the names of schema and catalog beside those of its objects. A `sql` change has no place for them."""
    given = dict(change.attributes)
    for name in change.attributes:
        prefix = _PLACES.get(name)
        if prefix is None:
            continue
        for kind, value in (("Schema", schema), ("Catalog", catalog)):
            key = f"{prefix}{kind}Name" if prefix else f"{kind.lower()}Name"
            if value is not None and key not in given:
                given[key] = scalar(value)
    return msgspec.structs.replace(change, attributes=given)


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
            changes=(_replacing(change, naming),),
            contexts=(naming.contexts,) if naming.contexts else (),
            labels=((naming.labels,),) if naming.labels else (),
            run_on_change=change.name in naming.run_on_change,
            quoting=_quoting(change, dialect),
        )


def _replacing(change: Element, naming: Naming) -> Element:
    if change.name not in naming.replace_if_exists:
        return change
    return msgspec.structs.replace(change, attributes={**change.attributes, "replaceIfExists": scalar(True)})


def _quoting(change: Element, dialect: Dialect) -> QuotingStrategy:
    """A server that folds names would fold one in capitals, which nothing else quotes."""
    if dialect.traits.quotes_mixed_case and any(_is_capital(text) for text in _names(change)):
        return "QUOTE_ALL_OBJECTS"
    return "LEGACY"


def _is_capital(text: str) -> bool:
    return any(part.strip().isupper() for part in text.split(","))


def _names(change: Element) -> Iterator[str]:
    for name, written in change.attributes.items():
        if name.lower().endswith(("name", "names")):
            yield written.text
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


def spread_otherwise(wanted: Snapshot, actual: Snapshot, scope: Scope, dialect: Dialect) -> Iterator[Problem]:
    """The tables whose rows are spread over partitions otherwise, where the server cannot alter that."""
    if dialect.ddl.alters_partitions:
        return
    seen, ours = alike(wanted, actual)
    reference, other = narrowed_pair(seen.schema, ours.schema, scope)
    for name in sorted(reference.tables.keys() & other.tables.keys()):
        one, two = reference.tables[name].partition_by, other.tables[name].partition_by
        if one != two:
            yield Problem(
                code="DDL-034",
                what=f"table {name} stays {_spread(two)}, where the reference is {_spread(one)}",
                why="the server cannot alter that",
                fix="make a new table and move the rows by hand, in a sql change",
                severity="warning",
            )


def _spread(partition_by: str | None) -> str:
    return f"partitioned by {partition_by}" if partition_by else "not partitioned"


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
