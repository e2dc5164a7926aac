"""output: a message for people."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change


@change("output")
class Output(Change, frozen=True, kw_only=True):
    """Tell a message on `target`: STDOUT, STDERR, or a level of the log."""

    message: Text = ""
    target: str = "STDERR"

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.Tell(self.message, self.target)

    def inverse(self) -> Iterator[Change]:
        return iter(())
