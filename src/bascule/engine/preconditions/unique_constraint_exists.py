"""`uniqueConstraintExists tableName` with `constraintName` and/or `columnNames`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("uniqueConstraintExists")
def check(element: Element, world: World) -> Iterator[str]:
    table = name_of(element, "tableName")
    name = element.value_of("constraintName")
    columns = [word.strip() for word in (element.value_of("columnNames") or "").split(",") if word.strip()]
    for found, description in world.shape((table.name,), table.schema).tables.items():
        if not world.same(table.name, found):
            continue
        for unique in description.uniques:
            named = name is None or (unique.name is not None and world.same(name, unique.name))
            alike = len(columns) == len(unique.columns) and all(world.same(a, b) for a, b in zip(columns, unique.columns, strict=True))
            if named and (not columns or alike):
                return
    yield f"unique constraint {name or ''} on {table}{' (' + ', '.join(columns) + ')' if columns else ''} does not exist"
