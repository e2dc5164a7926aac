"""Values as SQL literals."""

import re

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import RenderContext, Traits
from bascule.engine.dialects.names import qualified
from bascule.engine.dialects.types import Family
from bascule.engine.schema import Name, Value

_NOW = re.compile(r"(?:current_timestamp|current_datetime)(?:\(\s*(?P<precision>\d*)\s*\))?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_MOMENT = re.compile(r"(?P<date>\d{4}-\d\d-\d\d)?(?:(?:^|[T ])(?P<time>\d\d:\d\d:\d\d(?:\.\d+)?))?")
_TRAILING_ZEROS = re.compile(r"\.0+$")


def string(text: str) -> str:
    """Between single quotes, those inside doubled."""
    return "'" + text.replace("'", "''") + "'"


def text_literal(text: str, traits: Traits) -> str:
    """A string as this database reads it back."""
    return string(text.replace("\\", "\\\\") if traits.escapes_backslash else text)


def literal(value: Value | None, traits: Traits, at: RenderContext) -> str:
    """A cell of INSERT or UPDATE. The string NULL is the null that Liquibase reads it as."""
    if value is None or value.text is None:
        return "NULL"
    text = value.text
    match value.kind:
        case "null":
            return "NULL"
        case "string":
            if text.upper() == "NULL":
                return "NULL"
            return text if _is_call(text, traits) else text_literal(text, traits)
        case "numeric":
            return text
        case "boolean":
            return boolean(text, traits)
        case "cell":
            return text_literal(text, traits) if text else "NULL"
        case "date":
            return moment(text, traits)
        case "computed":
            return now(text, traits)
        case "sequence_next" | "sequence_current" | "binary" | "blob_file" | "clob_file":
            return _special(value.kind, text, traits, at)


def default(value: Value, family: Family | None, traits: Traits, at: RenderContext) -> str:
    """A DEFAULT clause's value. The family of the column's type, where known, decides how a string is read."""
    if value.text is None or (value.kind == "string" and value.text.upper() == "NULL"):
        return "null"
    match value.kind:
        case "string" if family == "numeric":
            return value.text
        case "string" if family == "boolean":
            return boolean(value.text, traits)
        case "numeric":
            return _TRAILING_ZEROS.sub("", value.text)
        case "boolean" if family not in (None, "boolean"):
            return value.text.lower()
        case _:
            return literal(value, traits, at)


def settled(cell: Value, family: Family) -> Value:
    """A CSV cell, now that its column's type is known: an empty text stays one, `true` may go into a number (MySQL's tinyint(1))."""
    text = cell.text or ""
    match family:
        case "string":
            return Value("string", text)
        case "numeric" if _NUMBER.fullmatch(text):
            return Value("numeric", text)
        case "numeric" | "boolean" if text.lower() in ("true", "false", "0", "1"):
            return Value("boolean", text)
        case _:
            return cell


def moment(text: str, traits: Traits) -> str:
    """A date, a time, or both, in the database's words; any other text as a string."""
    match = _MOMENT.fullmatch(text.strip())
    match match.groups() if match is not None else (None, None):
        case str() as date, str() as time:
            template = (traits.fraction_literal if "." in time else "") or traits.moment_literal
            return template.format(date=date, time=time)
        case str() as date, None:
            return traits.date_literal.format(date=date)
        case None, str() as time:
            return traits.time_literal.format(time=time)
        case _:
            return string(text.replace("T", " "))


def boolean(text: str, traits: Traits) -> str:
    """The database's word for true or false; other text (`b'1'`) is left alone."""
    match text.strip().lower():
        case "true" | "1" | "t" | "yes" | "y" | "on":
            return traits.true
        case "false" | "0" | "f" | "no" | "n" | "off":
            return traits.false
        case _:
            return text


def now(text: str, traits: Traits) -> str:
    """An expression; the standard's words for the present become the database's function."""
    match = _NOW.fullmatch(text.strip())
    if match is None:
        return text
    if match["precision"]:
        return f"{traits.current_timestamp_call or 'CURRENT_TIMESTAMP'}({match['precision']})"
    return traits.current_timestamp


def _is_call(text: str, traits: Traits) -> bool:
    """Whether a string is an expression after all: Liquibase lets the database's own current-time function through."""
    return text.upper() == traits.current_timestamp.upper() or text.lower().startswith("to_date(")


def _special(kind: str, text: str, traits: Traits, at: RenderContext) -> str:
    if kind == "binary":
        return traits.binary_literal.format(text)
    if kind in ("sequence_next", "sequence_current"):
        if not traits.supports_sequences:
            raise InputError(Problem(code="DDL-005", what=f"the value comes from the sequence {text}, and {traits.short_name} has none"))
        schema, _, name = text.rpartition(".")
        sequence = qualified(Name(name, schema or None), traits, at)
        template = traits.next_value if kind == "sequence_next" else traits.current_value
        return template.format(sequence)
    return text_literal(text, traits)
