"""`viewExists viewName`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("viewExists")
def check(element: Element, world: World) -> Iterator[str]:
    view = name_of(element, "viewName")
    if not any(world.same(view.name, found) for found in world.shape((), view.schema).views):
        yield f"view {view} does not exist"
