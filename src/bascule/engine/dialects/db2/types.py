"""What Db2 calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bit": "SMALLINT",
        "boolean": "SMALLINT",
        "currency": "DECIMAL(19, 4)",
        "date": "date",
        "datetime": "TIMESTAMP{p}",
        "double": "DOUBLE",
        "int": "INTEGER",
        "java varbinary": "VARBINARY{p}",
        "longblob": "BLOB",
        "mediumblob": "BLOB",
        "mediumtext": "CLOB",
        "nclob": "CLOB",
        "numeric": "numeric{p}",
        "text": "CLOB",
        "time": "time",
        "timestamp": "timestamp{p}",
        "timestamptz": "timestamp{p}",
        "timetz": "time",
        "tinyblob": "BLOB",
        "tinyint": "SMALLINT",
        "tinytext": "CLOB",
        "uuid": "char(36)",
    }
)
