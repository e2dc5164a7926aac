"""SQLite. DDL is transactional; there are no schemas, sequences or remarks, and constraints come with the table only."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.sqlite.ddl import SqliteDdl
from bascule.engine.dialects.sqlite.types import TYPES

TRAITS = Traits(
    transactional_ddl=True,
    max_identifier_bytes=1_000_000,
    short_name="sqlite",
    supports_schemas=False,
    supports_sequences=False,
    qualifies_names=False,
    true="1",
    false="0",
    rehearses=True,
    inserts_many=False,
    column_names_fold=False,
    keys_are_indexes=False,
)
SUPPORT = Support(
    lacks=frozenset(
        {
            "addForeignKeyConstraint",
            "addLookupTable",
            "addNotNullConstraint",
            "addPrimaryKey",
            "addUniqueConstraint",
            "createFunction",
            "createProcedure",
            "dropAllForeignKeyConstraints",
            "dropDefaultValue",
            "dropForeignKeyConstraint",
            "dropFunction",
            "dropNotNullConstraint",
            "dropPrimaryKey",
            "dropProcedure",
            "dropUniqueConstraint",
            "modifyDataType",
            "renameSequence",
            "renameView",
            "setColumnRemarks",
            "setTableRemarks",
        }
    ),
    refuses={
        "addCheckConstraint": ("disabled",),
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "createTrigger": ("disabled",),
    },
)
SQLITE = DIALECTS.add("sqlite")(Dialect(name="sqlite", traits=TRAITS, types=TYPES, ddl=SqliteDdl(TRAITS, TYPES), support=SUPPORT))
