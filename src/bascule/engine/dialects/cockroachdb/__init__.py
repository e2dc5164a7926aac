"""CockroachDB: speaks PostgreSQL's language, with words of its own for counting columns. SQL only, through `offline:cockroachdb`."""

import msgspec

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support
from bascule.engine.dialects.cockroachdb.ddl import CockroachDbDdl
from bascule.engine.dialects.postgresql import POSTGRESQL
from bascule.engine.dialects.types import Types

TRAITS = msgspec.structs.replace(POSTGRESQL.traits, short_name="cockroachdb")
TYPES = Types(
    {**POSTGRESQL.types.rules, "bigserial": "BIGSERIAL", "serial": "SERIAL", "serial8": "BIGSERIAL", "smallserial": "SMALLSERIAL"}
)
SUPPORT = Support(
    requires={"dropTrigger": ("tableName",)},
    refuses={
        "addCheckConstraint": ("disabled",),
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "createTrigger": ("disabled",),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addUniqueConstraint": ("clustered",),
        "createProcedure": ("replaceIfExists",),
        "createSequence": ("ordered",),
    },
)
COCKROACHDB = DIALECTS.add("cockroachdb")(
    Dialect(name="cockroachdb", traits=TRAITS, types=TYPES, ddl=CockroachDbDdl(TRAITS, TYPES), support=SUPPORT)
)
