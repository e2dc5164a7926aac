"""`sequenceExists sequenceName`."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, name_of, precondition
from bascule.engine.written.element import Element


@precondition("sequenceExists")
def check(element: Element, world: World) -> Iterator[str]:
    sequence = name_of(element, "sequenceName")
    if not any(world.same(sequence.name, found) for found in world.shape((), sequence.schema).sequences):
        yield f"sequence {sequence} does not exist"
