"""`functionExists functionName`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("functionExists")
def check(element: Element, world: World) -> Iterator[str]:
    wanted = name_of(element, "functionName")
    routines = world.shape(None, wanted.schema).routines.values()
    if not any(found.kind == "function" and world.same(wanted.name, found.name.name) for found in routines):
        yield f"function {wanted} does not exist"
