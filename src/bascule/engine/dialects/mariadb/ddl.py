"""Where MariaDB is not MySQL: it has sequences."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.mysql.ddl import MySqlDdl
from bascule.engine.schema import Name
from bascule.engine.sql.statement import Statement


class MariaDbDdl(MySqlDdl):
    """Sequences are renamed as tables are."""

    def rename_sequence(self, op: ops.RenameSequence, at: RenderContext) -> Iterator[Statement]:
        target = Name(op.to, op.sequence.schema, op.sequence.catalog)
        yield Statement(f"RENAME TABLE {self.name(op.sequence, at)} TO {self.name(target, at)}", expects=self.expect("sequence", op.to))
