"""enableCheckConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.schema import Name


@change("enableCheckConstraint")
class EnableCheckConstraint(Change, frozen=True, kw_only=True):
    """Rows that come from now on must meet the check again."""

    table: Name
    constraint_name: str

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.EnableCheck(self.table, self.constraint_name)

    def inverse(self) -> Iterator[Change]:
        from bascule.engine.changes.disable_check_constraint import DisableCheckConstraint  # each undoes the other

        yield DisableCheckConstraint(written=self.written, table=self.table, constraint_name=self.constraint_name)
