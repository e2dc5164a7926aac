"""HSQLDB's peculiarities of DDL, beside those it shares with H2: sequences say their type, there is no OR REPLACE."""

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.h2.ddl import H2Ddl
from bascule.engine.sql.statement import Statement


class HsqlDbDdl(H2Ddl):
    """HSQLDB 2. Remarks are left out, as Liquibase does."""

    caches_sequences = False
    drops_with_cascade = False
    keeps_remarks = False
    one_row = " FROM (VALUES (0))"

    def create_sequence(self, op: ops.CreateSequence, at: RenderContext) -> Iterator[Statement]:
        return super().create_sequence(msgspec.structs.replace(op, type=op.type or "BIGINT"), at)

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        if op.replace and not op.full_definition:
            yield from self.drop_view(ops.DropView(op.view, if_exists=True), at)
        yield from super().create_view(msgspec.structs.replace(op, replace=False), at)
