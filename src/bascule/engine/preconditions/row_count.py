"""`rowCount tableName expectedRows`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition, required
from bascule.engine.written.element import Element


@precondition("rowCount")
def check(element: Element, world: World) -> Iterator[str]:
    table = name_of(element, "tableName")
    expected = required(element, "expectedRows")
    ((count,),) = world.query(f"SELECT COUNT(*) FROM {world.table_in_sql(table)}")  # noqa: S608
    if str(count) != expected:
        yield f"table {table} has {count} rows, not {expected}"
