"""renameTrigger."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.reading.beside import beside
from bascule.engine.schema import Name


@change("renameTrigger")
class RenameTrigger(Change, frozen=True, kw_only=True):
    """Rename a trigger. PostgreSQL must be told its table."""

    old_trigger: Name
    new_trigger_name: str
    table_name: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RenameTrigger(self.old_trigger, self.new_trigger_name, beside(self.old_trigger, self.table_name))

    def inverse(self) -> Iterator[Change]:
        yield RenameTrigger(
            written=self.written,
            old_trigger=Name(self.new_trigger_name, self.old_trigger.schema, self.old_trigger.catalog),
            new_trigger_name=self.old_trigger.name,
            table_name=self.table_name,
        )
