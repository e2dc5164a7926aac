"""Data types: the words authors write, any database's or Java's, and what each database calls them."""

import re
from typing import Literal

import msgspec

Family = Literal["string", "numeric", "boolean", "date", "other"]

_TYPE = re.compile(r"\s*(?P<base>[^\s(]+)\s*(?:\((?P<parameters>[^)]*)\))?\s*(?P<rest>.*?)\s*", re.DOTALL)
_JAVA = "java.sql.types."

# What authors write → the word under which a dialect's table has it.
_SYNONYMS = {
    "bigserial": "bigint",
    "int2": "smallint",
    "int4": "int",
    "int8": "bigint",
    "integer": "int",
    "image": "longblob",
    "longtext": "clob",
    "longvarbinary": "longblob",
    "longnvarchar": "clob",
    "longvarchar": "clob",
    "ntext": "clob",
    "number": "numeric",
    "nvarchar2": "nvarchar",
    "money": "currency",
    "serial": "int",
    "serial4": "int",
    "serial8": "bigint",
    "smalldatetime": "datetime",
    "smallmoney": "currency",
    "smallserial": "smallint",
    "timestamp_with_timezone": "timestamptz",
    "time_with_timezone": "timetz",
    "uniqueidentifier": "uuid",
    "varchar2": "varchar",
    "xmltype": "xml",
}
_SERIAL = frozenset({"serial", "serial4", "serial8", "bigserial", "smallserial"})
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(("bigint", "int", "smallint", "tinyint", "mediumint", "decimal", "numeric", "float", "double", "real"), "numeric"),
    "currency": "numeric",
    **dict.fromkeys(("boolean", "bit"), "boolean"),
    **dict.fromkeys(("date", "time", "datetime", "timestamp", "timestamptz", "timetz"), "date"),
    **dict.fromkeys(
        ("char", "character", "nchar", "varchar", "nvarchar", "clob", "nclob", "text", "mediumtext", "tinytext", "uuid", "xml"), "string"
    ),
}


class WrittenType(msgspec.Struct, frozen=True):
    """A type taken apart: `decimal(10,2)` is base `decimal` with two parameters; `rest` is what follows them."""

    base: str
    parameters: tuple[str, ...] = ()
    rest: str = ""

    @property
    def word(self) -> str:
        """The word under which dialects have it: lower case, synonyms and Java's prefix resolved."""
        lowered = self.base.lower()
        if lowered.startswith(_JAVA):
            lowered = lowered.removeprefix(_JAVA)
            if lowered == "bit":  # Liquibase has no such Java type and passes it through
                return self.base.lower()
            if lowered == "varbinary":
                return "java varbinary"
        return _SYNONYMS.get(lowered, lowered)


def parse(text: str) -> WrittenType:
    """Any text is a type: what is not known is passed through."""
    match = _TYPE.fullmatch(text)
    if match is None:
        return WrittenType(text.strip())
    parameters = match["parameters"]
    split = tuple(part.strip() for part in parameters.split(",")) if parameters is not None else ()
    return WrittenType(match["base"], split, match["rest"])


class Types(msgspec.Struct, frozen=True):
    """A database's words: `rules` maps a generic word to a template.

    `{p}` stands for the parameters in parentheses, `{n}` for them less their units (`20 char`), `{r}` for what was written after them,
    with the space before it. A rule may be given for a word and its rest (`timestamp with time zone`), or for what was written instead of
    the generic word (`text`). A word without a rule is passed through in upper case.
    """

    rules: dict[str, str]

    def render(self, text: str) -> str:
        """What this database calls the type that was written."""
        written = parse(text)
        if written.base.startswith('"') or written.base.startswith("`"):
            return text.strip()
        rest = f" {written.rest}" if written.rest else ""
        parameters = f"({', '.join(written.parameters)})" if written.parameters else ""
        keys = (f"{written.word}{rest.lower()}" if rest else "", written.base.lower(), written.word)
        rule = next((self.rules[key] for key in keys if key in self.rules), None)
        if rule is None:
            return f"{written.word.upper()}{parameters}{rest}"
        numbers = f"({', '.join(part.split()[0] for part in written.parameters if part)})" if written.parameters else ""
        rendered = rule.replace("{p}", parameters).replace("{n}", numbers).replace("{r}", rest)
        return f"{rendered}[]" if rest.endswith("[]") and "{r}" not in rule else rendered

    def family(self, text: str) -> Family:
        """How values of that type are written in SQL."""
        return _FAMILIES.get(parse(text).word, "other")


def is_serial(text: str) -> bool:
    """Whether the word itself asks for auto-increment, as PostgreSQL's `bigserial` does."""
    return parse(text).base.lower() in _SERIAL
