"""What SQL Anywhere calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "binary": "LONG BINARY",
        "bit": "BIT",
        "blob": "LONG BINARY",
        "boolean": "BIT",
        "clob": "LONG VARCHAR",
        "currency": "MONEY",
        "date": "date",
        "datetime": "datetime",
        "double": "DOUBLE",
        "int": "INTEGER",
        "java varbinary": "LONG BINARY",
        "longblob": "LONG BINARY",
        "mediumtext": "LONG VARCHAR",
        "nclob": "LONG VARCHAR",
        "numeric": "numeric{p}",
        "real": "FLOAT",
        "text": "LONG VARCHAR",
        "time": "time",
        "timestamp": "TIMESTAMP{r}",
        "timestamp without time zone": "TIMESTAMP",
        "timestamptz": "TIMESTAMP",
        "tinyblob": "LONG BINARY",
        "tinyint": "TINYINT",
        "tinytext": "LONG VARCHAR",
        "uuid": "UNIQUEIDENTIFIER",
        "varbinary": "LONG BINARY",
        "xml": "LONG VARCHAR",
    }
)
