"""dropTrigger."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.reading.beside import beside
from bascule.engine.schema import Name


@change("dropTrigger")
class DropTrigger(Change, frozen=True, kw_only=True):
    """Drop a trigger. PostgreSQL must be told its table; `scope` is what one belongs to that is no table's."""

    trigger: Name
    table_name: str | None = None
    scope: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DropTrigger(self.trigger, beside(self.trigger, self.table_name), self.scope)
