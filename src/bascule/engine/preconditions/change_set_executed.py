"""`changeSetExecuted id author changeLogFile`: that changeset has a row."""

from collections.abc import Iterator

from bascule.engine.history.row import normalised_file
from bascule.engine.preconditions.base import World, precondition, required
from bascule.engine.written.element import Element


@precondition("changeSetExecuted")
def check(element: Element, world: World) -> Iterator[str]:
    identity = (required(element, "id"), required(element, "author"), normalised_file(required(element, "changeLogFile")))
    if all(row.identity != identity for row in world.rows):
        yield f"changeset {identity[2]}::{identity[0]}::{identity[1]} has not run"
