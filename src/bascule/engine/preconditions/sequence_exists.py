"""`sequenceExists sequenceName`."""

from collections.abc import Iterator

from bascule.engine.changelog.element import Element
from bascule.engine.preconditions.base import World, name_of, precondition


@precondition("sequenceExists")
def check(element: Element, world: World) -> Iterator[str]:
    sequence = name_of(element, "sequenceName")
    if not any(world.same(sequence.name, found) for found in world.shape((), sequence.schema).sequences):
        yield f"sequence {sequence} does not exist"
