"""stop: the run ends here, as an error."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change


@change("stop")
class Stop(Change, frozen=True, kw_only=True):
    """End the run with a message, to step through a changelog."""

    message: Text = "Stop command in changelog file"

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.Stop(self.message)
