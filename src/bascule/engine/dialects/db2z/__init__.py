"""Db2 for z/OS: Db2 under its own roof, without REORG in between. SQL only, through `offline:db2z`."""

import msgspec

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support
from bascule.engine.dialects.db2 import DB2
from bascule.engine.dialects.db2z.ddl import Db2zDdl
from bascule.engine.dialects.types import Types

TRAITS = msgspec.structs.replace(DB2.traits, short_name="db2z")
TYPES = Types({**DB2.types.rules, "timestamptz": "timestamp"})
SUPPORT = Support(
    lacks=frozenset({"addNotNullConstraint", "dropNotNullConstraint", "modifyDataType", "renameSequence", "renameView"}),
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered",),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createView": ("replaceIfExists",),
    },
)
DB2Z = DIALECTS.add("db2z")(Dialect(name="db2z", traits=TRAITS, types=TYPES, ddl=Db2zDdl(TRAITS, TYPES), support=SUPPORT))
