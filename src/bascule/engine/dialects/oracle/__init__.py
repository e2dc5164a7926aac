"""Oracle. It commits at every DDL; what users call schema is a user. SQL only, through `offline:oracle`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import RARE, Dialect, Support, Traits
from bascule.engine.dialects.oracle.ddl import OracleDdl
from bascule.engine.dialects.oracle.reserved import RESERVED_WORDS
from bascule.engine.dialects.oracle.types import TYPES

TRAITS = Traits(
    supports_tablespaces=True,
    restricts_foreign_keys=False,
    transactional_ddl=False,
    short_name="oracle",
    supports_schemas=False,
    catalog_is_schema=True,
    current_timestamp="SYSTIMESTAMP",
    reserved_words=RESERVED_WORDS,
    true="1",
    false="0",
    next_value="{}.nextval",
    current_value="{}.currval",
    inserts_many=False,
    date_literal="TO_DATE('{date}', 'YYYY-MM-DD')",
    time_literal="TO_DATE('{time}', 'HH24:MI:SS')",
    moment_literal="TO_DATE('{date} {time}', 'YYYY-MM-DD HH24:MI:SS')",
    fraction_literal="TO_TIMESTAMP('{date} {time}', 'YYYY-MM-DD HH24:MI:SS.FF')",
)
SUPPORT = Support(
    has=RARE,
    lacks=frozenset({"addAutoIncrement"}),
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addPrimaryKey": ("clustered",),
        "addUniqueConstraint": ("clustered",),
        "alterSequence": ("dataType",),
        "createProcedure": ("replaceIfExists",),
        "createSequence": ("dataType",),
        "renameView": ("schemaName",),
    },
)
ORACLE = DIALECTS.add("oracle")(Dialect(name="oracle", traits=TRAITS, types=TYPES, ddl=OracleDdl(TRAITS, TYPES), support=SUPPORT))
