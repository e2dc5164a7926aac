"""alterSequence."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("alterSequence")
class AlterSequence(Change, frozen=True, kw_only=True):
    """Change how a sequence counts."""

    sequence: Name
    increment_by: int | None = None
    min_value: int | None = None
    max_value: int | None = None
    cache_size: int | None = None
    cycle: bool | None = None
    ordered: bool | None = None
    data_type: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AlterSequence(
            self.sequence,
            self.increment_by,
            self.min_value,
            self.max_value,
            self.cache_size,
            self.cycle,
            self.ordered,
            self.data_type,
        )
