"""`drop-all`: all that a schema holds goes, the history with it."""

from collections.abc import Iterator, Sequence

import msgspec

from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.commands.generate import placed
from bascule.engine.commands.session import Session
from bascule.engine.diff.canonical import canonical
from bascule.engine.diff.changes import changes
from bascule.engine.schema import Remainder, Schema
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target

_GOES_ALONG = ("trigger", "policy", "rule", "constraint")
"""Remainders that go with their table or view."""


def drop_all(session: Session, schemas: Sequence[str] = ()) -> list[str]:
    """All of the default schema, or of these. Holds the changelog lock, drops, and last of all drops the lock's table.

    What stays is told as problems; extensions, and rights on the schema itself, stay without a word.

    Returns the statements. On a database with transactional DDL it is all or nothing; elsewhere an error leaves what was not reached.
    """
    target = session.target
    lock = target.lock(session.request.lock, session.tell)
    try:
        shapes = [target.shape(schema=schema) for schema in schemas or (None,)]
        statements = [
            statement for schema, shape in zip(schemas or (None,), shapes, strict=True) for statement in _drops(target, shape, schema)
        ]
        target.connection.begin()
        try:
            for statement in statements:
                session.cancel.check()
                target.connection.execute(statement)
            lock.probe()
            with session.cancel.shield():
                target.connection.commit()
        except BaseException:
            with session.cancel.shield():
                target.connection.rollback()
            session.cancel.check()
            raise
    finally:
        with session.cancel.shield():
            lock.release()
    target.connection.execute(Statement(f"DROP TABLE {target.lock_table.sql_name}"))
    for shape in shapes:
        for remainder in shape.remainders:
            if _stays(remainder, shape):
                session.emit(events.ProblemFound(problem=_told(remainder)))
    return [statement.text for statement in statements]


def _drops(target: Target, shape: Schema, schema: str | None) -> Iterator[Statement]:
    """The statements that drop what this schema holds, the lock's table excepted."""
    own = schema or target.at.default_schema
    at = msgspec.structs.replace(target.at, quoting="QUOTE_ALL_OBJECTS", default_schema=own)
    seen = canonical(shape, own, (target.at.lock_table,))
    stays = Schema(extensions=seen.extensions, grants=tuple(grant for grant in seen.grants if not grant.object_name))
    for step in changes(stays, msgspec.structs.replace(seen, remarks={}), target.dialect):
        placed_step = placed(step, own, None) if schema is not None else step
        for operation in bind_change(placed_step).operations():
            yield from target.dialect.render(operation, at)


def _stays(remainder: Remainder, shape: Schema) -> bool:
    owner = remainder.name.partition(".")[0]
    return remainder.kind not in _GOES_ALONG and owner not in shape.tables


def _told(remainder: Remainder) -> Problem:
    return Problem(
        code="DDL-032",
        what=f"{remainder.kind} {remainder.name} stays",
        why="drop-all drops tables, views, sequences, routines and types",
        severity="warning",
    )
