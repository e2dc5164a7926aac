"""H2. It commits at every DDL. SQL only, through `offline:h2`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.h2.ddl import H2Ddl
from bascule.engine.dialects.h2.reserved import RESERVED_WORDS
from bascule.engine.dialects.h2.types import TYPES

TRAITS = Traits(
    transactional_ddl=False,
    short_name="h2",
    offline_schema="PUBLIC",
    current_timestamp="NOW()",
    next_value="NEXTVAL('{}')",
    current_value="CURRVAL('{}')",
    reserved_words=RESERVED_WORDS,
    folds_quoted_names=True,
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"renameSequence", "renameView"}),
    requires={"addAutoIncrement": ("columnDataType",)},
    refuses={
        "addCheckConstraint": ("disabled",),
        "addColumn": ("position",),
        "createTrigger": ("disabled",),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "alterSequence": ("incrementBy",),
        "createProcedure": ("replaceIfExists",),
    },
)
H2 = DIALECTS.add("h2")(Dialect(name="h2", traits=TRAITS, types=TYPES, ddl=H2Ddl(TRAITS, TYPES), support=SUPPORT))
