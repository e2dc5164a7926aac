"""`columnExists tableName columnName`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition, required
from bascule.engine.written.element import Element


@precondition("columnExists")
def check(element: Element, world: World) -> Iterator[str]:
    table = name_of(element, "tableName")
    column = required(element, "columnName")
    shape = world.shape((table.name,), table.schema)
    found = (c.name for name, t in shape.tables.items() if world.same(table.name, name) for c in t.columns)
    if not any(world.same(column, name) for name in found):
        yield f"column {table}.{column} does not exist"
