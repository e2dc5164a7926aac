"""`sqlCheck expectedResult`: the single value a query gives, compared with its text as the database writes it, letter by letter."""

from collections.abc import Iterator

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.preconditions.base import World, precondition, required
from bascule.engine.written.element import Element


@precondition("sqlCheck")
def check(element: Element, world: World) -> Iterator[str]:
    sql = query_text(element)
    expected = required(element, "expectedResult")
    rows = world.query(sql)
    if len(rows) != 1 or len(rows[0]) != 1:
        problem = Problem(code="RUN-042", what="sqlCheck must give one value", where=str(element.position), why=f"it gave {len(rows)} rows")
        raise TargetError(problem)
    result = rows[0][0]
    if _text(result) != expected:
        yield f"sqlCheck gave {_text(result)}, not {expected}: {' '.join(sql.split())}"


def query_text(element: Element) -> str:
    """The query: the element's text, or its `sql`."""
    text = element.text.text if element.text is not None else element.value_of("sql") or ""
    return text.strip().rstrip(";")


def _text(result: object) -> str:
    if isinstance(result, bool):
        return "t" if result else "f"  # as PostgreSQL writes it
    return "null" if result is None else str(result)
