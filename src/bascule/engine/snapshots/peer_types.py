"""Column types as Liquibase's snapshots have them: the driver's word, JDBC's number, sizes; and back to the server's words."""

import re
from typing import Any

import msgspec

from bascule.engine.dialects.types import parse

_UNSIZED = 2147483647
_SQLITE_UNSIZED = 2000000000
_UNIT = "BYTE!{liquibase.structure.core.DataType$ColumnSizeUnit}"


class _Word(msgspec.Struct, frozen=True):
    """The driver's word for a type; `sized`: its parameters are told as columnSize and decimalDigits."""

    name: str
    number: int
    sized: bool = False
    octets: int | None = None


_POSTGRESQL = {
    "smallint": _Word("int2", 5, octets=5),
    "integer": _Word("int4", 4, octets=10),
    "bigint": _Word("int8", -5, octets=19),
    "boolean": _Word("bool", -7, octets=1),
    "real": _Word("float4", 7, octets=8),
    "double precision": _Word("float8", 8, octets=17),
    "numeric": _Word("numeric", 2, sized=True),
    "varchar": _Word("varchar", 12, sized=True),
    "character": _Word("bpchar", 1, sized=True),
    '"char"': _Word("char", 1, octets=1),
    "text": _Word("text", 12, octets=_UNSIZED),
    "bytea": _Word("bytea", -2, octets=_UNSIZED),
    "date": _Word("date", 91, octets=13),
    "time without time zone": _Word("time", 92),
    "time with time zone": _Word("timetz", 92),
    "timestamp without time zone": _Word("timestamp", 93, octets=29),
    "timestamp with time zone": _Word("timestamptz", 93, octets=32),
    "bit": _Word("bit", -7, sized=True),
    "bit varying": _Word("varbit", 1111, sized=True),
    '"money"': _Word("money", 8, octets=_UNSIZED),
    "interval": _Word("interval", 1111),
    "uuid": _Word("uuid", 1111, octets=_UNSIZED),
    "xml": _Word("xml", 2009, octets=_UNSIZED),
    "oid": _Word("oid", -5, octets=10),
}
_POSTGRESQL_WORDS = {word.name: ours for ours, word in _POSTGRESQL.items()}
_SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
_SERIAL_BASES = {serial: base for base, serial in _SERIALS.items()}
TOPS = {"smallint": 2**15 - 1, "integer": 2**31 - 1}
"""Type of a sequence → its greatest number, where that is not bigint's."""
_TIMES = {"time": 9, "timetz": 15}
_MARIADB_NUMBERS = {
    "tinyint": -6, "smallint": 5, "mediumint": 4, "int": 4, "bigint": -5, "decimal": 3, "float": 7, "double": 8, "char": 1, "varchar": 12,
    "tinytext": 12, "text": -1, "mediumtext": -1, "longtext": -1, "binary": -2, "varbinary": -3, "tinyblob": -3, "blob": -4,
    "mediumblob": -4, "longblob": -4, "date": 91, "time": 92, "datetime": 93, "timestamp": 93, "year": 91, "bit": -7, "uuid": 1111,
}  # fmt: skip
_MARIADB_WIDTHS = {"tinyint": (4, 3), "smallint": (6, 5), "mediumint": (9, 8), "int": (11, 10), "bigint": (20, 20)}
_MARIADB_SIZED = ("char", "varchar", "binary", "varbinary", "decimal", "bit")
_SQLITE_NUMBERS = {"int": 4, "integer": 4, "bigint": -5, "real": 7, "float": 6, "double": 8, "decimal": 6, "numeric": 2, "blob": 2004}


def written(text: str, dialect: str) -> dict[str, Any]:
    """The `type` of a column whose type the server calls `text`."""
    match dialect:
        case "postgresql":
            return _postgresql(text)
        case "sqlite":
            return _sqlite(text)
        case _:
            return _mariadb(text)


def serial(text: str) -> dict[str, Any]:
    """The `type` of a PostgreSQL column that counts by a sequence of its own."""
    return {**_postgresql(text), "typeName": _SERIALS.get(text, text)}


def read(kind: dict[str, Any], dialect: str) -> str:
    """The server's words for a column's `type`."""
    name = str(kind.get("typeName", ""))
    size, digits = number(kind.get("columnSize")), number(kind.get("decimalDigits"))
    match dialect:
        case "postgresql":
            return _postgresql_word(name, size, digits)
        case "sqlite":
            return name if size in (None, _SQLITE_UNSIZED) else f"{name}({size})" if digits is None else f"{name}({size}, {digits})"
        case _:
            return _mariadb_word(name.lower(), size, digits)


def is_serial(kind: dict[str, Any]) -> bool:
    return kind.get("typeName") in _SERIAL_BASES


def number(value: object) -> int | None:
    """`30!{java.lang.Integer}` → 30."""
    if isinstance(value, int):
        return value
    digits = re.match(r"-?\d+", value) if isinstance(value, str) else None
    return int(digits[0]) if digits else None


def tagged(value: int) -> str:
    return f"{value}!{{java.lang.Integer}}"


def _of(name: str, jdbc: int | None, *, size: int | None = None, digits: int | None = None, octets: int | None = None) -> dict[str, Any]:
    facts = {
        "characterOctetLength": None if octets is None else tagged(octets),
        "columnSize": None if size is None else tagged(size),
        "columnSizeUnit": _UNIT,
        "dataTypeId": None if jdbc is None else tagged(jdbc),
        "decimalDigits": None if digits is None else tagged(digits),
        "radix": tagged(10),
        "typeName": name,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _postgresql(text: str) -> dict[str, Any]:
    """Precision of times is left out, as the peer leaves it out."""
    is_array = text.endswith("[]")
    type_ = parse(text.removesuffix("[]").replace("bit varying", "varbit"))
    base = "bit varying" if type_.base == "varbit" else f"{type_.base} {type_.rest}".strip()
    parameters = [int(part) for part in type_.parameters if part.isdigit()]
    word = _POSTGRESQL.get(base)
    name, jdbc = (word.name, word.number) if word else (base, 1111)
    if is_array and parameters and base.startswith("timestamp"):
        return _of(f"{name}[]", 2003, size=23 + parameters[0], digits=parameters[0], octets=23 + parameters[0])
    if is_array:
        return _of(f"{name}[]", 2003, size=parameters[0] if parameters and word and word.sized else None, octets=_UNSIZED)
    if name in _TIMES:
        digits = parameters[0] if parameters else 6
        return _of(name, jdbc, size=_TIMES[name] + digits, digits=digits, octets=_TIMES[name] + digits)
    if name == "interval":
        return _of(name, jdbc, size=49, digits=parameters[0] if parameters else 6, octets=49)
    if name == "char":
        return _of(name, jdbc, size=1, octets=1)
    if word is None or not word.sized:
        return _of(name, jdbc, octets=word.octets if word else _UNSIZED)
    size = parameters[0] if parameters else _UNSIZED if name == "varchar" else None
    return _of(name, jdbc, size=size, digits=parameters[1] if len(parameters) > 1 else None, octets=size)


def _postgresql_word(name: str, size: int | None, digits: int | None) -> str:
    if name in _SERIAL_BASES:
        return _SERIAL_BASES[name]
    if name.endswith("[]"):
        ours = _postgresql_word(name.removesuffix("[]"), size, None)
        return f"{ours}[]" if digits is None else f"{ours.replace('timestamp', f'timestamp({digits})', 1)}[]"
    ours = _POSTGRESQL_WORDS.get(name, name)
    if name in _TIMES:
        base, _, rest = ours.partition(" ")
        return ours if digits in (None, 6) else f"{base}({digits}) {rest}"
    if name == "interval":
        return name if digits in (None, 6) else f"interval({digits})"
    word = _POSTGRESQL.get(ours)
    if word is None or not word.sized or size in (None, _UNSIZED):
        return ours
    return f"{ours}({size},{digits or 0})" if name == "numeric" else f"{ours}({size})"


def _mariadb(text: str) -> dict[str, Any]:
    type_ = parse(text)
    base = type_.base.lower()
    if base == "tinyint" and type_.parameters == ("1",):
        return _of("BOOLEAN", 16)
    if base in ("enum", "set"):
        return {"columnSizeUnit": _UNIT, "typeName": f"{base.upper()}{text[len(base) :]}"}
    name = base.upper() + (" UNSIGNED" if "unsigned" in type_.rest.lower() else "")
    jdbc = _MARIADB_NUMBERS.get(base, 12)
    parameters = [int(part) for part in type_.parameters if part.isdigit()]
    if base in _MARIADB_SIZED:
        size = parameters[0] if parameters else None
        return _of(name, jdbc, size=size, digits=parameters[1] if len(parameters) > 1 else None, octets=None if base == "decimal" else size)
    if base in ("longtext", "longblob"):
        return _of(name, jdbc, size=_UNSIZED, octets=_UNSIZED)
    size = {"date": 10, "double": 22, "float": 12}.get(base) or (20 if name == "BIGINT UNSIGNED" else None)
    return _of(name, jdbc, size=size)


def _mariadb_word(name: str, size: int | None, digits: int | None) -> str:
    base, _, rest = name.partition(" ")
    if base == "boolean":
        return "tinyint(1)"
    if base in _MARIADB_WIDTHS:
        width = _MARIADB_WIDTHS[base][1 if rest == "unsigned" else 0]
        return f"{base}({width}){f' {rest}' if rest else ''}"
    if base in _MARIADB_SIZED and size is not None:
        return f"{base}({size},{digits or 0}){f' {rest}' if rest else ''}" if base == "decimal" else f"{base}({size})"
    return name


def _sqlite(text: str) -> dict[str, Any]:
    type_ = parse(text)
    parameters = [int(part) for part in type_.parameters if part.isdigit()]
    base = f"{type_.base} {type_.rest}".strip()
    size = parameters[0] if parameters else _SQLITE_UNSIZED
    jdbc = _SQLITE_NUMBERS.get(base.lower(), 12)
    return _of(base.upper(), jdbc, size=size, digits=parameters[1] if len(parameters) > 1 else None, octets=_SQLITE_UNSIZED)
