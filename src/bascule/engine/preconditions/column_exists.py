"""`columnExists tableName columnName`: a column of a table or of a view."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition, required
from bascule.engine.written.element import Element


@precondition("columnExists")
def check(element: Element, world: World) -> Iterator[str]:
    table = name_of(element, "tableName")
    column = required(element, "columnName")
    if not any(world.same_column(column, found) for found in world.columns(world.stored(table))):
        yield f"column {table}.{column} does not exist"
