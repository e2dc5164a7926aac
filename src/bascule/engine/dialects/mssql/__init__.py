"""Microsoft SQL Server. DDL is transactional; scripts run in batches. SQL only, through `offline:mssql`."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import CHECK_SWITCHES, SYNONYMS, TRIGGER_SWITCHES, Dialect, Support, Traits
from bascule.engine.dialects.mssql.ddl import MsSqlDdl
from bascule.engine.dialects.mssql.reserved import RESERVED_WORDS
from bascule.engine.dialects.mssql.types import TYPES

TRAITS = Traits(
    supports_tablespaces=True,
    restricts_foreign_keys=False,
    transactional_ddl=True,
    quote="[",
    quote_end="]",
    short_name="mssql",
    catalog_separator=".",
    batch_separator="GO",
    current_timestamp="GETDATE()",
    reserved_words=RESERVED_WORDS,
    true="1",
    false="0",
    binary_literal="0x{}",
    moment_literal="'{date}T{time}'",
    history_types={"varchar": "nvarchar", "datetime": "datetime2(3)"},
)
SUPPORT = Support(
    has=SYNONYMS | TRIGGER_SWITCHES | CHECK_SWITCHES,
    lacks=frozenset({"addAutoIncrement"}),
    requires={
        "addLookupTable": ("newColumnDataType",),
        "addNotNullConstraint": ("columnDataType",),
        "dropIndex": ("tableName",),
        "dropNotNullConstraint": ("columnDataType",),
    },
    refuses={
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("forIndexName",),
        "addUniqueConstraint": ("forIndexName",),
        "alterSequence": ("dataType", "ordered"),
        "createSequence": ("dataType", "ordered"),
        "dropProcedure": ("catalogName",),
        "setColumnRemarks": ("catalogName",),
    },
)
MSSQL = DIALECTS.add("mssql")(Dialect(name="mssql", traits=TRAITS, types=TYPES, ddl=MsSqlDdl(TRAITS, TYPES), support=SUPPORT))
