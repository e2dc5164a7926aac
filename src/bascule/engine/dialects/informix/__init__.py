"""Informix. DDL is transactional; no name is ever quoted. SQL only, through `offline:informix`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import Dialect, Support, Traits
from bascule.engine.dialects.informix.ddl import InformixDdl
from bascule.engine.dialects.informix.types import TYPES

TRAITS = Traits(
    transactional_ddl=True,
    quote="",
    quote_end="",
    short_name="informix",
    catalog_separator=":",
    quotes_special_names=False,
    current_timestamp="CURRENT YEAR TO FRACTION(5)",
    true="'t'",
    false="'f'",
    next_value="{}.NEXTVAL",
    current_value="{}.CURRVAL",
    time_literal="DATETIME ({time}) HOUR TO FRACTION(5)",
    moment_literal="DATETIME ({date} {time}) YEAR TO FRACTION(5)",
    inserts_many=False,
)
SUPPORT = Support(
    lacks=frozenset({"renameSequence", "renameView", "setColumnRemarks", "setTableRemarks"}),
    requires={
        "addAutoIncrement": ("columnDataType",),
        "addDefaultValue": ("columnDataType",),
        "addLookupTable": ("newColumnDataType",),
        "addNotNullConstraint": ("columnDataType",),
        "dropDefaultValue": ("columnDataType",),
        "dropNotNullConstraint": ("columnDataType",),
        "dropPrimaryKey": ("constraintName",),
    },
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createProcedure": ("replaceIfExists",),
        "createView": ("replaceIfExists",),
    },
)
INFORMIX = DIALECTS.add("informix")(Dialect(name="informix", traits=TRAITS, types=TYPES, ddl=InformixDdl(TRAITS, TYPES), support=SUPPORT))
