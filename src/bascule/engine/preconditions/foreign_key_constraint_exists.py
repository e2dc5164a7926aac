"""`foreignKeyConstraintExists foreignKeyName`, and where given its table."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, precondition
from bascule.engine.written.element import Element


@precondition("foreignKeyConstraintExists")
def check(element: Element, world: World) -> Iterator[str]:
    name, table = element.value_of("foreignKeyName"), element.value_of("foreignKeyTableName")
    schema = element.value_of("foreignKeyTableSchemaName") or element.value_of("schemaName")
    shape = world.shape(None if table is None else (table,), schema)
    for found, description in shape.tables.items():
        if table is not None and not world.same(table, found):
            continue
        if any(name is None or (key.name is not None and world.same(name, key.name)) for key in description.foreign_keys):
            return
    yield f"foreign key {name or ''}{' on ' + table if table else ''} does not exist"
