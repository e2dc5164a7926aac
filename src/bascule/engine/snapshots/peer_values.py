"""Defaults of columns as Liquibase's snapshots have them: texts bare, numbers and functions with a Java type behind them."""

import re

from bascule.engine.dialects.types import parse
from bascule.engine.schema import Value

_FUNCTION = "!{liquibase.statement.DatabaseFunction}"
_TAG = re.compile(r"(?P<text>.*)!\{(?P<type>[\w.$]+)\}", re.DOTALL)
_LITERAL = re.compile(r"'(?P<text>(?:[^']|'')*)'(?P<cast>::[\w\s\"().\[\],]+)?", re.DOTALL)
_WHOLE = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_SQLITE_FUNCTIONS = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME")
_TEXTS = frozenset({"varchar", "char", "character", "text", "tinytext", "mediumtext", "longtext", "enum", "set", "json"})

Written = str | bool


def written(default: Value | None, kind: str, dialect: str) -> Written | None:
    """The `defaultValue` of a column; MariaDB's columns without one have NULL."""
    base = parse(kind).base.lower()
    if default is None or default.text is None:
        return None
    text = default.text
    literal = _LITERAL.fullmatch(text)
    if literal:
        return literal["text"]
    if base == "boolean" and text in ("true", "false"):
        return text == "true"
    if dialect == "sqlite" and text in _SQLITE_FUNCTIONS:
        return text
    if _WHOLE.fullmatch(text) and dialect != "mariadb":
        return f"{text}!{{java.lang.Integer}}" if base == "integer" else f"{text}!{{java.math.BigInteger}}"
    if _DECIMAL.fullmatch(text) and dialect != "postgresql":
        return f"{text}!{{java.math.BigDecimal}}"
    return text.replace(" ON UPDATE ", " on update ") + _FUNCTION


def no_default(kind: str) -> Written:
    """What a MariaDB column that may be null has where nothing else was said."""
    return "NULL" if parse(kind).base.lower() in _TEXTS else f"NULL{_FUNCTION}"


def read(value: object, kind: str, dialect: str) -> Value | None:
    """The default in the server's words."""
    match value:
        case None:
            return None
        case bool():
            return Value("computed", ("true" if value else "false") if dialect == "postgresql" else str(int(value)))
        case int() | float():
            return Value("computed", str(value))
    text = str(value)
    tag = _TAG.fullmatch(text)
    if text.upper() == "NULL" or (tag and tag["text"].upper() == "NULL"):
        return None
    if tag:
        return Value("computed", tag["text"].replace(" on update ", " ON UPDATE "))
    if dialect == "sqlite" and text in _SQLITE_FUNCTIONS:
        return Value("computed", text)
    return Value("computed", f"'{text}'{_cast(kind)}" if dialect == "postgresql" else f"'{text}'")


def _cast(kind: str) -> str:
    """PostgreSQL words the type of a literal, without its length."""
    type_ = parse(kind)
    base = {"varchar": "character varying", "character": "bpchar"}.get(type_.base, type_.base)
    return f"::{base}{f' {type_.rest}' if type_.rest else ''}"
