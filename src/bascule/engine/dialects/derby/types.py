"""What Derby calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "binary": "BLOB{p}",
        "bit": "BOOLEAN",
        "currency": "DECIMAL",
        "date": "date",
        "datetime": "TIMESTAMP",
        "double": "DOUBLE",
        "int": "INTEGER",
        "java varbinary": "BLOB{p}",
        "longblob": "BLOB",
        "mediumtext": "CLOB",
        "nclob": "CLOB",
        "numeric": "numeric{p}",
        "nvarchar": "VARCHAR{p}",
        "real": "FLOAT",
        "text": "CLOB",
        "time": "time",
        "timestamp": "TIMESTAMP",
        "timestamptz": "TIMESTAMP",
        "tinyblob": "BLOB",
        "tinyint": "SMALLINT",
        "tinytext": "CLOB",
        "uuid": "char(36)",
        "varbinary": "BLOB{p}",
    }
)
