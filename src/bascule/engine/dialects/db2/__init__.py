"""Db2 for Linux, UNIX and Windows. DDL is transactional. SQL only, through `offline:db2`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import CHECK_SWITCHES, SYNONYMS, Dialect, Support, Traits
from bascule.engine.dialects.db2.ddl import Db2Ddl
from bascule.engine.dialects.db2.types import TYPES

TRAITS = Traits(
    supports_tablespaces=True,
    transactional_ddl=True,
    short_name="db2",
    supports_schemas=False,
    catalog_is_schema=True,
    current_timestamp="CURRENT TIMESTAMP",
    true="1",
    false="0",
    inserts_many=False,
    date_literal="DATE('{date}')",
    time_literal="TIME('{time}')",
    moment_literal="TIMESTAMP('{date} {time}')",
)
SUPPORT = Support(
    has=SYNONYMS | CHECK_SWITCHES,
    requires={"createSynonym": ("objectType",), "dropSynonym": ("objectType",)},
    lacks=frozenset({"renameSequence", "renameView"}),
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addPrimaryKey": ("clustered",),
        "createTrigger": ("disabled",),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "alterSequence": ("dataType", "ordered"),
    },
)
DB2 = DIALECTS.add("db2")(Dialect(name="db2", traits=TRAITS, types=TYPES, ddl=Db2Ddl(TRAITS, TYPES), support=SUPPORT))
