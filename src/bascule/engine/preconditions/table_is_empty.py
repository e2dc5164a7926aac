"""`tableIsEmpty tableName`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("tableIsEmpty")
def check(element: Element, world: World) -> Iterator[str]:
    table = name_of(element, "tableName")
    ((count,),) = world.query(f"SELECT COUNT(*) FROM {world.table_in_sql(table)}")  # noqa: S608
    if count:
        yield f"table {table} has {count} rows"
