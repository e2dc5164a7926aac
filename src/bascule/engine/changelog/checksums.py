"""MD5SUM as Liquibase stores it, versions 9 (since 4.22) and 8 (before): from what was written, never from typed fields."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.engine.changelog.changeset import ChangeSet, SqlVisitor
from bascule.engine.changelog.dates import canonical_date
from bascule.engine.changelog.dbms import applies_to
from bascule.engine.changelog.element import Element
from bascule.engine.changelog.fields import CHANGE_FIELDS, COLUMN_FIELDS, CONSTRAINT_FIELDS, FieldKind
from bascule.engine.changelog.files import Files, decode_as
from bascule.engine.changelog.properties import expanded

CURRENT = 9

_EXCLUDED_ALWAYS = {
    "createTable": frozenset({"ifNotExists"}),
    "createIndex": frozenset({"associatedWith"}),
}
_EXCLUDED_IN_9 = {
    "createView": frozenset({"path", "relativeToChangelogFile", "selectQuery", "encoding"}),
    "createProcedure": frozenset({"path", "dbms", "relativeToChangelogFile", "procedureText", "encoding", "comments"}),
}
_MATERIALISED = {
    "stop": {"message": "Stop command in changelog file"},
    "output": {"target": "STDERR"},
}
"""Defaults that stand in the text though nobody wrote them."""

_WHITESPACE = re.compile(r"[ \t\r\n]")
_WHITESPACE_RUN = re.compile(rb"[ \t\r\n]+")


def checksum(changeset: ChangeSet, *, version: int = CURRENT, dbms: str, files: Files) -> str:
    """A changeset's sum, with its version in front. It depends on the database where a change is for certain databases only (9).

    Raises InputError or NotFoundError when a file a change names cannot be read.
    """
    known = changeset.known_checksums.get(f"{version}:{dbms}")
    if known is not None:
        return known
    summed = _Summing(changeset, version, dbms, files)
    changes = (change for change in changeset.changes if version < 9 or applies_to(change.value_of("dbms"), dbms))
    parts = [f"{summed.change(change)}:" for change in changes]
    parts.extend(f"{summed.prefix}{_md5(_visitor_text(visitor, version))};" for visitor in changeset.modify_sql)
    return f"{summed.prefix}{_md5(''.join(parts))}"


def reads_files(changeset: ChangeSet) -> bool:
    """Whether the sum depends on a file beside the changelog."""
    return any(change.value_of("path") or change.value_of("file") for change in changeset.changes)


def _md5(text: str) -> str:
    """Line ends and composed characters are one and the same; the replacement character does not count."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain.replace("\ufffd", ""))
    return _md5_of(plain.encode("utf-8", "surrogatepass"))


def _md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _without_whitespace(text: str) -> str:
    return _md5_of(_WHITESPACE.sub("", text).encode("utf-8", "surrogatepass"))


def _normalised_stream(header: str, text: bytes) -> str:
    """Version 8 of SQL: a header, then the text with each run of whitespace as one space."""
    return _md5_of(header.encode() + _WHITESPACE_RUN.sub(b" ", text).strip(b" "))


class _Summing:
    """The sums of one changeset's changes."""

    def __init__(self, changeset: ChangeSet, version: int, dbms: str, files: Files) -> None:
        self.changeset = changeset
        self.version = version
        self.dbms = dbms
        self.files = files
        self.prefix = f"{version}:"

    def change(self, change: Element) -> str:
        match change.name:
            case "sql":
                return self.prefix + self.sql(change, (sql_text(change) or "").encode("utf-8", "surrogatepass"))
            case "sqlFile":
                data = self.read(change, "path")
                return self.prefix + self.sql(change, data if self.version < 9 else self.decoded(change, data).encode())
            case "createView":
                return self.prefix + self.with_text(change, "selectQuery")
            case "createProcedure":
                return self.prefix + self.with_text(change, "procedureText")
            case "loadData" | "loadUpdateData":
                data = _significant_lines(self.read(change, "file"), change.value_of("commentLineStartsWith") or "#")
                return self.prefix + _md5(f"{change.value_of('tableName') or ''}:{self.prefix}{_md5_of(data)}")
        return self.prefix + _md5(text_form(change, self.version))

    def sql(self, change: Element, text: bytes) -> str:
        if self.version >= 9:
            return _without_whitespace(text.decode("utf-8", "surrogatepass"))
        delimiter = change.value_of("endDelimiter") or "null"
        split = change.value_of("splitStatements") or "true"
        strip = change.value_of("stripComments") or "false"
        return _normalised_stream(f"{delimiter}:{split}:{strip}:", text)

    def with_text(self, change: Element, field: str) -> str:
        """A view's or a procedure's: its attributes, and its SQL by itself."""
        form = text_form(change, self.version)
        has_path = change.value_of("path") is not None
        if self.version >= 9:
            if has_path:
                text = expanded(self.decoded(change, self.read(change, "path")), self.changeset.file_properties)
            else:
                text = body_text(change, field) or ""
            return _md5(f"{self.prefix}{_md5(form)}:{self.prefix}{_without_whitespace(text)}")
        if has_path:
            stream = _normalised_stream(";:false:false:", self.read(change, "path"))
            return _md5(f"{self.prefix}{form}:{self.prefix}{stream}")
        return _md5(form)

    def read(self, change: Element, attribute: str) -> bytes:
        path = change.value_of(attribute)
        if path is None:
            raise InputError(Problem(code="LOG-006", what=f"{change.name} needs '{attribute}'", where=str(change.position)))
        relative = (change.value_of("relativeToChangelogFile") or "").lower() == "true"
        try:
            return self.files.read(self.files.resolve(path, self.changeset.source_file if relative else None))
        except BasculeError as error:
            problems = [Problem(code=p.code, what=p.what, where=str(change.position), why=p.why, fix=p.fix) for p in error.problems]
            raise type(error)(problems) from None

    def decoded(self, change: Element, data: bytes) -> str:
        return decode_as(data, change.value_of("encoding"), str(change.position))


def sql_text(change: Element) -> str | None:
    """The SQL of a `sql` change: its own text, or `sql` inside it; trimmed, None when there is none."""
    return body_text(change, "sql")


def body_text(change: Element, field: str) -> str | None:
    written = change.text.text if change.text is not None and change.text.kind != "null" else change.value_of(field)
    return written.strip() or None if written is not None else None


def text_form(change: Element, version: int = CURRENT) -> str:
    """A change as the sorted text its sum is taken of."""
    fields = CHANGE_FIELDS.get(change.name, {})
    excluded = _EXCLUDED_ALWAYS.get(change.name, frozenset())
    if version >= 9:
        excluded |= _EXCLUDED_IN_9.get(change.name, frozenset())
    lines = list(_lines(change, fields, excluded, 1))
    for name, default in _MATERIALISED.get(change.name, {}).items():
        if not any(line.startswith(f'    {name}="') for line in lines):
            lines.append(f'    {name}="{default}"')
    return f"{change.name}:{_block(lines, 1)}"


def _block(lines: list[str], depth: int) -> str:
    """Lines between brackets, sorted with their indentation, by UTF-16 code units as Java sorts."""
    if not lines:
        return "[" + "    " * (depth - 1) + "]"
    unique = set(lines)
    plain = all(line.isascii() for line in unique)
    ordered = sorted(unique) if plain else sorted(unique, key=lambda line: line.encode("utf-16-be", "surrogatepass"))
    return "[\n" + "\n".join(ordered) + "\n" + "    " * (depth - 1) + "]"


def _lines(element: Element, fields: dict[str, FieldKind], excluded: frozenset[str], depth: int) -> Iterator[str]:
    indent = "    " * depth
    for name, kind in fields.items():
        if name in excluded:
            continue
        if kind == "columns":
            columns = _columns(element, name, excluded, depth + 1)
            if columns != "[]" or element.name != "dropColumn":
                yield f"{indent}{name}={columns}"
            continue
        value = body_text(element, name) if kind == "text" else element.value_of(name)
        if value is not None:
            yield f'{indent}{name}="{_VALUES[kind](value)}"'


def columns_of(element: Element, name: str = "columns") -> Iterator[Element]:
    """The columns of a change: XML has them as children, YAML and JSON inside a list."""
    yield from element.named("column")
    for wrapper in element.named(name):
        for item in wrapper.children:
            if item.name == "column" or (item.name == "" and not item.text):
                yield item


def _columns(element: Element, name: str, excluded: frozenset[str], depth: int) -> str:
    indent = "    " * depth
    columns = [f"{indent}{_column(column, excluded, depth + 1)},\n" for column in columns_of(element, name)]
    if not columns:
        return "[]"
    return "[\n" + "".join(columns)[:-2] + "\n" + "    " * (depth - 1) + "]"


def _column(column: Element, excluded: frozenset[str], depth: int) -> str:
    indent = "    " * depth
    lines = [f'{indent}{name}="{value}"' for name, value in _column_values(column).items() if name not in excluded]
    for constraints in column.named("constraints"):
        lines.append(indent + _block(list(_lines(constraints, CONSTRAINT_FIELDS, excluded, depth + 1)), depth + 1))
    return _block(lines, depth)


def _column_values(column: Element) -> dict[str, str]:
    """A column's fields as the peer holds them: what is no number or no date has become a computed value."""
    found: dict[str, str] = {}
    for name, kind in COLUMN_FIELDS.items():
        written = column.value_of(name)
        if written is None:
            continue
        if name in _NUMERIC:
            found |= _numeric(name, written)
        elif name in _DATES:
            moment = canonical_date(written)
            found[name if moment else _computed(name)] = moment or written
        else:
            found[name] = _VALUES[kind](written)
    if column.text is not None:
        found.setdefault("value", column.text.text)
    return found


_NUMERIC = frozenset({"valueNumeric", "defaultValueNumeric"})
_DATES = frozenset({"valueDate", "defaultValueDate"})
_NUMBER = re.compile(r"-?[.,]?\d")
_WHOLE = re.compile(r"([-+]?[0-9]{1,100})(?:\.[0-9]*)?")
_TRUE_WORDS = frozenset({"true", "t", "1", "1.0", "yes"})


def _computed(name: str) -> str:
    return "defaultValueComputed" if name.startswith("default") else "valueComputed"


def _numeric(name: str, text: str) -> dict[str, str]:
    """A numeric value: its text as written, without the brackets around it. The word NULL is no value."""
    if text.lower() == "null":
        return {}
    if text == "GENERATED_BY_DEFAULT" and name == "defaultValueNumeric":
        return {"autoIncrement": "true"}
    bare = text[1:].removesuffix(")") if text.startswith("(") else text
    if _NUMBER.match(bare):
        return {name: bare}
    return {_computed(name): text if name == "valueNumeric" else bare}


def _boolean(text: str) -> str:
    return "true" if text.strip().lower() in _TRUE_WORDS else "false"


def _integer(text: str) -> str:
    match = _WHOLE.fullmatch(text.strip())
    return str(int(match.group(1))) if match else text


_VALUES: dict[FieldKind, Callable[[str], str]] = {
    "str": lambda text: text,
    "text": lambda text: text,
    "bool": _boolean,
    "int": _integer,
}


def _visitor_text(visitor: SqlVisitor, version: int) -> str:
    """A modifySql visitor's text. For which databases, contexts and labels it is meant counted until version 8."""
    lines = [f'    applyToRollback="{str(visitor.apply_to_rollback).lower()}"']
    for name, value in (("value", visitor.value), ("replace", visitor.replace), ("with", visitor.with_)):
        if value is not None:
            lines.append(f'    {name}="{value}"')
    if version < 9:
        if visitor.dbms:
            names = "".join(f"        {name.strip()},\n" for name in visitor.dbms.split(","))
            lines.append(f"    applicableDbms=[\n{names[:-2]}\n    ]")
        if visitor.context:
            lines.append(f'    contextFilter="{visitor.context}"')
        if visitor.labels:
            lines.append(f'    labels="{visitor.labels}"')
    return f"{visitor.kind}:{_block(lines, 1)}"


def _significant_lines(data: bytes, comment: str) -> bytes:
    """A data file without what does not matter: carriage returns, blank lines, comment lines, the last line's end."""
    mark = comment[:1].encode()
    lines = data.replace(b"\r", b"").split(b"\n")
    return b"\n".join(line for line in lines if line and not (mark and line.startswith(mark)))
