"""`expectedQuotingStrategy strategy`: how names are quoted in this changeset."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, precondition, required
from bascule.engine.written.element import Element


@precondition("expectedQuotingStrategy")
def check(element: Element, world: World) -> Iterator[str]:
    wanted = required(element, "strategy")
    if wanted != world.quoting:
        yield f"the quoting strategy is {world.quoting}, not {wanted}"
