"""addPrimaryKey: a primary key of existing columns."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, QualifiedName, change
from bascule.engine.changes.drop_primary_key import DropPrimaryKey
from bascule.engine.schema import Name


@change("addPrimaryKey")
class AddPrimaryKey(Change, frozen=True, kw_only=True):
    """Make columns the primary key of their table; from an existing index by `forIndexName`."""

    table: Name
    column_names: tuple[str, ...]
    constraint_name: str | None = None
    tablespace: str | None = None
    clustered: bool | None = None
    for_index: QualifiedName | None = None
    validate: bool = True

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.AddPrimaryKey(
            self.table, self.column_names, self.constraint_name, self.tablespace, self.clustered, self.for_index, self.validate
        )

    def inverse(self) -> Iterator[Change]:
        yield DropPrimaryKey(written=self.written, table=self.table, constraint_name=self.constraint_name)
