"""addDefaultValue."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.drop_default_value import DropDefaultValue
from bascule.engine.schema import Name, Value


@change("addDefaultValue")
class AddDefaultValue(Change, frozen=True, kw_only=True):
    """Give a column a default. A number loses its trailing zeros, as Liquibase writes it here and only here."""

    table: Name
    column_name: str
    default_value: Value
    column_data_type: str | None = None
    default_value_constraint_name: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        default = _shortest(self.default_value)
        yield ops.AddDefault(self.table, self.column_name, default, self.column_data_type, self.default_value_constraint_name)

    def inverse(self) -> Iterator[Change]:
        yield DropDefaultValue(written=self.written, table=self.table, column_name=self.column_name, column_data_type=self.column_data_type)


def _shortest(value: Value) -> Value:
    """`10.50` → `10.5`, `1e2` → `100`."""
    if value.kind != "numeric" or value.text is None:
        return value
    try:
        text = format(Decimal(value.text.replace(",", "")), "f")
    except InvalidOperation:
        return value
    return Value("numeric", text.rstrip("0").rstrip(".") if "." in text else text)
