"""addNotNullConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.drop_not_null_constraint import DropNotNullConstraint
from bascule.engine.schema import Name


@change("addNotNullConstraint")
class AddNotNullConstraint(Change, frozen=True, kw_only=True):
    """A column must have a value; rows without one get `defaultNullValue` first."""

    table: Name
    column_name: str
    column_data_type: str | None = None
    default_null_value: str | None = None
    constraint_name: str | None = None
    validate: bool = True

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AddNotNull(
            self.table, self.column_name, self.column_data_type, self.default_null_value, self.constraint_name, self.validate
        )

    def inverse(self) -> Iterator[Change]:
        yield DropNotNullConstraint(
            written=self.written, table=self.table, column_name=self.column_name, column_data_type=self.column_data_type
        )
