"""enableTrigger."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.reading.beside import beside
from bascule.engine.schema import Name


@change("enableTrigger")
class EnableTrigger(Change, frozen=True, kw_only=True):
    """A trigger fires again."""

    trigger: Name
    table_name: str | None = None
    scope: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.EnableTrigger(self.trigger, beside(self.trigger, self.table_name), self.scope)

    def inverse(self) -> Iterator[Change]:
        from bascule.engine.changes.disable_trigger import DisableTrigger  # each undoes the other

        yield DisableTrigger(written=self.written, trigger=self.trigger, table_name=self.table_name, scope=self.scope)
