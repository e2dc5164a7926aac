"""Sybase ASE. Scripts run in batches; there are no sequences. SQL only, through `offline:sybase`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.sybase.ddl import SybaseDdl
from bascule.engine.dialects.sybase.types import TYPES

TRAITS = Traits(
    transactional_ddl=True,
    quote="[",
    quote_end="]",
    short_name="sybase",
    supports_sequences=False,
    batch_separator="GO",
    current_timestamp="GETDATE()",
    explicit_null=True,
    true="1",
    false="0",
    binary_literal="0x{}",
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"renameSequence", "setColumnRemarks", "setTableRemarks"}),
    requires={"addAutoIncrement": ("columnDataType",), "dropIndex": ("tableName",), "dropPrimaryKey": ("constraintName",)},
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "deleteCascade", "initiallyDeferred", "onDelete"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createProcedure": ("replaceIfExists",),
    },
)
SYBASE = DIALECTS.add("sybase")(Dialect(name="sybase", traits=TRAITS, types=TYPES, ddl=SybaseDdl(TRAITS, TYPES), support=SUPPORT))
