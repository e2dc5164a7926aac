"""`drop-all`: every table, view and sequence of a schema goes, the history with them."""

import msgspec

from bascule.core.problems import Problem
from bascule.engine import events
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.commands.session import Session
from bascule.engine.diff.canonical import canonical
from bascule.engine.diff.changes import changes
from bascule.engine.schema import Remainder, Schema
from bascule.engine.sql.statement import Statement

_GOES_ALONG = ("trigger", "policy", "rule", "index of a materialized view", "constraint")
"""Remainders that go with their table or view."""


def drop_all(session: Session) -> list[str]:
    """Holds the changelog lock, drops, and last of all drops the lock's table. What stays is told as problems.

    Returns the statements. On a database with transactional DDL it is all or nothing; elsewhere an error leaves what was not reached.
    """
    target = session.target
    lock = target.lock(session.request.lock, session.tell)
    try:
        shape = target.shape()
        at = msgspec.structs.replace(target.at, quoting="QUOTE_ALL_OBJECTS")
        steps = changes(Schema(), canonical(shape, target.at.default_schema, (target.at.lock_table,)), target.dialect)
        operations = [operation for step in steps for operation in bind_change(step).operations()]
        statements = [statement for operation in operations for statement in target.dialect.render(operation, at)]
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
    for remainder in shape.remainders:
        if _stays(remainder, shape):
            session.emit(events.ProblemFound(problem=_told(remainder)))
    return [statement.text for statement in statements]


def _stays(remainder: Remainder, shape: Schema) -> bool:
    owner = remainder.name.partition(".")[0]
    return remainder.kind not in _GOES_ALONG and owner not in shape.tables


def _told(remainder: Remainder) -> Problem:
    return Problem(
        code="DDL-032",
        what=f"{remainder.kind} {remainder.name} stays",
        why="drop-all drops tables, views and sequences",
        severity="warning",
    )
