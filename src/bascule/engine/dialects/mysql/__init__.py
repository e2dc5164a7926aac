"""MySQL. It commits at every DDL: a failed changeset can leave half its work behind. What users call schema is the catalog."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import CHECK_SWITCHES, Dialect, Support, Traits
from bascule.engine.dialects.mysql.ddl import MySqlDdl
from bascule.engine.dialects.mysql.reserved import RESERVED_WORDS
from bascule.engine.dialects.mysql.types import TYPES

TRAITS = Traits(
    transactional_ddl=False,
    quote="`",
    quote_end="`",
    max_identifier_bytes=64,
    short_name="mysql",
    supports_schemas=False,
    supports_sequences=False,
    schema_is_catalog=True,
    line_comment="-- ",
    comment_prefix="--  ",
    current_timestamp="NOW()",
    current_timestamp_call="NOW",
    explicit_null=True,
    escapes_backslash=True,
    reserved_words=RESERVED_WORDS,
    true="1",
    false="0",
)
SUPPORT = Support(
    has=CHECK_SWITCHES,
    lacks=frozenset({"renameSequence"}),
    requires={
        "addAutoIncrement": ("columnDataType",),
        "addLookupTable": ("newColumnDataType",),
        "addNotNullConstraint": ("columnDataType",),
        "dropIndex": ("tableName",),
        "dropNotNullConstraint": ("columnDataType",),
        "renameColumn": ("columnDataType",),
        "setColumnRemarks": ("columnDataType",),
    },
    refuses={
        "createTrigger": ("disabled",),
        "addAutoIncrement": ("incrementBy",),
        "addColumn": ("beforeColumn", "position", "incrementBy"),
        "addForeignKeyConstraint": ("deferrable", "initiallyDeferred"),
        "addPrimaryKey": ("clustered", "forIndexName"),
        "addUniqueConstraint": ("clustered", "forIndexName"),
        "createTable": ("incrementBy",),
    },
)
MYSQL = DIALECTS.add("mysql")(Dialect(name="mysql", traits=TRAITS, types=TYPES, ddl=MySqlDdl(TRAITS, TYPES), support=SUPPORT))
