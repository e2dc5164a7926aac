"""SQL files: formatted ones with their `--changeset` lines, and raw ones that are a single changeset."""

import re
from difflib import get_close_matches

from bascule.core.documents import Scalar
from bascule.core.encoding import decode
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.engine.changelog.formats.nodes import ROOT, SUSPECT
from bascule.engine.written.element import Element


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_HEADER = _line(r"\s*--\s*liquibase\s*formatted.*")
_PROPERTY = _line(r"\s*--\s*property\s.*:.*")
_CHANGESET = _line(r"\s*--\s*changeset\s++(\"[^\"]+\"|[^:]+):(\"[^\"]+\"|\S+)(.*)")
_COMMENT = _line(r"\s*--\s*comment:? (.*)")
_VALID_CHECKSUM = _line(r"\s*--\s*validCheckSum:? (.*)")
_ROLLBACK = _line(r"\s*--\s*rollback (.*)")
_ROLLBACK_BLOCK = _line(r"\s*/\*\s*liquibase\s*rollback\s*")
_BLOCK_END = _line(r"(.*)\*/\s*+")
_PRECONDITIONS = _line(r"\s*--\s*preconditions(.*)")
_PRECONDITION = _line(r"\s*--\s*precondition-([a-zA-Z0-9-]+)(?: (.*))?")
_IGNORE_LINES = _line(r"\s*--\s*ignoreLines:(\w+)\s*")

_MALFORMED = (
    (_line(r"\s*--?\s*property\s.*"), "--property name:NAME value:VALUE"),
    (_line(r"-\s*ignoreLines:(\w+).*|--\s*ignore:(\w+)"), "--ignoreLines:COUNT, or --ignoreLines:start … --ignoreLines:end"),
    (_line(r"-\s*changeset\s.*|\s*--\s*changeset.*"), "--changeset AUTHOR:ID"),
)
"""Lines that are wrong anywhere: nearly a directive, and not one."""
_MALFORMED_IN_CHANGESET = (
    (_line(r"-\s*comment:? (.*)|\s*--\s*comments:? (.*)"), "--comment TEXT"),
    (_line(r"-\s*validCheckSum(.*)"), "--validCheckSum: CHECKSUM"),
    (_line(r"\s*-\s*rollback\s.*"), "--rollback SQL"),
    (_line(r"\s*-\s*preconditions\s.*"), "--preconditions onFail:HALT"),
    (_line(r"\s*-\s*precondition(.*)"), "--precondition-sql-check expectedResult:VALUE SQL"),
)

_DIRECTIVES = ("changeset", "rollback", "preconditions", "precondition-sql-check", "comment", "property", "validCheckSum", "ignoreLines")
_NEARLY = _line(r"\s*--(\s?)([A-Za-z-]{6,24})[ :]\s*(\S.*)")

_QUOTED_OR_WORD = r'(".*?"|\S*)'
_CHANGESET_ATTRIBUTES = {
    "runOnChange": _line(r".*\brunOnChange:(\w+).*"),
    "runAlways": _line(r".*\brunAlways:(\w+).*"),
    "runInTransaction": _line(r".*\brunInTransaction:(\w+).*"),
    "failOnError": _line(r".*\bfailOnError:(\w+).*"),
    "ignore": _line(r".*\bignore:(\w*).*"),
    "contextFilter": _line(rf".*\bcontextFilter:{_QUOTED_OR_WORD}.*"),
    "context": _line(rf".*\bcontext:{_QUOTED_OR_WORD}.*"),
    "labels": _line(rf".*\blabels:{_QUOTED_OR_WORD}.*"),
    "dbms": _line(r".*\bdbms:([^,][\w!,]+).*"),
    "logicalFilePath": _line(r".*\blogicalFilePath:(\S*).*"),
    "runWith": _line(r".*\brunWith:([\w${}]+).*"),
    "runWithSpoolFile": _line(r".*\brunWithSpoolFile:(\S+).*"),
}
"""Looked for anywhere in the line; the last one wins."""
_SQL_ATTRIBUTES = {
    "splitStatements": _line(r".*\bsplitStatements:(\w+).*"),
    "stripComments": _line(r".*\bstripComments:(\w+).*"),
    "endDelimiter": _line(r".*\bendDelimiter:(\S*).*"),
}
_ROLLBACK_ATTRIBUTES = {
    "splitStatements": _line(r".*\brollbackSplitStatements:(\w+).*"),
    "endDelimiter": _line(r".*\brollbackEndDelimiter:(\S*).*"),
}
_PROPERTY_ATTRIBUTES = {
    "name": _line(r".*\bname:\s*(\S+).*"),
    "value": _line(r".*\bvalue:\s*(\S+).*"),
    "contextFilter": _line(rf".*\bcontextFilter:{_QUOTED_OR_WORD}.*"),
    "context": _line(rf".*\bcontext:{_QUOTED_OR_WORD}.*"),
    "labels": _line(rf".*\blabels:{_QUOTED_OR_WORD}.*"),
    "dbms": _line(r".*\bdbms:([^,][\w!,]+).*"),
    "global": _line(r".*\bglobal:(\S+).*"),
}
_PRECONDITIONS_ATTRIBUTES = {
    "onFail": _line(r".*onFail:(\w+).*"),
    "onError": _line(r".*onError:(\w+).*"),
    "onFailMessage": _line(r".*onFailMessage:(\".*?\"|\S+).*"),
    "onErrorMessage": _line(r".*onErrorMessage:(\".*?\"|\S+).*"),
    "onSqlOutput": _line(r".*(?:onSqlOutput|onUpdateSQL):(\w+).*"),
}
_BOOLEANS = frozenset(
    {"runOnChange", "runAlways", "runInTransaction", "failOnError", "ignore", "splitStatements", "stripComments", "global"}
)
_SQL_CHECK = (
    _line(r"(?:expectedResult:)?(\w+) (.*)"),
    _line(r"(?:expectedResult:)?'([^']+)' (.*)"),
    _line(r"(?:expectedResult:)?\"([^\"]+)\" (.*)"),
)
_REFERENCE = {
    "changeSetId": _line(r".*changeSetId:(\S+).*"),
    "changeSetAuthor": _line(r".*changesetAuthor:(\S+).*"),
    "changeSetPath": _line(r".*changesetPath:(\S+).*"),
}
_NOT_REQUIRED = _line(r"(?:not required|empty).*")


def read_sql(data: bytes | str, file: str) -> Element:
    """The root element of a SQL file. Raises InputError."""
    text = decode(data, file)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not first:
        return Element(name=ROOT, position=Position(file))
    if _HEADER.fullmatch(first):
        return _Reader(lines, file).root()
    return _raw(text, file)


def is_formatted(data: bytes | str, file: str) -> bool:
    """Whether the file's first line that is not blank says it is a formatted changelog."""
    first = next((line for line in decode(data, file).splitlines() if line.strip()), "")
    return _HEADER.fullmatch(first) is not None


def _raw(text: str, file: str) -> Element:
    """A file without the header: one changeset, its text run as it is."""
    at = Position(file, 1, 1)
    sql = Element(
        name="sql",
        attributes={"splitStatements": _scalar("false", at), "stripComments": _scalar("false", at)},
        text=_scalar(text.strip(), at),
        position=at,
    )
    changeset = Element(
        name="changeSet", attributes={"id": _scalar("raw", at), "author": _scalar("includeAll", at)}, children=(sql,), position=at
    )
    return Element(name=ROOT, children=(changeset,), position=at)


def _scalar(text: str, at: Position) -> Scalar:
    return Scalar(text=text, kind="str", value=text, position=at)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _found(patterns: dict[str, re.Pattern[str]], line: str, at: Position) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for name, pattern in patterns.items():
        match = pattern.fullmatch(line)
        if match is not None:
            value = _unquoted(match.group(1))
            found[name] = _scalar("true" if value.lower() == "true" else "false", at) if name in _BOOLEANS else _scalar(value, at)
    return found


class _Changeset:
    """A changeset whose lines are being read."""

    def __init__(self, line: str, identity: tuple[str, str], at: Position) -> None:
        self.line = line
        self.author, self.id = identity
        self.at = at
        self.sql: list[str] = []
        self.sql_at: Position | None = None
        self.rollback: list[str] = []
        self.rollback_at = at
        self.comment: Element | None = None
        self.checksums: list[Element] = []
        self.preconditions: dict[str, Scalar] | None = None
        self.conditions: list[Element] = []
        self.conditions_at = at


class _Reader:
    """One pass over the lines of a formatted file."""

    def __init__(self, lines: list[str], file: str) -> None:
        self.lines = lines
        self.file = file
        self.next = 0
        self.attributes: dict[str, Scalar] = {}
        self.children: list[Element] = []
        self.current: _Changeset | None = None

    def root(self) -> Element:
        while self.next < len(self.lines):
            line = self.lines[self.next]
            self.next += 1
            self.read(line, Position(self.file, self.next, 1))
        self.finish(is_last=True)
        return Element(name=ROOT, attributes=self.attributes, children=tuple(self.children), position=Position(self.file, 1, 1))

    def read(self, line: str, at: Position) -> None:
        if "-" not in line and "/*" not in line:
            self.text(line, at)
        elif match := _HEADER.fullmatch(line):
            self.attributes.update(_found({"logicalFilePath": _CHANGESET_ATTRIBUTES["logicalFilePath"]}, line, at))
        elif match := _PROPERTY.fullmatch(line):
            self.property(line, at)
        elif match := _IGNORE_LINES.fullmatch(line):
            self.ignore(match.group(1), at)
        elif match := _CHANGESET.fullmatch(line):
            self.finish()
            identity = (_unquoted(match.group(1)), _unquoted(match.group(2)))
            if not identity[1].replace(":", "").strip():
                raise self.malformed("--changeset AUTHOR:ID", at)
            self.current = _Changeset(line, identity, at)
        else:
            for pattern, form in _MALFORMED:
                if pattern.fullmatch(line):
                    raise self.malformed(form, at)
            if self.current is None:
                self.outside(line, at)
            else:
                self.inside(self.current, line, at)

    def outside(self, line: str, at: Position) -> None:
        if _COMMENT.fullmatch(line):
            raise InputError(
                Problem(
                    code="LOG-012",
                    what="a --comment stands before the first changeset",
                    where=str(at),
                    fix="move it below its --changeset line",
                )
            )
        self.suspect(line, at)

    def inside(self, current: _Changeset, line: str, at: Position) -> None:
        if match := _COMMENT.fullmatch(line):
            current.comment = Element(name="comment", text=_scalar(match.group(1), at), position=at)
        elif match := _VALID_CHECKSUM.fullmatch(line):
            current.checksums.append(Element(name="validCheckSum", text=_scalar(match.group(1).strip(), at), position=at))
        elif match := _ROLLBACK.fullmatch(line):
            if not current.rollback:
                current.rollback_at = at
            current.rollback.append(f"{match.group(1)}\n")
        elif _ROLLBACK_BLOCK.fullmatch(line):
            self.rollback_block(current, at)
        elif match := _PRECONDITIONS.fullmatch(line):
            current.preconditions = _found(_PRECONDITIONS_ATTRIBUTES, match.group(1), at)
            current.conditions_at = at
        elif match := _PRECONDITION.fullmatch(line):
            current.conditions.append(self.condition(match.group(1), (match.group(2) or "").strip(), at))
        else:
            for pattern, form in _MALFORMED_IN_CHANGESET:
                if pattern.fullmatch(line):
                    raise self.malformed(form, at)
            self.suspect(line, at)
            self.text(line, at)

    def text(self, line: str, at: Position) -> None:
        if self.current is not None:
            if self.current.sql_at is None and line.strip():
                self.current.sql_at = at
            self.current.sql.append(line)

    def suspect(self, line: str, at: Position) -> None:
        """A comment that looks like a misspelt directive: the peer says nothing, we warn."""
        match = _NEARLY.fullmatch(line)
        if match is None:
            return
        gap, word, rest = match.groups()
        near = get_close_matches(word.lower(), [name.lower() for name in _DIRECTIVES], n=1, cutoff=0.85)
        if not near:
            return
        meant = next(name for name in _DIRECTIVES if name.lower() == near[0])
        if ":" in rest.split(maxsplit=1)[0] if meant == "changeset" else not gap:
            self.children.append(Element(name=SUSPECT, text=_scalar(meant, at), attributes={"word": _scalar(word, at)}, position=at))

    def rollback_block(self, current: _Changeset, at: Position) -> None:
        """Its lines are joined without their ends, as Liquibase 4.28 does."""
        if not current.rollback:
            current.rollback_at = at
        while self.next < len(self.lines):
            line = self.lines[self.next]
            self.next += 1
            if match := _BLOCK_END.fullmatch(line):
                current.rollback.append(match.group(1))
                return
            current.rollback.append(line)
        raise InputError(Problem(code="LOG-012", what="this rollback comment is not closed", where=str(at), fix="end it with a line '*/'"))

    def ignore(self, amount: str, at: Position) -> None:
        if amount.lower() == "start":
            while self.next < len(self.lines):
                match = _IGNORE_LINES.fullmatch(self.lines[self.next])
                self.next += 1
                if match and match.group(1).lower() == "end":
                    return
        elif amount.isdecimal():
            self.next = min(len(self.lines), self.next + int(amount[:9]))
        else:
            raise self.malformed("--ignoreLines:COUNT, or --ignoreLines:start … --ignoreLines:end", at)

    def property(self, line: str, at: Position) -> None:
        attributes = _found(_PROPERTY_ATTRIBUTES, line, at)
        if "name" not in attributes or "value" not in attributes:
            raise self.malformed("--property name:NAME value:VALUE", at)
        self.children.append(Element(name="property", attributes=attributes, position=at))

    def condition(self, kind: str, body: str, at: Position) -> Element:
        match kind.lower():
            case "sql-check":
                for pattern in _SQL_CHECK:
                    if match := pattern.fullmatch(body):
                        return Element(
                            name="sqlCheck",
                            attributes={"expectedResult": _scalar(match.group(1), at)},
                            text=_scalar(match.group(2).strip(), at),
                            position=at,
                        )
                raise self.malformed("--precondition-sql-check expectedResult:VALUE SQL", at)
            case "table-exists" | "view-exists" as exists:
                what = exists.partition("-")[0]
                name = re.search(rf"{what}:(\w+)", body, re.IGNORECASE)
                schema = re.search(r"schema:(\w+)", body, re.IGNORECASE)
                if name is None:
                    raise self.malformed(f"--precondition-{exists} {what}:NAME schema:SCHEMA", at)
                attributes = {f"{what}Name": _scalar(name.group(1), at)}
                if schema:
                    attributes["schemaName"] = _scalar(schema.group(1), at)
                return Element(name=f"{what}Exists", attributes=attributes, position=at)
        raise InputError(
            Problem(
                code="LOG-012",
                what=f"'{kind}' is no precondition that a SQL file can have",
                where=str(at),
                fix="one of: sql-check, table-exists, view-exists",
            )
        )

    def finish(self, *, is_last: bool = False) -> None:
        """Turns the changeset that has been read into its element."""
        current = self.current
        if current is None:
            return
        self.current = None
        sql = "\n".join(current.sql).strip()
        if not sql:
            raise InputError(
                Problem(
                    code="LOG-013",
                    what=f"the changeset {current.author}:{current.id} has no SQL",
                    where=str(current.at),
                    fix="write its SQL below the --changeset line",
                )
            )
        at = current.sql_at or current.at
        attributes = {"stripComments": _scalar("true", at), **_found(_SQL_ATTRIBUTES, current.line, at)}
        if is_last and "endDelimiter" not in attributes and sql.endswith("\n/"):
            attributes["endDelimiter"] = _scalar("\n/$", at)
        children: list[Element] = list(current.checksums)
        if current.comment is not None:
            children.append(current.comment)
        if current.preconditions is not None or current.conditions:
            children.append(
                Element(
                    name="preConditions",
                    attributes=current.preconditions or {},
                    children=tuple(current.conditions),
                    position=current.conditions_at,
                )
            )
        children.append(Element(name="sql", attributes=attributes, text=_scalar(sql, at), position=at))
        children.extend(self.rollbacks(current))
        identity = {"id": _scalar(current.id, current.at), "author": _scalar(current.author, current.at)}
        own = _found(_CHANGESET_ATTRIBUTES, current.line, current.at)
        self.children.append(Element(name="changeSet", attributes={**own, **identity}, children=tuple(children), position=current.at))

    def rollbacks(self, current: _Changeset) -> list[Element]:
        text = "".join(current.rollback).strip()
        at = current.rollback_at
        if not text:
            return []
        if _NOT_REQUIRED.match(text):
            return [Element(name="rollback", position=at)]
        if "changesetid" in text.lower():
            reference = _found(_REFERENCE, text.replace("\n", ""), at)
            for name in ("changeSetId", "changeSetAuthor"):
                if name not in reference:
                    raise self.malformed("--rollback changesetId:ID changesetAuthor:AUTHOR changesetPath:FILE", at)
            reference.setdefault("changeSetPath", _scalar(self.file, at))
            return [Element(name="rollback", attributes=reference, position=at)]
        attributes = _found(_ROLLBACK_ATTRIBUTES, current.line, at)
        sql = Element(name="sql", attributes=attributes, text=_scalar(text, at), position=at)
        return [Element(name="rollback", children=(sql,), position=at)]

    def malformed(self, form: str, at: Position) -> InputError:
        line = self.lines[at.line - 1].strip()
        return InputError(Problem(code="LOG-012", what=f"this line cannot be read: {line[:80]}", where=str(at), fix=f"write it as: {form}"))
