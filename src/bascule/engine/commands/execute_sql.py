"""`execute-sql`: runs SQL that is in no changelog. Nothing is recorded."""

from typing import Any

import msgspec

from bascule.engine.commands.session import Session
from bascule.engine.sql.split import is_blank, split


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one statement gave: columns and rows of a query."""

    sql: str
    columns: list[str] = []
    rows: list[tuple[Any, ...]] = []


def execute_sql(session: Session, text: str, delimiter: str | None = None) -> list[Answer]:
    """Runs the statements in order, all in one transaction. Raises TargetError at the first that fails; none of them stays then."""
    connection = session.target.connection
    nested = session.target.dialect.traits.nests_comments
    statements = [piece for piece in split(text, end_delimiter=delimiter, nested=nested) if not is_blank(piece, nested=nested)]
    answers: list[Answer] = []
    connection.begin()
    try:
        for sql in statements:
            columns, rows = connection.query_named(sql)
            answers.append(Answer(sql=sql, columns=columns, rows=rows))
        with session.cancel.shield():
            connection.commit()
    except BaseException:
        with session.cancel.shield():
            connection.rollback()
        session.cancel.check()
        raise
    return answers
