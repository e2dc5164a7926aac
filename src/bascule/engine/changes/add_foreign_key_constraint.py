"""addForeignKeyConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change
from bascule.engine.changes.drop_foreign_key_constraint import DropForeignKeyConstraint
from bascule.engine.schema import ForeignKey, References


@change("addForeignKeyConstraint")
class AddForeignKeyConstraint(Change, frozen=True, kw_only=True):
    """Columns of a table refer to columns of another."""

    base_table: QualifiedName
    base_column_names: tuple[str, ...]
    referenced_table: QualifiedName
    referenced_column_names: tuple[str, ...]
    constraint_name: str
    on_delete: str | None = None
    on_update: str | None = None
    delete_cascade: bool = False
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    references_unique_column: bool | None = None
    validate: bool = True

    def operations(self) -> Iterator[ops.Operation]:
        key = ForeignKey(
            columns=self.base_column_names,
            references=References(table=self.referenced_table, columns=self.referenced_column_names),
            name=self.constraint_name,
            on_delete="CASCADE" if self.delete_cascade else self.on_delete,
            on_update=self.on_update,
            deferrable=self.deferrable,
            initially_deferred=self.initially_deferred,
        )
        yield ops.AddForeignKey(self.base_table, key, self.validate)

    def inverse(self) -> Iterator[Change]:
        yield DropForeignKeyConstraint(
            written=self.written, base_table=self.base_table, constraint_name=self.constraint_name, index_on=self.base_column_names
        )
