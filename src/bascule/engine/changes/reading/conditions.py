"""`where` and `whereParams` of update and delete."""

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changes.reading.columns import bind_column
from bascule.engine.schema import Column
from bascule.engine.written.element import Element


def where_of(written: str | None) -> str | None:
    """The condition, trimmed; none where nothing is left."""
    return (written or "").strip() or None


def where_parameters_of(element: Element) -> tuple[Column, ...]:
    """The `param` elements, which replace `:name` and `:value` left to right. Raises InputError."""
    holder = element.child("whereParams")
    if holder is None:
        return ()
    problems: list[Problem] = []
    found = tuple(bind_column(child, problems) for child in holder.children if child.name in ("param", ""))
    if problems:
        raise InputError(problems)
    return found
