"""What Oracle calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bigint": "NUMBER(38, 0)",
        "binary": "RAW{p}",
        "bit": "BOOLEAN",
        "boolean": "BOOLEAN",
        "currency": "NUMBER(15, 2)",
        "date": "date",
        "datetime": "TIMESTAMP{p}",
        "double": "DOUBLE PRECISION",
        "enum": "ENUM",
        "int": "INTEGER",
        "java varbinary": "BLOB",
        "longblob": "BLOB",
        "mediumtext": "CLOB",
        "numeric": "NUMBER{p}",
        "nvarchar": "NVARCHAR2{p}",
        "raw": "raw{p}",
        "real": "FLOAT",
        "smallint": "NUMBER(5)",
        "text": "CLOB",
        "time": "DATE",
        "timestamp without time zone": "TIMESTAMP{p}",
        "timestamptz": "TIMESTAMP{p}",
        "tinyblob": "BLOB",
        "tinyint": "NUMBER(3)",
        "tinytext": "CLOB",
        "uuid": "RAW(16)",
        "varbinary": "RAW{p}",
        "varchar": "VARCHAR2{p}",
        "xml": "XMLTYPE",
    }
)
