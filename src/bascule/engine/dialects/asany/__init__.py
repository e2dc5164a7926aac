"""SQL Anywhere (Sybase ASA). It commits at every DDL; scripts run in batches. SQL only, through `offline:asany`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.asany.ddl import SqlAnywhereDdl
from bascule.engine.dialects.asany.types import TYPES
from bascule.engine.dialects.base import Dialect, Support, Traits

TRAITS = Traits(
    transactional_ddl=False,
    short_name="asany",
    offline_schema="dba",
    batch_separator="GO",
    current_timestamp="now()",
    explicit_null=True,
    true="1",
    false="0",
    next_value="{}.NEXTVAL",
    current_value="{}.CURRVAL",
    binary_literal="0x{}",
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"renameView"}),
    requires={"addAutoIncrement": ("columnDataType",), "dropIndex": ("tableName",)},
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createProcedure": ("replaceIfExists",),
    },
)
ASANY = DIALECTS.add("asany")(Dialect(name="asany", traits=TRAITS, types=TYPES, ddl=SqlAnywhereDdl(TRAITS, TYPES), support=SUPPORT))
