"""disableCheckConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.enable_check_constraint import EnableCheckConstraint
from bascule.engine.schema import Name


@change("disableCheckConstraint")
class DisableCheckConstraint(Change, frozen=True, kw_only=True):
    """The check stays where it is and is not asked."""

    table: Name
    constraint_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.DisableCheck(self.table, self.constraint_name)

    def inverse(self) -> Iterator[Change]:
        yield EnableCheckConstraint(written=self.written, table=self.table, constraint_name=self.constraint_name)
