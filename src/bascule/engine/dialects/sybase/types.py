"""What Sybase ASE calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "binary": "IMAGE",
        "bit": "BIT",
        "blob": "IMAGE",
        "boolean": "BIT",
        "clob": "TEXT",
        "currency": "MONEY",
        "date": "date",
        "datetime": "datetime",
        "int": "INT",
        "java varbinary": "IMAGE",
        "longblob": "IMAGE",
        "mediumtext": "TEXT",
        "nclob": "TEXT",
        "numeric": "numeric{p}",
        "real": "FLOAT",
        "time": "time",
        "timestamp": "datetime",
        "timestamptz": "datetime",
        "tinyblob": "IMAGE",
        "tinyint": "TINYINT",
        "tinytext": "TEXT",
        "uuid": "UNIQUEIDENTIFIER",
        "varbinary": "IMAGE",
        "xml": "TEXT",
    }
)
