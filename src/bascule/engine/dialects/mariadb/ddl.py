"""Where MariaDB is not MySQL: it has sequences."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.mariadb.modes import in_mode
from bascule.engine.dialects.mysql.ddl import MySqlDdl
from bascule.engine.schema import Name
from bascule.engine.sql.statement import Statement


class MariaDbDdl(MySqlDdl):
    """A sequence's start stands behind its bounds; sequences are renamed as tables are."""

    replacing = "OR REPLACE"

    def check_state(self, op: ops.AddCheck) -> str:
        return ""

    def drop_check(self, op: ops.DropCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint, at)

    def sequence_options(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        yield from self.sequence_steps(op)
        if isinstance(op, ops.CreateSequence) and op.start is not None:
            yield f"START WITH {op.start}"
        if op.cache is not None:
            yield f"CACHE {op.cache}"
        if op.cycle is not None and (op.cycle or isinstance(op, ops.AlterSequence)):
            yield "CYCLE" if op.cycle else "NOCYCLE"

    def routine_dropped(self, kind: str, name: str) -> str:
        """Packages are words of Oracle's mode alone."""
        statement = super().routine_dropped(kind, name)
        return in_mode(statement, "ORACLE") if kind.startswith("package") else statement

    def rename_sequence(self, op: ops.RenameSequence, at: RenderContext) -> Iterator[Statement]:
        target = Name(op.to, op.sequence.schema, op.sequence.catalog)
        yield Statement(f"RENAME TABLE {self.name(op.sequence, at)} TO {self.name(target, at)}", expects=self.expect("sequence", op.to))
