"""What HSQLDB calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bit": "BOOLEAN",
        "currency": "DECIMAL",
        "date": "date",
        "datetime": "TIMESTAMP",
        "double": "DOUBLE",
        "int": "INT",
        "java varbinary": "VARBINARY{p}",
        "java.sql.types.longvarchar": "LONGVARCHAR",
        "longblob": "BLOB",
        "longvarchar": "LONGVARCHAR",
        "mediumblob": "BLOB",
        "mediumtext": "CLOB",
        "nchar": "CHAR{p}",
        "nclob": "CLOB",
        "numeric": "numeric{p}",
        "nvarchar": "VARCHAR{p}",
        "real": "FLOAT",
        "text": "CLOB",
        "time": "time",
        "timestamptz": "TIMESTAMP",
        "timetz": "time",
        "tinyblob": "BLOB",
        "tinytext": "CLOB",
        "xml": "CLOB",
    }
)
