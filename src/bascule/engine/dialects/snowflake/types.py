"""What Snowflake calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bit": "BOOLEAN{p}",
        "clob": "VARCHAR",
        "currency": "DECIMAL",
        "date": "date",
        "datetime": "TIMESTAMP_NTZ{p}",
        "double": "FLOAT",
        "java varbinary": "VARBINARY{p}",
        "java.sql.types.blob": "BINARY",
        "longblob": "BINARY",
        "mediumblob": "BINARY",
        "mediumtext": "VARCHAR",
        "nclob": "VARCHAR",
        "numeric": "NUMBER{p}",
        "real": "FLOAT",
        "smalldatetime": "datetime",
        "time": "time",
        "timestamp": "timestamp",
        "timestamptz": "timestamp",
        "timetz": "time",
        "tinyblob": "BINARY",
        "tinytext": "VARCHAR",
        "uuid": "char(36)",
    }
)
