"""What Firebird calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "binary": "BLOB",
        "bit": "BOOLEAN",
        "clob": "BLOB SUB_TYPE TEXT",
        "currency": "DECIMAL(18, 4)",
        "date": "date",
        "datetime": "TIMESTAMP",
        "double": "DOUBLE PRECISION",
        "float": "FLOAT",
        "int": "INT",
        "java varbinary": "BLOB",
        "longblob": "BLOB",
        "mediumtext": "BLOB SUB_TYPE TEXT",
        "nclob": "BLOB SUB_TYPE TEXT",
        "numeric": "numeric{p}",
        "real": "FLOAT",
        "text": "BLOB SUB_TYPE TEXT",
        "time": "time",
        "timestamp": "TIMESTAMP",
        "timestamptz": "TIMESTAMP",
        "tinyblob": "BLOB",
        "tinyint": "SMALLINT",
        "tinytext": "BLOB SUB_TYPE TEXT",
        "uuid": "char(36)",
        "varbinary": "BLOB",
        "xml": "BLOB SUB_TYPE TEXT",
    }
)
