"""`tableExists tableName`: a table, not a view."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("tableExists")
def check(element: Element, world: World) -> Iterator[str]:
    table = name_of(element, "tableName")
    shape = world.shape((table.name,), table.schema)
    if not any(world.same(table.name, found) for found in shape.tables):
        yield f"table {table} does not exist"
