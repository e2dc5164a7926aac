"""HSQLDB. It commits at every DDL. SQL only, through `offline:hsqldb`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.hsqldb.ddl import HsqlDbDdl
from bascule.engine.dialects.hsqldb.reserved import RESERVED_WORDS
from bascule.engine.dialects.hsqldb.types import TYPES

TRAITS = Traits(
    transactional_ddl=False,
    short_name="hsqldb",
    offline_schema="PUBLIC",
    current_timestamp="NOW",
    reserved_words=RESERVED_WORDS,
    folds_quoted_names=True,
    quotes_special_names=False,
    inserts_many=False,
    moment_literal="'{date} {time}.000'",
    fraction_literal="'{date} {time}'",
    current_value="CURRVAL('{}')",
)
SUPPORT = Support(
    lacks=frozenset({"renameSequence", "renameView", "setColumnRemarks", "setTableRemarks"}),
    requires={"addAutoIncrement": ("columnDataType",), "createIndex": ("indexName",)},
    refuses={
        "addCheckConstraint": ("disabled",),
        "addColumn": ("afterColumn", "position"),
        "createTrigger": ("disabled",),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "alterSequence": ("dataType", "incrementBy", "maxValue", "ordered"),
        "createProcedure": ("replaceIfExists",),
        "createSequence": ("dataType", "maxValue", "minValue", "ordered"),
    },
)
HSQLDB = DIALECTS.add("hsqldb")(Dialect(name="hsqldb", traits=TRAITS, types=TYPES, ddl=HsqlDbDdl(TRAITS, TYPES), support=SUPPORT))
