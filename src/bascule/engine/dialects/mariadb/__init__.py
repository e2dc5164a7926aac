"""MariaDB. It commits at every DDL: a failed changeset can leave half its work behind. What users call schema is the catalog."""

import msgspec

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import PACKAGES, Dialect
from bascule.engine.dialects.mariadb.ddl import MariaDbDdl
from bascule.engine.dialects.mysql import MYSQL
from bascule.engine.dialects.types import Types

TRAITS = msgspec.structs.replace(
    MYSQL.traits, short_name="mariadb", supports_sequences=True, reserved_words=MYSQL.traits.reserved_words | {"PERIOD"}
)
TYPES = Types({**MYSQL.types.rules, "boolean": "TINYINT(1)", "uuid": "UUID"})
SUPPORT = msgspec.structs.replace(
    MYSQL.support,
    has=PACKAGES,
    lacks=MYSQL.support.lacks - {"alterSequence", "createSequence", "dropSequence", "renameSequence"},
    refuses={
        **MYSQL.support.refuses,
        "addCheckConstraint": ("disabled",),
        "alterSequence": ("dataType",),
        "createSequence": ("dataType",),
    },
)
MARIADB = DIALECTS.add("mariadb")(Dialect(name="mariadb", traits=TRAITS, types=TYPES, ddl=MariaDbDdl(TRAITS, TYPES), support=SUPPORT))
