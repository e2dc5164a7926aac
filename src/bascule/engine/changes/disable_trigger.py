"""disableTrigger."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.enable_trigger import EnableTrigger
from bascule.engine.changes.reading.beside import beside
from bascule.engine.schema import Name


@change("disableTrigger")
class DisableTrigger(Change, frozen=True, kw_only=True):
    """A trigger stays where it is and does not fire."""

    trigger: Name
    table_name: str | None = None
    scope: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DisableTrigger(self.trigger, beside(self.trigger, self.table_name), self.scope)

    def inverse(self) -> Iterator[Change]:
        yield EnableTrigger(written=self.written, trigger=self.trigger, table_name=self.table_name, scope=self.scope)
