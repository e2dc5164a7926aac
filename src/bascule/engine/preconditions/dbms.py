"""`dbms type="postgresql,!mysql"`: the target is of these kinds."""

from collections.abc import Iterator

from bascule.engine.preconditions.base import World, precondition, required
from bascule.engine.written.dbms import applies_to
from bascule.engine.written.element import Element


@precondition("dbms")
def check(element: Element, world: World) -> Iterator[str]:
    wanted = required(element, "type")
    if not applies_to(wanted, world.dbms):
        yield f"the database is {world.dbms}, not {wanted}"
