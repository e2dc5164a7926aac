"""`customPrecondition className`: a Java class of the author's, which cannot run here."""

from collections.abc import Iterator

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.preconditions.base import World, precondition
from bascule.engine.written.element import Element


@precondition("customPrecondition")
def check(element: Element, world: World) -> Iterator[str]:
    raise InputError(
        Problem(
            code="RUN-045",
            what=f"customPrecondition {element.value_of('className') or ''} is a Java class, which cannot run here".replace("  ", " "),
            where=str(element.position),
            fix="ask the same with a sqlCheck",
        )
    )
