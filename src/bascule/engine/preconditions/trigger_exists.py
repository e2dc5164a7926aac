"""`triggerExists triggerName triggerTableName`; without a table a trigger of any."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("triggerExists")
def check(element: Element, world: World) -> Iterator[str]:
    trigger = name_of(element, "triggerName")
    table = element.value_of("triggerTableName") or element.value_of("tableName")
    for found in world.shape(None, trigger.schema).triggers.values():
        if world.same(trigger.name, found.name.name) and (table is None or world.same(table, found.table.name)):
            return
    yield f"trigger {trigger}{f' on {table}' if table else ''} does not exist"
