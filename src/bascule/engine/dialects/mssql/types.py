"""What SQL Server calls data types: lower case, with the lengths it would take if none were given, MAX beyond what a page holds."""

import re

from bascule.engine.dialects.types import Types, WrittenType, parse

_LENGTHS = frozenset({"binary", "char", "nvarchar", "varbinary", "varchar"})
_LONGEST = 8000
_PLAIN = re.compile(r"[A-Za-z_]\w*")
_RESERVED = frozenset({"function", "table", "user"})


class MsSqlTypes(Types, frozen=True):
    """Words without a rule keep their case, and are quoted where they are no plain words."""

    def render(self, text: str) -> str:
        written = parse(text)
        word = written.base.lower() if written.base.lower() in self.rules else written.word
        if word in _LENGTHS:
            return f"{word}({_length(written)}){_rest(written)}"
        if word in ("decimal", "numeric"):
            precision, scale = (*written.parameters, *("18", "0")[len(written.parameters) :])
            return f"{word}({precision}, {scale})"
        if word in self.rules:
            return super().render(text)
        parameters = f"({', '.join(written.parameters)})" if written.parameters else ""
        schema, dot, name = written.base.partition(".")
        return f"{schema}.[{name}]{parameters}" if dot else f"{_quoted(schema)}{parameters}{_rest(written)}"


def _length(written: WrittenType) -> str:
    first = written.parameters[0].split()[0] if written.parameters else "1"
    return "MAX" if not first.isdigit() or int(first) > _LONGEST else first


def _rest(written: WrittenType) -> str:
    return f" {written.rest}" if written.rest else ""


def _quoted(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _RESERVED
    return name if plain else f"[{name.replace(']', ']]')}]"


TYPES = MsSqlTypes(
    {
        "bigint": "bigint",
        "bit": "bit",
        "blob": "varbinary(MAX)",
        "boolean": "bit",
        "clob": "varchar(MAX)",
        "currency": "money",
        "date": "date",
        "datetime": "datetime",
        "double": "float(53)",
        "float": "float(53)",
        "image": "image",
        "int": "int",
        "java varbinary": "varbinary{p}",
        "longblob": "varbinary(MAX)",
        "mediumblob": "varbinary(MAX)",
        "mediumint": "int",
        "mediumtext": "varchar(MAX)",
        "nchar": "nchar{p}",
        "nclob": "nvarchar(MAX)",
        "ntext": "nvarchar (max)",
        "real": "real",
        "smalldatetime": "smalldatetime",
        "smallint": "smallint",
        "smallmoney": "smallmoney",
        "text": "varchar (max)",
        "time": "time{p}",
        "timestamp": "datetime2{p}",
        "timestamptz": "datetime2{p}",
        "timetz": "time{p}",
        "tinyblob": "varbinary(MAX)",
        "tinyint": "tinyint",
        "tinytext": "varchar(MAX)",
        "uuid": "uniqueidentifier",
        "xml": "xml",
    }
)
