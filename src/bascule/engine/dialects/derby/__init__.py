"""Apache Derby. DDL is transactional; what users call schema is a user's. SQL only, through `offline:derby`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.derby.ddl import DerbyDdl
from bascule.engine.dialects.derby.reserved import RESERVED_WORDS
from bascule.engine.dialects.derby.types import TYPES

TRAITS = Traits(
    transactional_ddl=True,
    short_name="derby",
    supports_schemas=False,
    catalog_is_schema=True,
    reserved_words=RESERVED_WORDS,
    current_value="(SELECT currentvalue FROM sys.syssequences WHERE sequencename = upper('{}'))",
    date_literal="DATE('{date}')",
    time_literal="TIME('{time}')",
    moment_literal="TIMESTAMP('{date} {time}')",
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"addAutoIncrement", "renameView", "setColumnRemarks", "setTableRemarks"}),
    refuses={
        "addColumn": ("afterColumn", "autoIncrement", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createProcedure": ("replaceIfExists",),
        "createView": ("replaceIfExists",),
    },
)
DERBY = DIALECTS.add("derby")(Dialect(name="derby", traits=TRAITS, types=TYPES, ddl=DerbyDdl(TRAITS, TYPES), support=SUPPORT))
