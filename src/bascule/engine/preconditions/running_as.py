"""`runningAs username="app"`: the session's user, whatever the case."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, precondition, required
from bascule.engine.written.element import Element


@precondition("runningAs")
def check(element: Element, world: World) -> Iterator[str]:
    wanted = required(element, "username")
    if (world.user or "").lower() != wanted.lower():
        yield f"running as {world.user or 'nobody'}, not {wanted}"
