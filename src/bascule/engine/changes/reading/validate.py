"""What a database has to say about a change before anything runs: unsupported, required there, not allowed there."""

from collections.abc import Iterator

from bascule.core.problems import Problem
from bascule.engine.changes.base import Change
from bascule.engine.changes.reading import columns as nested
from bascule.engine.changes.reading.bind import fields_of
from bascule.engine.changes.reading.columns import Reader, missing
from bascule.engine.dialects.base import Dialect
from bascule.engine.written.element import Element

_NOT_ATTRIBUTES = frozenset({"comment", "whereParams", "param", "arg", "os", "columns", "column"})
_OF_SEQUENCES = frozenset({"alterSequence", "createSequence", "dropSequence"})


def problems(change: Change, dialect: Dialect) -> Iterator[Problem]:
    """Every problem of a change on that database, unknown attributes as warnings."""
    name, element = change.change_name, change.written
    if not dialect.support.knows(name):
        yield Problem(
            code="DDL-003",
            what=f"{name} is not supported on {dialect.name}",
            where=str(element.position),
            fix=f"limit the changeset with dbms: '!{dialect.name}', or write it as a sql change",
        )
        return
    if name in _OF_SEQUENCES and not dialect.traits.supports_sequences:
        yield Problem(
            code="DDL-007",
            what=f"{name} does nothing on {dialect.name}",
            where=str(element.position),
            why="it has no sequences",
            fix=f"limit the changeset with dbms: '!{dialect.name}'",
            severity="warning",
        )
    if element.name != name:  # an inverse: nobody wrote its attributes
        return
    yield from change.problems()
    for attribute in dialect.support.requires.get(name, ()):
        if element.value_of(attribute) is None:
            yield missing(element, attribute, dialect.name)
    for attribute in dialect.support.refuses.get(name, ()):
        yield from _refused(element, attribute, dialect)
    yield from _unknown(change)


def _refused(element: Element, attribute: str, dialect: Dialect) -> Iterator[Problem]:
    """An attribute that has no meaning there, on the change or on one of its columns. `false` means nothing was asked."""
    for place in (element, *nested.elements(element)):
        written = place.value_of(attribute)
        if written is not None and written.strip().lower() != "false":
            yield Problem(code="DDL-004", what=f"{attribute} is not allowed on {dialect.name}", where=Reader(place, []).where(attribute))


def _unknown(change: Change) -> Iterator[Problem]:
    """Attributes that nobody reads, as the peer ignores them; and what it ignores although it knows it."""
    known = frozenset(attribute for field in fields_of(type(change)) for attribute in field.attributes)
    reader = Reader(change.written, [])
    for attribute, relative in reader.unknown(known, children=_NOT_ATTRIBUTES):
        yield Problem(
            code="REG-006",
            what=f"{change.change_name} has no '{attribute}': it is ignored",
            where=reader.where(attribute),
            fix=f"did you mean '{relative}'?" if relative else None,
            severity="warning",
        )
    for column in nested.elements(change.written):
        constraints = column.child("constraints")
        if constraints is not None and constraints.value_of("checkConstraint") is not None:
            yield Problem(
                code="REG-007",
                what="checkConstraint is not applied",
                where=str(constraints.position),
                why="Liquibase reads it and leaves it out, and a database taken over must not differ",
                fix="add the constraint with a sql change",
                severity="warning",
            )
