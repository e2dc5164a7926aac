"""Snowflake. It commits at every DDL; constraints are told, not enforced. SQL only, through `offline:snowflake`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.snowflake.ddl import SnowflakeDdl
from bascule.engine.dialects.snowflake.reserved import RESERVED_WORDS
from bascule.engine.dialects.snowflake.types import TYPES

TRAITS = Traits(
    transactional_ddl=False,
    short_name="snowflake",
    catalog_separator=".",
    current_timestamp="current_timestamp::timestamp_ntz",
    reserved_words=RESERVED_WORDS,
    next_value="{}.nextval",
    current_value="{}.currval",
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"addCheckConstraint", "createTrigger", "dropCheckConstraint", "dropTrigger"}),
    requires={"addAutoIncrement": ("columnDataType",)},
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createProcedure": ("replaceIfExists",),
        "createSequence": ("cacheSize", "cycle", "dataType", "maxValue", "minValue", "ordered"),
        "setColumnRemarks": ("catalogName",),
    },
)
SNOWFLAKE = DIALECTS.add("snowflake")(
    Dialect(name="snowflake", traits=TRAITS, types=TYPES, ddl=SnowflakeDdl(TRAITS, TYPES), support=SUPPORT)
)
