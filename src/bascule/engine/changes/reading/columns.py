"""`column` and `constraints`, the nested elements that most changes share, as a `schema.Column`."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Literal

from bascule.core.problems import Problem
from bascule.engine.changes.reading import values
from bascule.engine.schema import Column, Name, References
from bascule.engine.written.element import Element

Kind = Literal["text", "flag", "number"]

# The attributes that are a field of `schema.Column` each, and how they are read.
_COLUMN_FIELDS: dict[str, tuple[str, Kind]] = {
    "name": ("name", "text"),
    "type": ("type", "text"),
    "defaultValueConstraintName": ("default_constraint_name", "text"),
    "autoIncrement": ("auto_increment", "flag"),
    "startWith": ("start_with", "number"),
    "incrementBy": ("increment_by", "number"),
    "generationType": ("generation_type", "text"),
    "defaultOnNull": ("default_on_null", "flag"),
    "remarks": ("remarks", "text"),
    "computed": ("computed", "flag"),
    "descending": ("descending", "flag"),
    "afterColumn": ("after", "text"),
    "beforeColumn": ("before", "text"),
    "position": ("position", "number"),
}
_CONSTRAINT_FIELDS: dict[str, tuple[str, Kind]] = {
    "nullable": ("nullable", "flag"),
    "notNullConstraintName": ("not_null_name", "text"),
    "primaryKey": ("primary_key", "flag"),
    "primaryKeyName": ("primary_key_name", "text"),
    "primaryKeyTablespace": ("primary_key_tablespace", "text"),
    "unique": ("unique", "flag"),
    "uniqueConstraintName": ("unique_name", "text"),
    "checkConstraint": ("check", "text"),
    "foreignKeyName": ("foreign_key_name", "text"),
    "deleteCascade": ("delete_cascade", "flag"),
    "deferrable": ("deferrable", "flag"),
    "initiallyDeferred": ("initially_deferred", "flag"),
    "validateNullable": ("validate_nullable", "flag"),
    "validateUnique": ("validate_unique", "flag"),
    "validatePrimaryKey": ("validate_primary_key", "flag"),
    "validateForeignKey": ("validate_foreign_key", "flag"),
}
_VALUE_ATTRIBUTES = frozenset(values.ATTRIBUTES)
_DEFAULT_ATTRIBUTES = frozenset(values.DEFAULT_ATTRIBUTES)
_REFERENCE_ATTRIBUTES = frozenset(
    {"references", "referencedTableCatalogName", "referencedTableSchemaName", "referencedTableName", "referencedColumnNames"}
)
COLUMN_ATTRIBUTES = frozenset(
    {
        *_COLUMN_FIELDS,
        *_VALUE_ATTRIBUTES,
        *_DEFAULT_ATTRIBUTES,
        *("encoding", "included", "index", "header", "allowUpdate", "nullPlaceholder"),
    }
)
CONSTRAINT_ATTRIBUTES = frozenset({*_CONSTRAINT_FIELDS, *_REFERENCE_ATTRIBUTES})
_REFERENCES = re.compile(r"\s*(?P<table>[^(]+?)\s*\(\s*(?P<columns>[^)]*?)\s*\)\s*")


def elements(change: Element) -> Iterator[Element]:
    """The column elements of a change: children of it (XML) or items of its `columns` (YAML, JSON)."""
    for child in change.children:
        if child.name == "column":
            yield child
        elif child.name == "columns":
            yield from (item for item in child.children if item.name in ("column", ""))


def bind_column(element: Element, problems: list[Problem]) -> Column:
    """The column an element describes. What is wrong with it is added to `problems`."""
    read = Reader(element, problems)
    read.refuse_unknown("column", COLUMN_ATTRIBUTES, children=frozenset({"constraints"}))
    given = read.fields(_COLUMN_FIELDS)
    given.setdefault("name", "")
    if read.texts.keys() & _DEFAULT_ATTRIBUTES:
        given["default"] = values.read_value("defaultValue", read.text)
    if element.name and element.text is not None:  # <column name="a">text</column>
        read.texts.setdefault("value", element.text.text)
    if read.texts.keys() & _VALUE_ATTRIBUTES:
        given["value"] = values.read_value("value", read.text)
    constraints = element.child("constraints")
    if constraints is not None:
        rules = Reader(constraints, problems)
        rules.refuse_unknown("constraints", CONSTRAINT_ATTRIBUTES)
        given.update(rules.fields(_CONSTRAINT_FIELDS))
        if rules.texts.keys() & _REFERENCE_ATTRIBUTES:
            given["references"] = _references(rules)
    return Column(**given)


def missing(element: Element, attribute: str, database: str = "") -> Problem:
    """The problem of an attribute that must be there."""
    where_needed = f" for {element.name} on {database}" if database else ""
    return Problem(
        code="REG-005",
        what=f"{attribute} is required{where_needed}",
        where=str(element.position),
        fix=f"give {element.name} its {attribute}",
    )


def incomplete(change: Element, columns: Sequence[Column], *, typed: bool = False) -> Iterator[Problem]:
    """The columns of a change that lack their name or, where new columns are defined, their type."""
    for element, column in zip(elements(change), columns, strict=False):
        for attribute, value in (("name", column.name), ("type", column.type)):
            if not value and (typed or attribute == "name"):
                named = f" {column.name}" if column.name else ""
                what = f"{attribute} is required for column{named} of {change.name}"
                yield Problem(code="REG-005", what=what, where=str(element.position))


def _references(rules: "Reader") -> References | None:
    """`references="schema.table(a, b)"`, or the same in parts."""
    written = rules.text("references")
    if written is not None:
        match = _REFERENCES.fullmatch(written)
        if match is None:
            rules.wrong("references", written, "write table(column)")
            return None
        schema, _, table = match["table"].rpartition(".")
        return References(table=Name(table, schema or None), columns=names(match["columns"]))
    table = rules.text("referencedTableName") or ""
    if not table:
        return None
    far = Name(table, rules.text("referencedTableSchemaName"), rules.text("referencedTableCatalogName"))
    return References(table=far, columns=names(rules.text("referencedColumnNames") or ""))


def names(text: str) -> tuple[str, ...]:
    """A comma list of names."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


class Reader:
    """Reads an element's attributes as what they are, and gathers what is wrong with them."""

    def __init__(self, element: Element, problems: list[Problem]) -> None:
        self.element = element
        self.problems = problems
        self.texts = {name: scalar.text for name, scalar in element.attributes.items() if scalar.kind != "null"}
        for child in element.children:
            if child.text is not None and not child.children:
                self.texts.setdefault(child.name, child.text.text)

    def text(self, name: str) -> str | None:
        return self.texts.get(name)

    def fields(self, known: dict[str, tuple[str, Kind]]) -> dict[str, Any]:
        """The fields that are given, by the names of a struct's fields."""
        given: dict[str, Any] = {}
        for name, text in self.texts.items():
            if name in known:
                field, kind = known[name]
                value = text if kind == "text" else self.flag(name) if kind == "flag" else self.number(name)
                if value is not None:
                    given[field] = value
        return given

    def flag(self, name: str) -> bool | None:
        written = self.text(name)
        match written.strip().lower() if written is not None else None:
            case None | "":
                return None
            case "true" | "t" | "1" | "yes" | "y" | "on":
                return True
            case "false" | "f" | "0" | "no" | "n" | "off":
                return False
        self.wrong(name, written, "write true or false")
        return None

    def number(self, name: str) -> int | None:
        written = self.text(name)
        if written is None or not written.strip():
            return None
        try:
            return int(written)
        except ValueError:
            self.wrong(name, written, "write a whole number")
            return None

    def wrong(self, name: str, written: str | None, fix: str) -> None:
        self.problems.append(
            Problem(code="REG-003", what=f"{name} of {self.element.name} cannot be '{written}'", where=self.where(name), fix=fix)
        )

    def where(self, name: str) -> str:
        scalar = self.element.attributes.get(name)
        return str(scalar.position if scalar is not None else self.element.position)

    def unknown(self, known: frozenset[str], children: frozenset[str] = frozenset()) -> Iterator[tuple[str, str | None]]:
        """The attributes and children that nobody reads, each with its nearest relative."""
        if self.element.attributes.keys() <= known and not self.element.children:
            return
        for name in [*self.element.attributes, *(child.name for child in self.element.children)]:
            if name not in known and name not in children and name and ":" not in name:
                yield name, next(iter(get_close_matches(name, known, n=1)), None)

    def refuse_unknown(self, kind: str, known: frozenset[str], children: frozenset[str] = frozenset()) -> None:
        for name, relative in self.unknown(known, children):
            fix = f"did you mean '{relative}'?" if relative else None
            self.problems.append(Problem(code="REG-004", what=f"a {kind} has no '{name}'", where=self.where(name), fix=fix))
