"""`column` and `constraints`, the nested elements that most changes share, as a `schema.Column`."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from bascule.core.problems import Problem
from bascule.engine.changelog.element import Element
from bascule.engine.changes import values
from bascule.engine.schema import Column, Name, References

COLUMN_ATTRIBUTES = frozenset(
    {
        *values.ATTRIBUTES,
        *values.DEFAULT_ATTRIBUTES,
        *("name", "type", "computed", "encoding", "defaultValueConstraintName", "autoIncrement", "generationType", "defaultOnNull"),
        *("startWith", "incrementBy", "remarks", "descending", "included", "beforeColumn", "afterColumn", "position"),
        *("index", "header", "allowUpdate", "nullPlaceholder"),
    }
)
CONSTRAINT_ATTRIBUTES = frozenset(
    {
        *("nullable", "notNullConstraintName", "primaryKey", "primaryKeyName", "primaryKeyTablespace", "unique", "uniqueConstraintName"),
        *("references", "referencedTableCatalogName", "referencedTableSchemaName", "referencedTableName", "referencedColumnNames"),
        *("foreignKeyName", "deleteCascade", "deferrable", "initiallyDeferred", "checkConstraint"),
        *("validateNullable", "validateUnique", "validatePrimaryKey", "validateForeignKey"),
    }
)
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
    given = element.child("constraints")
    rules = Reader(given or Element(name="constraints", position=element.position), problems)
    rules.refuse_unknown("constraints", CONSTRAINT_ATTRIBUTES)
    return Column(
        name=read.text("name") or "",
        type=read.text("type"),
        nullable=rules.flag("nullable"),
        default=values.read_value("defaultValue", read.text),
        default_constraint_name=read.text("defaultValueConstraintName"),
        auto_increment=read.flag("autoIncrement") or False,
        start_with=read.number("startWith"),
        increment_by=read.number("incrementBy"),
        generation_type=read.text("generationType"),
        default_on_null=read.flag("defaultOnNull"),
        remarks=read.text("remarks"),
        computed=read.flag("computed") or False,
        value=values.read_value("value", read.text),
        primary_key=rules.flag("primaryKey") or False,
        primary_key_name=rules.text("primaryKeyName"),
        primary_key_tablespace=rules.text("primaryKeyTablespace"),
        unique=rules.flag("unique") or False,
        unique_name=rules.text("uniqueConstraintName"),
        not_null_name=rules.text("notNullConstraintName"),
        check=rules.text("checkConstraint"),
        references=_references(rules),
        foreign_key_name=rules.text("foreignKeyName"),
        delete_cascade=rules.flag("deleteCascade") or False,
        deferrable=rules.flag("deferrable"),
        initially_deferred=rules.flag("initiallyDeferred"),
        validate_nullable=rules.flag("validateNullable") is not False,
        validate_unique=rules.flag("validateUnique") is not False,
        validate_primary_key=rules.flag("validatePrimaryKey") is not False,
        validate_foreign_key=rules.flag("validateForeignKey") is not False,
        descending=read.flag("descending"),
        after=read.text("afterColumn"),
        before=read.text("beforeColumn"),
        position=read.number("position"),
    )


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

    def text(self, name: str) -> str | None:
        return self.element.value_of(name)

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
        for name in [*self.element.attributes, *(child.name for child in self.element.children)]:
            if name not in known and name not in children and name and ":" not in name:
                yield name, next(iter(get_close_matches(name, known, n=1)), None)

    def refuse_unknown(self, kind: str, known: frozenset[str], children: frozenset[str] = frozenset()) -> None:
        for name, relative in self.unknown(known, children):
            fix = f"did you mean '{relative}'?" if relative else None
            self.problems.append(Problem(code="REG-004", what=f"a {kind} has no '{name}'", where=self.where(name), fix=fix))
