"""Firebird. DDL is transactional; there are no schemas, and nothing is quoted for being reserved. SQL only, through `offline:firebird`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.firebird.ddl import FirebirdDdl
from bascule.engine.dialects.firebird.types import TYPES

TRAITS = Traits(
    transactional_ddl=True,
    max_identifier_bytes=63,
    short_name="firebird",
    supports_schemas=False,
    supports_catalogs=False,
    qualifies_names=False,
    current_value="GEN_ID({}, 0)",
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"addAutoIncrement", "renameSequence", "renameTable", "renameView", "setColumnRemarks", "setTableRemarks"}),
    requires={"createIndex": ("indexName",), "dropPrimaryKey": ("constraintName",)},
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createProcedure": ("replaceIfExists",),
        "createSequence": ("dataType", "incrementBy", "maxValue", "minValue", "startValue"),
    },
)
FIREBIRD = DIALECTS.add("firebird")(Dialect(name="firebird", traits=TRAITS, types=TYPES, ddl=FirebirdDdl(TRAITS, TYPES), support=SUPPORT))
