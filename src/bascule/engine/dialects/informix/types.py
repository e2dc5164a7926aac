"""What Informix calls data types."""

from bascule.engine.dialects.types import Types, parse

_LONGEST_VARCHAR = 255


class InformixTypes(Types, frozen=True):
    """A VARCHAR beyond what one byte counts is an LVARCHAR."""

    def render(self, text: str) -> str:
        written = parse(text)
        length = written.parameters[0] if written.parameters else ""
        if written.word == "varchar" and length.isdigit() and int(length) > _LONGEST_VARCHAR:
            return f"LVARCHAR({length})"
        return super().render(text)


TYPES = InformixTypes(
    {
        "bigint": "INT8",
        "bigserial": "SERIAL8",
        "binary": "BLOB{p}",
        "bit": "BOOLEAN{p}",
        "currency": "MONEY",
        "date": "date",
        "datetime": "DATETIME YEAR TO FRACTION(5)",
        "double": "DOUBLE PRECISION",
        "float": "FLOAT",
        "int": "INT",
        "java varbinary": "BLOB{p}",
        "longblob": "BLOB",
        "mediumtext": "CLOB",
        "nclob": "CLOB",
        "numeric": "numeric{p}",
        "real": "FLOAT",
        "serial": "SERIAL",
        "serial8": "SERIAL8",
        "time": "DATETIME HOUR TO FRACTION(5)",
        "timestamp": "DATETIME YEAR TO FRACTION(5)",
        "timestamp with time zone": "timestamp{p}{r}",
        "timestamp without time zone": "timestamp{r}",
        "timestamptz": "DATETIME YEAR TO FRACTION(5)",
        "tinyblob": "BLOB",
        "tinytext": "CLOB",
        "uuid": "char(36)",
        "varbinary": "BLOB{p}",
        "xml": "CLOB",
    }
)
