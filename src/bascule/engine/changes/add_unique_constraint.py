"""addUniqueConstraint."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change
from bascule.engine.changes.drop_unique_constraint import DropUniqueConstraint
from bascule.engine.schema import Name


@change("addUniqueConstraint")
class AddUniqueConstraint(Change, frozen=True, kw_only=True):
    """No two rows may be alike in those columns."""

    table: Name
    column_names: tuple[str, ...]
    constraint_name: str | None = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    disabled: bool | None = None
    tablespace: str | None = None
    clustered: bool | None = None
    for_index: QualifiedName | None = None
    validate: bool = True

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AddUnique(
            self.table,
            self.column_names,
            self.constraint_name,
            self.deferrable,
            self.initially_deferred,
            self.disabled,
            self.tablespace,
            self.clustered,
            self.for_index,
            self.validate,
        )

    def inverse(self) -> Iterator[Change]:
        yield DropUniqueConstraint(
            written=self.written, table=self.table, constraint_name=self.constraint_name, unique_columns=self.column_names
        )
