"""createIndex."""

from collections.abc import Iterator

from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.changes.drop_index import DropIndex
from bascule.engine.changes.reading.columns import incomplete
from bascule.engine.schema import Column, Name


@change("createIndex")
class CreateIndex(Change, frozen=True, kw_only=True):
    """Create an index; a column is a name, or an expression where it is `computed`. `using` names PostgreSQL's access method."""

    table: Name
    columns: tuple[Column, ...]
    index_name: str | None = None
    unique: bool | None = None
    clustered: bool | None = None
    tablespace: str | None = None
    associated_with: str | None = None
    using: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.CreateIndex(
            self.table, self.index_name, self.columns, self.unique, self.clustered, self.tablespace, self.associated_with, self.using
        )

    def problems(self) -> Iterator[Problem]:
        return incomplete(self.written, self.columns)

    def inverse(self) -> Iterator[Change] | None:
        if self.index_name is None:
            return None
        return iter([DropIndex(written=self.written, table=self.table, index_name=self.index_name)])
