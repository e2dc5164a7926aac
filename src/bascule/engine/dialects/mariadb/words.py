"""How the catalog words a column, and how we do: one wording for every version of MariaDB and MySQL."""

import re

from bascule.engine.dialects.mariadb.rows import ColumnRow
from bascule.engine.dialects.mariadb.server import Server, collation_name
from bascule.engine.dialects.values import string
from bascule.engine.schema import Column, Value

_WIDTH = re.compile(r"\b(tinyint|smallint|mediumint|int|bigint|year)\((\d+)\)(?P<rest>.*)")
_NOW = re.compile(r"(?:current_timestamp|now|localtime|localtimestamp)(?:\((\d*)\))?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_COMPRESSED = re.compile(r"\s*/\*M?!\d+ COMPRESSED\*/")
_TEXTS = ("char", "varchar", "text", "tinytext", "mediumtext", "longtext", "enum", "set")
_OF_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_GENERATED = re.compile(r"\b(VIRTUAL|STORED|PERSISTENT)\b", re.IGNORECASE)


def column(row: ColumnRow, server: Server, table_collation: str | None, check: str | None = None) -> Column:
    """`check` is the one that the column carries. What happens at UPDATE is part of a default's text, as in a column's definition."""
    kind, compressed = type_of(row.type)
    extra = row.extra or ""
    moment = extra.lower().partition("on update ")[2]
    at_update = f"ON UPDATE {now(moment.split()[0])}" if moment else ""
    generated = row.generation or None
    default = None if generated else default_of(row, server)
    if default is not None and at_update:
        default, at_update = f"{default} {at_update}", ""
    own_collation = collation_name(row.collation) if row.collation else None
    if kind == "longtext" and own_collation == "utf8mb4_bin" and check == f"(json_valid(`{row.name}`))":
        kind, own_collation, check = "json", None, None
    parts = [
        "COMPRESSED" if compressed else "",
        collated(own_collation) if own_collation and own_collation != table_collation else "",
        f"GENERATED ALWAYS AS {generation(generated, extra, server)}" if generated else "",
        f"{'REF_SYSTEM_ID=' if server.is_mariadb else 'SRID '}{row.srid}" if row.srid is not None else "",
        at_update,
        "INVISIBLE" if "INVISIBLE" in extra.upper() else "",
        "WITHOUT SYSTEM VERSIONING" if "WITHOUT SYSTEM VERSIONING" in extra.upper() else "",
    ]
    return Column(
        name=row.name,
        type=kind,
        nullable=False if row.nullable == "NO" and not (generated and server.is_mariadb) else None,
        default=None if default is None else Value("computed", default),
        auto_increment="auto_increment" in extra.lower(),
        remarks=row.remarks or None,
        check=check,
        attributes=" ".join(part for part in parts if part) or None,
    )


def type_of(written: str) -> tuple[str, bool]:
    """The type without the width that whole numbers were shown in, which newer servers do not tell; and whether it is compressed.

    A tinyint(1) keeps it: it says boolean. So does a number filled with zeros.
    """
    plain = _COMPRESSED.sub("", written)
    match = _WIDTH.fullmatch(plain)
    if match is not None and "zerofill" not in match["rest"] and (match[1], match[2]) != ("tinyint", "1"):
        return f"{match[1]}{match['rest']}", plain != written
    return plain, plain != written


def collated(collation: str) -> str:
    """A collation with its character set, as SHOW CREATE says it."""
    charset = collation.partition("_")[0]
    return f"CHARACTER SET {charset} COLLATE {collation}"


def default_of(row: ColumnRow, server: Server) -> str | None:
    """A default as SQL."""
    text = row.default
    if text is None or (server.quotes_defaults and text.upper() == "NULL"):
        return None
    if server.quotes_defaults:
        return now(text)
    base = re.split(r"[\s(]", row.type, maxsplit=1)[0].lower()
    if base in ("timestamp", "datetime") and _NOW.fullmatch(text):
        return now(text)
    if "DEFAULT_GENERATED" in (row.extra or "").upper():
        expression = unescaped(text)
        return expression if expression.startswith("(") and expression.endswith(")") else f"({expression})"
    if base == "bit" or (base not in (*_TEXTS, *_OF_BYTES) and _NUMBER.fullmatch(text)):
        return text
    return string(text.replace("\\", "\\\\"))


def now(text: str) -> str:
    """The present in MariaDB's words; any other text as it is."""
    match = _NOW.fullmatch(text.strip())
    return f"current_timestamp({match[1] or ''})" if match is not None else text


def generation(expression: str, extra: str, server: Server) -> str:
    """`(qty * price) VIRTUAL`; or the two ends of a row's time."""
    if expression.upper() in ("ROW START", "ROW END"):
        return expression.upper()
    shown = expression if server.is_mariadb else unescaped(expression)
    kept = _GENERATED.search(extra)
    stored = kept is not None and kept[1].upper() != "VIRTUAL"
    return f"({shown}) {'STORED' if stored else 'VIRTUAL'}"


def unescaped(expression: str) -> str:
    r"""MySQL escapes the quotes of an expression's strings in its catalog: `_utf8mb4\'a\'`."""
    return expression.replace("\\'", "'")


def is_lossy(row: ColumnRow) -> bool:
    """Whether a default of bytes cannot be read from the catalog, which shows it as text."""
    base = re.split(r"[\s(]", row.type, maxsplit=1)[0].lower()
    return base in _OF_BYTES and row.default is not None and not all(" " <= letter < "\x7f" and letter != "?" for letter in row.default)
