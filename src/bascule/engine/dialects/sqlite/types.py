"""What SQLite calls data types: any word goes, only its affinity counts."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bigint": "BIGINT",
        "binary": "BLOB{p}",
        "bit": "BOOLEAN{p}",
        "blob": "BLOB",
        "boolean": "BOOLEAN",
        "clob": "TEXT",
        "currency": "REAL",
        "date": "date",
        "datetime": "TEXT",
        "int": "INTEGER",
        "java varbinary": "BLOB{p}",
        "longblob": "BLOB",
        "mediumblob": "BLOB",
        "mediumtext": "TEXT",
        "nclob": "TEXT",
        "numeric": "NUMBER{p}",
        "real": "FLOAT",
        "smallint": "SMALLINT",
        "text": "TEXT",
        "time": "time",
        "timestamp": "TEXT",
        "timestamptz": "TEXT",
        "timetz": "time",
        "tinyblob": "BLOB",
        "tinytext": "TEXT",
        "uuid": "TEXT",
        "varbinary": "BLOB{p}",
        "xml": "TEXT",
    }
)
