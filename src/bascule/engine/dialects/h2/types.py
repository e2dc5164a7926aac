"""What H2 calls data types."""

from bascule.engine.dialects.types import Types, parse

_DIGITS_OF_INT = 10


class H2Types(Types, frozen=True):
    """An `int(n)` of MySQL's is read as what holds n digits."""

    def render(self, text: str) -> str:
        written = parse(text)
        if written.word == "int" and written.parameters and written.parameters[0].isdigit():
            return "BIGINT" if int(written.parameters[0]) > _DIGITS_OF_INT else "INTEGER"
        return super().render(text)


TYPES = H2Types(
    {
        "bit": "BOOLEAN",
        "currency": "DECIMAL(18, 4)",
        "date": "date",
        "datetime": "TIMESTAMP",
        "double": "DOUBLE PRECISION",
        "java varbinary": "VARBINARY{p}",
        "java.sql.types.longvarchar": "LONGVARCHAR",
        "longblob": "BLOB",
        "longvarchar": "LONGVARCHAR",
        "mediumblob": "BLOB",
        "mediumtext": "CLOB",
        "nclob": "CLOB",
        "numeric": "numeric{p}",
        "text": "CLOB",
        "time": "time",
        "timestamp without time zone": "TIMESTAMP{p}",
        "timestamptz": "TIMESTAMP{p}",
        "timetz": "time",
        "tinyblob": "BLOB",
        "tinyint": "TINYINT",
        "tinytext": "CLOB",
        "xml": "CLOB",
    }
)
