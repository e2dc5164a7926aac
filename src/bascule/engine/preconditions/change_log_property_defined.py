"""`changeLogPropertyDefined property value`: a property is set, to that value where one is given."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, precondition, required
from bascule.engine.written.element import Element


@precondition("changeLogPropertyDefined")
def check(element: Element, world: World) -> Iterator[str]:
    name, wanted = required(element, "property"), element.value_of("value")
    found = {key.lower(): value for key, value in world.properties.items()}.get(name.lower())
    if found is None:
        yield f"changelog property '{name}' is not defined"
    elif wanted is not None and found != wanted:
        yield f"changelog property '{name}' is '{found}', not '{wanted}'"
