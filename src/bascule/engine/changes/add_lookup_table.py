"""addLookupTable: the distinct values of a column become a table of their own."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change
from bascule.engine.changes.drop_foreign_key_constraint import DropForeignKeyConstraint
from bascule.engine.changes.drop_table import DropTable
from bascule.engine.schema import ForeignKey, References


@change("addLookupTable")
class AddLookupTable(Change, frozen=True, kw_only=True):
    """Make a table of a column's values, and the column refer to it."""

    existing_table: QualifiedName
    existing_column_name: str
    new_table: QualifiedName
    new_column_name: str
    new_column_data_type: str | None = None
    constraint_name: str | None = None

    @property
    def foreign_key_name(self) -> str:
        """`FK_<EXISTING>_<NEW>` where none was given."""
        return self.constraint_name or f"FK_{self.existing_table.name.upper()}_{self.new_table.name.upper()}"

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateLookupTable(
            self.new_table, self.new_column_name, self.existing_table, self.existing_column_name, self.new_column_data_type
        )
        yield ops.AddNotNull(self.new_table, self.new_column_name, self.new_column_data_type)
        yield ops.AddPrimaryKey(self.new_table, (self.new_column_name,))
        key = ForeignKey(
            columns=(self.existing_column_name,),
            references=References(table=self.new_table, columns=(self.new_column_name,)),
            name=self.foreign_key_name,
        )
        yield ops.AddForeignKey(self.existing_table, key)

    def inverse(self) -> Iterator[Change]:
        yield DropForeignKeyConstraint(
            written=self.written,
            base_table=self.existing_table,
            constraint_name=self.foreign_key_name,
            index_on=(self.existing_column_name,),
        )
        yield DropTable(written=self.written, table=self.new_table)
