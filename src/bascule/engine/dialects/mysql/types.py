"""What MySQL calls data types."""

from bascule.engine.dialects.types import Types

TYPES = Types(
    {
        "bigint": "BIGINT{r}",
        "blob": "BLOB",
        "boolean": "TINYINT",
        "clob": "LONGTEXT",
        "currency": "DECIMAL",
        "date": "date",
        "datetime": "datetime{p}",
        "int": "INT{r}",
        "double precision": "DOUBLE PRECISION",
        "java varbinary": "LONGBLOB",
        "longblob": "LONGBLOB",
        "nclob": "LONGTEXT CHARACTER SET utf8",
        "numeric": "numeric{p}{r}",
        "smallint": "SMALLINT{r}",
        "time": "time",
        "timestamp": "timestamp{p}{r}",
        "timestamptz": "timestamp{p}",
        "timetz": "time",
        "uuid": "char(36)",
        "xml": "LONGTEXT",
    }
)
