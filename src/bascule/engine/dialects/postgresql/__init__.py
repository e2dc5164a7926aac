"""PostgreSQL. DDL is transactional; names fold to lower case, so mixed case is quoted."""

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import TRIGGER_SWITCHES, Dialect, Support, Traits
from bascule.engine.dialects.postgresql.ddl import PostgreSqlDdl
from bascule.engine.dialects.postgresql.reserved import RESERVED_WORDS
from bascule.engine.dialects.postgresql.types import TYPES

TRAITS = Traits(
    supports_tablespaces=True,
    transactional_ddl=True,
    max_identifier_bytes=63,
    short_name="postgresql",
    nests_comments=True,
    current_timestamp="NOW()",
    reserved_words=RESERVED_WORDS,
    quotes_mixed_case=True,
    next_value="nextval('{}')",
    current_value="currval('{}')",
    binary_literal="'\\x{}'",
)
SUPPORT = Support(
    has=TRIGGER_SWITCHES | {"renameTrigger"},
    requires=dict.fromkeys(("disableTrigger", "dropTrigger", "enableTrigger", "renameTrigger"), ("tableName",)),
    refuses={
        "addCheckConstraint": ("disabled",),
        "addColumn": ("afterColumn", "beforeColumn", "position"),
        "addUniqueConstraint": ("clustered",),
        "createProcedure": ("replaceIfExists",),
        "createSequence": ("ordered",),
    },
)
POSTGRESQL = DIALECTS.add("postgresql")(
    Dialect(name="postgresql", traits=TRAITS, types=TYPES, ddl=PostgreSqlDdl(TRAITS, TYPES), support=SUPPORT)
)
