"""What PostgreSQL calls data types."""

import re
from functools import cache

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bigint": "BIGINT",
        "binary": "BYTEA",
        "bit": "BIT{p}{r}",
        "blob": "OID",
        "boolean": "BOOLEAN",
        "bytea": "BYTEA",
        "clob": "TEXT",
        "currency": "DECIMAL",
        "date": "date",
        "datetime": "TIMESTAMP{p} WITHOUT TIME ZONE",
        "double": "DOUBLE PRECISION",
        "int": "INTEGER",
        "java varbinary": "BYTEA",
        "longblob": "BYTEA",
        "mediumblob": "BYTEA",
        "mediumtext": "TEXT",
        "nclob": "TEXT",
        "numeric": "numeric{p}",
        "nvarchar": "VARCHAR{n}",
        "smallint": "SMALLINT",
        "text": "TEXT",
        "time": "time{p} WITHOUT TIME ZONE",
        "time with time zone": "time{p} WITH TIME ZONE",
        "timestamp": "TIMESTAMP{p} WITHOUT TIME ZONE",
        "timestamp with time zone": "TIMESTAMP{p}{r}",
        "timestamp without time zone": "TIMESTAMP{p}{r}",
        "timestamptz": "TIMESTAMP{p} WITH TIME ZONE",
        "timetz": "time{p} WITH TIME ZONE",
        "tinyblob": "BYTEA",
        "tinyint": "SMALLINT",
        "tinytext": "TEXT",
        "uuid": "UUID",
        "varbinary": "BYTEA",
        "varchar": "VARCHAR{n}{r}",
        "xml": "XML",
    }
)

_WORD = re.compile(r"[a-z_][a-z0-9_$]*")


@cache
def as_written(shown: str) -> str:
    """A type of the catalog as an author would write it: between quotes where the plain word means another one (`money`, `number`)."""
    if _WORD.fullmatch(shown) and TYPES.render(shown).lower() != shown:
        return f'"{shown}"'
    return shown.replace("character varying", "varchar")
