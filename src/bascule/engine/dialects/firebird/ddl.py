"""Firebird's peculiarities of DDL: an index as a whole goes up or down, a view is made again by RECREATE, columns count by triggers."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column
from bascule.engine.sql.statement import Statement


class FirebirdDdl(Ddl):
    """Firebird 2.5 and later."""

    creates_if_absent = False
    drop_words = "DROP"
    drops_with_cascade = False
    keeps_remarks = False
    caches_sequences = False
    one_row = " FROM RDB$DATABASE"

    def is_auto_increment(self, column: Column) -> bool:
        """Identity columns came with version 3; until then a trigger fills them, which its author writes."""
        return False

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.identifier(op.column, at)} TO {self.identifier(op.to, at)}"
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}", expects=self.expect("column", op.to, table=op.table)
        )

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.identifier(op.column, at)} TYPE {self.type(op.type, at)}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column}")

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN  {self.identifier(op.column, at)} SET DEFAULT NULL")

    def create_index(self, op: ops.CreateIndex, at: RenderContext) -> Iterator[Statement]:
        """DESCENDING stands before INDEX and is true of all its columns; an expression stands alone."""
        descending = {bool(column.descending) for column in op.columns}
        if len(descending) > 1:
            raise self.refuse(f"the index {op.index} goes up in one column and down in another", "Firebird has either", "make two indexes")
        kind = "DESCENDING " if descending == {True} else ""
        plain = tuple(msgspec.structs.replace(column, descending=None) for column in op.columns)
        for statement in super().create_index(msgspec.structs.replace(op, columns=plain), at):
            text = statement.text.replace("INDEX ", f"{kind}INDEX ", 1)
            if any(column.computed for column in op.columns):
                text = text.replace("(", " COMPUTED BY (", 1)
            yield msgspec.structs.replace(statement, text=text)

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        """There is no RESTRICT: it is what happens when nothing is said."""
        return super().add_foreign_key(msgspec.structs.replace(op, key=self.without_action(op.key, "RESTRICT")), at)

    def sequence_options(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        if isinstance(op, ops.AlterSequence) and op.minimum is not None:
            yield f"RESTART WITH {op.minimum}"
            op = msgspec.structs.replace(op, minimum=None)
        yield from super().sequence_options(op)

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        for statement in super().create_view(op, at):
            yield msgspec.structs.replace(statement, text=statement.text.replace("CREATE OR REPLACE", "RECREATE", 1))
