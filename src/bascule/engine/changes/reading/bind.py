"""An Element as a typed Change: each field read from the attribute of its name, by the field's type."""

import re
from collections.abc import Callable
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changes.base import CHANGES, Change
from bascule.engine.changes.reading import columns as nested
from bascule.engine.changes.reading import values
from bascule.engine.changes.reading.columns import Reader, missing
from bascule.engine.schema import Column, Name, Value
from bascule.engine.written.element import Element

_NAME_END = re.compile(r"Name$")


class Field(msgspec.Struct, frozen=True):
    """How one field of a change is read. `attributes` are the words an author may write for it."""

    name: str
    attributes: tuple[str, ...]
    read: Callable[[Reader], Any]
    required: bool


_fields_of: dict[type[Change], tuple[Field, ...]] = {}


def bind_change(element: Element, *, dialect_name: str = "") -> Change:
    """The change an element describes. Raises InputError with everything that is wrong with it.

    What only a database can say (unsupported, required there) is told by `validate.problems`.
    """
    cls = CHANGES.get(element.name, where=str(element.position))
    problems: list[Problem] = []
    reader = Reader(element, problems)
    found: dict[str, Any] = {}
    for field in fields_of(cls):
        value = field.read(reader)
        if value is not None and value != ():
            found[field.name] = value
        elif field.required:
            problems.append(missing(element, field.attributes[0]))
    if problems:
        raise InputError(problems)
    return cls(written=element, **found)


def fields_of(cls: type[Change]) -> tuple[Field, ...]:
    """How the fields of a change type are read: worked out once per type."""
    known = _fields_of.get(cls)
    if known is None:
        hints = get_type_hints(cls, include_extras=True)
        known = tuple(
            _field(field.name, hints[field.name], required=field.required)
            for field in msgspec.structs.fields(cls)
            if field.name != "written" and "derived" not in _annotated(hints[field.name])[1]
        )
        _fields_of[cls] = known
    return known


def camel_case(name: str) -> str:
    """`column_name` → `columnName`."""
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


def _field(name: str, hint: Any, *, required: bool) -> Field:
    camel = camel_case(name)
    options = [option for option in get_args(hint) if option is not NoneType] if NoneType in get_args(hint) else [hint]
    kind, extra = _annotated(options[0])
    if kind is Name:
        return _name_field(name, camel, own_schema="own_schema" in extra, required=required)
    if kind == tuple[Column, ...]:
        return Field(name, ("columns", "column"), _read_columns, required)
    if kind == tuple[str, ...]:
        return Field(name, (camel,), lambda read: nested.names(read.text(camel) or ""), required)
    if kind is Value:
        suffixes = values.DEFAULT_ATTRIBUTES if camel == "defaultValue" else values.ATTRIBUTES
        return Field(name, suffixes, lambda read: values.read_value(camel, read.text), required)
    if kind is bool:
        return Field(name, (camel,), lambda read: read.flag(camel), required)
    if kind is int:
        return Field(name, (camel,), lambda read: read.number(camel), required)
    if "text" in extra:
        return Field(name, (camel,), lambda read: _read_text(read, camel), required)
    return Field(name, (camel,), lambda read: read.text(camel), required)


def _annotated(hint: Any) -> tuple[Any, dict[str, Any]]:
    """The type itself, and what was noted beside it."""
    if get_origin(hint) is not Annotated:
        return hint, {}
    kind, meta = get_args(hint)[:2]
    return kind, meta.extra or {}


def _name_field(name: str, camel: str, *, own_schema: bool, required: bool) -> Field:
    """`table` ← tableName, schemaName, catalogName; with its own schema, `base_table` ← baseTableName, baseTableSchemaName, …"""
    attribute = camel if camel.endswith("Name") else f"{camel}Name"
    prefix = _NAME_END.sub("", attribute)
    schema, catalog = (f"{prefix}SchemaName", f"{prefix}CatalogName") if own_schema else ("schemaName", "catalogName")

    def read(reader: Reader) -> Name | None:
        written = reader.text(attribute)
        return Name(written, reader.text(schema), reader.text(catalog)) if written else None

    return Field(name, (attribute, schema, catalog), read, required)


def _read_columns(reader: Reader) -> tuple[Column, ...]:
    return tuple(nested.bind_column(element, reader.problems) for element in nested.elements(reader.element))


def _read_text(reader: Reader, name: str) -> str | None:
    """The text of that name, else the element's own; trimmed."""
    written = reader.text(name)
    if written is None and reader.element.text is not None:
        written = reader.element.text.text
    return written.strip() if written and written.strip() else None
