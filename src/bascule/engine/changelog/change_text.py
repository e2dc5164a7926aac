"""A change as sorted text, the way Liquibase writes it to take a checksum of it: from what was written, not from typed fields."""

import re
from collections.abc import Callable, Iterator

from bascule.engine.changelog.dates import canonical_date
from bascule.engine.changelog.fields import CHANGE_FIELDS, COLUMN_FIELDS, CONSTRAINT_FIELDS, FieldKind
from bascule.engine.written.changeset import SqlVisitor
from bascule.engine.written.element import Element

_EXCLUDED_ALWAYS = {
    "createTable": frozenset({"ifNotExists", "rowDependencies"}),
    "createIndex": frozenset({"associatedWith", "using"}),
    "tagDatabase": frozenset({"keepTagOnRollback"}),
}
_FILE = frozenset({"path", "dbms", "relativeToChangelogFile", "encoding"})
_EXCLUDED_IN_9 = {
    "createView": frozenset({"path", "relativeToChangelogFile", "selectQuery", "encoding"}),
    "createProcedure": _FILE | {"procedureText", "comments"},
    "createFunction": _FILE | {"functionBody"},
    "createTrigger": _FILE | {"triggerBody"},
    "createPackage": _FILE | {"packageText"},
    "createPackageBody": _FILE | {"packageBodyText"},
    "addCheckConstraint": frozenset({"constraintBody", "disabled", "validate"}),
}
BODIES = {
    "createView": "selectQuery",
    "createProcedure": "procedureText",
    "createFunction": "functionBody",
    "createTrigger": "triggerBody",
    "createPackage": "packageText",
    "createPackageBody": "packageBodyText",
    "addCheckConstraint": "constraintBody",
}
"""Changes whose text is summed apart from their attributes, and where it is written."""
_MATERIALISED = {
    "stop": {"message": "Stop command in changelog file"},
    "output": {"target": "STDERR"},
}
"""Defaults that stand in the text though nobody wrote them."""


def sql_text(change: Element) -> str | None:
    """The SQL of a `sql` change: its own text, or `sql` inside it; trimmed, None when there is none."""
    return body_text(change, "sql")


def body_text(change: Element, field: str) -> str | None:
    written = change.text.text if change.text is not None and change.text.kind != "null" else change.value_of(field)
    return written.strip() or None if written is not None else None


def text_form(change: Element, version: int = 9) -> str:
    """A change as the sorted text its sum is taken of."""
    fields = CHANGE_FIELDS.get(change.name, {})
    excluded = _EXCLUDED_ALWAYS.get(change.name, frozenset())
    excluded |= frozenset({"partitionBy"}) if version < 9 else frozenset()
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
    ordered = sorted(unique) if "".join(unique).isascii() else sorted(unique, key=lambda line: line.encode("utf-16-be", "surrogatepass"))
    return "[\n" + "\n".join(ordered) + "\n" + "    " * (depth - 1) + "]"


def _written(element: Element) -> Iterator[tuple[str, str]]:
    """What an author wrote as attributes or as children with a text: `value_of` of every name there is."""
    for name, scalar in element.attributes.items():
        if scalar.kind != "null":
            yield name, scalar.text
    if not element.children:
        return
    seen: set[str] = set()
    for child in element.children:
        if child.name not in seen and element.attribute(child.name) is None:
            seen.add(child.name)
            if child.text is not None:
                yield child.name, child.text.text


def _lines(element: Element, fields: dict[str, FieldKind], excluded: frozenset[str], depth: int) -> Iterator[str]:
    indent = "    " * depth
    for name, value in _written(element):
        kind = fields.get(name)
        if kind in _VALUES and name not in excluded:
            yield f'{indent}{name}="{_VALUES[kind](value)}"'
    for name, kind in fields.items():
        if kind in _VALUES or name in excluded:
            continue
        if kind == "columns":
            columns = _columns(element, name, excluded, depth + 1)
            if columns != "[]" or element.name != "dropColumn":
                yield f"{indent}{name}={columns}"
        elif kind == "text" and (body := body_text(element, name)) is not None:
            yield f'{indent}{name}="{body}"'


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
    for name, written in _written(column):
        kind = COLUMN_FIELDS.get(name)
        if kind is None:
            continue
        if name not in _VALUE_KINDS:
            found[name] = _VALUES[kind](written)
        elif name in _NUMERIC:
            found = _numeric(name, written) | found
        else:
            moment = canonical_date(written)
            found.setdefault(name if moment else _computed(name), moment or written)
    if column.text is not None:
        found.setdefault("value", column.text.text)
    return found


_NUMERIC = frozenset({"valueNumeric", "defaultValueNumeric"})
_VALUE_KINDS = _NUMERIC | {"valueDate", "defaultValueDate"}
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
    "bool": _boolean,
    "int": _integer,
}


def visitor_text(visitor: SqlVisitor, version: int) -> str:
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
