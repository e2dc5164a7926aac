"""customChange: a Java class of the author's, which cannot run here."""

from collections.abc import Iterator

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change


@change("customChange")
class CustomChange(Change, frozen=True, kw_only=True):
    """Known, so that a changelog that has run elsewhere can be read and its history kept; refused when it would run."""

    class_: str

    def operations(self) -> Iterator[ops.Operation]:
        return iter(())

    def problems(self) -> Iterator[Problem]:
        yield Problem(
            code="REG-010",
            what=f"customChange {self.class_} is a Java class, which cannot run here",
            where=str(self.written.position),
            fix="write it as sql or executeCommand; where it has run already, its history row is kept",
        )
