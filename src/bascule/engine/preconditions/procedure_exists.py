"""`procedureExists procedureName`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("procedureExists")
def check(element: Element, world: World) -> Iterator[str]:
    wanted = name_of(element, "procedureName")
    routines = world.shape(None, wanted.schema).routines.values()
    if not any(found.kind == "procedure" and world.same(wanted.name, found.name.name) for found in routines):
        yield f"procedure {wanted} does not exist"
