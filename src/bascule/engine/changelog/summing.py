"""How the sums are taken, version by version. `checksums.py` asks for them where they are not known already."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.engine.changelog.change_text import BODIES, body_text, sql_text, text_form, visitor_text
from bascule.engine.changelog.properties import expanded
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.dbms import applies_to
from bascule.engine.written.element import Element
from bascule.engine.written.files import Files, decode_as

Found = TypeVar("Found")

_WHITESPACE = re.compile(r"[ \t\r\n]")
_AT_ONCE = 1_000_000
"""Bytes of a data file."""
_WHITESPACE_RUN = re.compile(rb"[ \t\r\n]+")


def summed(changeset: ChangeSet, version: int, dbms: str, files: Files) -> str:
    """The sum of a changeset: of its changes' sums, in order, and of its modifySql's. Raises as `checksums.checksum` does."""
    summing = _Summing(changeset, version, dbms, files)
    changes = (change for change in changeset.changes if version < 9 or applies_to(change.value_of("dbms"), dbms))
    parts = [f"{summing.change(change)}:" for change in changes]
    parts.extend(f"{summing.prefix}{_md5(visitor_text(visitor, version))};" for visitor in changeset.modify_sql)
    return f"{summing.prefix}{_md5(''.join(parts))}"


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
            case name if name in BODIES:
                return self.prefix + self.with_text(change, BODIES[name])
            case "loadData" | "loadUpdateData":
                with self.found(change, "file", self.files.open) as file:
                    rows = _md5_of_rows(file, change.value_of("commentLineStartsWith") or "#")
                return self.prefix + _md5(f"{change.value_of('tableName') or ''}:{self.prefix}{rows}")
        return self.prefix + _md5(text_form(change, self.version))

    def sql(self, change: Element, text: bytes) -> str:
        if self.version >= 9:
            return _without_whitespace(text.decode("utf-8", "surrogatepass"))
        delimiter = change.value_of("endDelimiter") or "null"
        split = change.value_of("splitStatements") or "true"
        strip = change.value_of("stripComments") or "false"
        return _normalised_stream(f"{delimiter}:{split}:{strip}:", text)

    def with_text(self, change: Element, field: str) -> str:
        """Of what is made by a text of its own, as a view: its attributes, and its SQL by itself."""
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
        return self.found(change, attribute, self.files.read)

    def found(self, change: Element, attribute: str, get: Callable[[str], Found]) -> Found:
        """What `get` makes of the file that the attribute names."""
        path = change.value_of(attribute)
        if path is None:
            raise InputError(Problem(code="LOG-006", what=f"{change.name} needs '{attribute}'", where=str(change.position)))
        relative = (change.value_of("relativeToChangelogFile") or "").lower() == "true"
        try:
            return get(self.files.resolve(path, self.changeset.source_file if relative else None))
        except BasculeError as error:
            problems = [Problem(code=p.code, what=p.what, where=str(change.position), why=p.why, fix=p.fix) for p in error.problems]
            raise type(error)(problems) from None

    def decoded(self, change: Element, data: bytes) -> str:
        return decode_as(data, change.value_of("encoding") or self.files.encoding, str(change.position))


def _md5_of_rows(file: BinaryIO, comment: str) -> str:
    """Of a data file without what does not matter: carriage returns, blank lines, comment lines, the last line's end."""
    sum_ = hashlib.md5(usedforsecurity=False)
    mark = comment[:1].encode()
    between = b""
    while some := file.read(_AT_ONCE):
        some += file.readline()
        if b"\r" in some or b"\n\n" in some or some[:1] == b"\n" or (mark and (some.startswith(mark) or b"\n" + mark in some)):
            lines = some.replace(b"\r", b"").split(b"\n")
            significant = b"\n".join([line for line in lines if line and not (mark and line.startswith(mark))])
        else:  # every line counts
            significant = some.removesuffix(b"\n")
        if significant:
            sum_.update(between + significant)
            between = b"\n"
    return sum_.hexdigest()
