"""addCheckConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change
from bascule.engine.changes.drop_check_constraint import DropCheckConstraint
from bascule.engine.schema import Name


@change("addCheckConstraint")
class AddCheckConstraint(Change, frozen=True, kw_only=True):
    """Rows must meet a condition: those that are there too, unless `validate` is false. On SQLite the table is built anew."""

    table: Name
    constraint_name: str
    constraint_body: Text
    disabled: bool = False
    validate: bool = True

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AddCheck(self.table, self.constraint_name, self.constraint_body, self.disabled, self.validate)

    def inverse(self) -> Iterator[Change]:
        yield DropCheckConstraint(written=self.written, table=self.table, constraint_name=self.constraint_name)
