"""EDB Postgres Advanced Server: PostgreSQL under another name. SQL only, through `offline:edb`."""

import msgspec

from bascule.engine.dialects import DIALECTS
from bascule.engine.dialects.base import PACKAGES, SYNONYMS, Dialect
from bascule.engine.dialects.edb.ddl import EdbDdl
from bascule.engine.dialects.postgresql import POSTGRESQL

TRAITS = msgspec.structs.replace(POSTGRESQL.traits, short_name="edb")
SUPPORT = msgspec.structs.replace(POSTGRESQL.support, has=POSTGRESQL.support.has | PACKAGES | SYNONYMS)
EDB = DIALECTS.add("edb")(Dialect(name="edb", traits=TRAITS, types=POSTGRESQL.types, ddl=EdbDdl(TRAITS, POSTGRESQL.types), support=SUPPORT))
