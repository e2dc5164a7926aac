"""Changesets as the text of a changelog: XML, YAML, JSON and formatted SQL. What is written here is read back by `formats/`."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changelog.bind import changes_of
from bascule.engine.changelog.change_text import BODIES
from bascule.engine.changelog.read_back import HEADER, check_read_back
from bascule.engine.dialects.base import Dialect, RenderContext
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element
from bascule.engine.written.files import Files

_NAMESPACE = "http://www.liquibase.org/xml/ns/dbchangelog"
_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<databaseChangeLog xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}/dbchangelog-latest.xsd">\n'
)
_CONTENT = {"sql": "sql", "output": "message", **BODIES}
"""The attribute that XML writes as an element's content."""
_LISTS = {"column": "columns", "arg": "args"}
"""Children that XML repeats in the element itself, and the list that YAML and JSON have them in."""
_ITEMS = {"columns": "column", "args": "arg", "whereParams": "param"}
"""Lists, and what their items are where no name is written."""


def format_of(file: str) -> str:
    """`xml`, `yaml`, `json` or `sql`, by the file's name. Raises InputError for another."""
    ending = file.rpartition(".")[2].lower()
    known = {"xml": "xml", "yaml": "yaml", "yml": "yaml", "json": "json", "sql": "sql"}.get(ending)
    if known is None:
        raise InputError(
            Problem(code="LOG-090", what=f"no changelog format has names like '{file}'", fix="let it end in .xml, .yaml, .json or .sql")
        )
    return known


def serialise(changesets: Iterable[ChangeSet], format_name: str, dialect: Dialect) -> str:
    """The changelog's text. In SQL it is `dialect`'s, every name quoted as its changeset says, none with a schema of ours.

    Raises InputError for what would be read otherwise in SQL.
    """
    match format_name:
        case "xml":
            return _OPENING + xml_changesets(changesets) + "</databaseChangeLog>\n"
        case "json":
            return json.dumps({"databaseChangeLog": entries(changesets)}, indent=2, ensure_ascii=False) + "\n"
        case "sql":
            return HEADER + sql_changesets(changesets, dialect)
        case _:
            return yaml_text({"databaseChangeLog": entries(changesets)})


def entries(changesets: Iterable[ChangeSet]) -> list[dict[str, Any]]:
    """The items of a YAML or JSON changelog."""
    return [_document(changeset) for changeset in changesets]


def yaml_text(value: object) -> str:
    import yaml

    return yaml.dump(value, Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, width=120)


def xml_changesets(changesets: Iterable[ChangeSet], indent: str = "    ") -> str:
    return "".join(_xml_changeset(changeset, indent) for changeset in changesets)


def sql_changesets(changesets: Iterable[ChangeSet], dialect: Dialect) -> str:
    return "\n".join(_sql_changeset(changeset, dialect) for changeset in changesets)


def _header(changeset: ChangeSet) -> dict[str, str | bool]:
    facts: dict[str, str | bool] = {"id": changeset.id, "author": changeset.author}
    if changeset.contexts:
        facts["context"] = changeset.contexts[-1]
    if changeset.labels:
        facts["labels"] = ",".join(changeset.labels[-1])
    if changeset.run_on_change:
        facts["runOnChange"] = True
    if changeset.quoting != "LEGACY":
        facts["objectQuotingStrategy"] = changeset.quoting
    return facts


# YAML and JSON


def _document(changeset: ChangeSet) -> dict[str, Any]:
    return {"changeSet": {**_header(changeset), "changes": [{change.name: _mapping(change)} for change in changeset.changes]}}


def _mapping(element: Element) -> dict[str, Any]:
    """Attributes by name; a child of items (`columns`) is a list, one of nothing but text a value, any other a mapping."""
    entries: dict[str, Any] = {name: scalar.value if scalar.kind != "null" else None for name, scalar in element.attributes.items()}
    if element.text is not None:
        entries.setdefault(_CONTENT.get(element.name, "value"), element.text.value)
    for child in element.children:
        if child.name in _LISTS:
            entries.setdefault(_LISTS[child.name], []).append({child.name: _mapping(child)})
        elif child.children and not child.attributes:
            entries.setdefault(child.name, []).extend({item.name or _ITEMS.get(child.name, ""): _mapping(item)} for item in child.children)
        else:
            entries.setdefault(child.name, child.text.value if _is_text(child) and child.text is not None else _mapping(child))
    return entries


def _is_text(element: Element) -> bool:
    return element.text is not None and not element.attributes and not element.children


# XML


def _xml_changeset(changeset: ChangeSet, indent: str) -> str:
    attributes = "".join(f" {name}={quoteattr(_word_of(value))}" for name, value in _header(changeset).items())
    changes = "".join(_xml(change, indent * 2) for change in changeset.changes)
    return f"{indent}<changeSet{attributes}>\n{changes}{indent}</changeSet>\n"


def _word_of(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _xml(element: Element, indent: str) -> str:
    content = _CONTENT.get(element.name, "")
    text = element.attributes.get(content, element.text)
    attributes = "".join(f" {name}={quoteattr(scalar.text)}" for name, scalar in element.attributes.items() if name != content)
    opened = f"{indent}<{element.name}{attributes}"
    if text is not None:
        before = "".join(_xml(child, "").rstrip("\n") for child in _flat(element))
        return f"{opened}>{before}{escape(text.text)}</{element.name}>\n"
    inner = "".join(_xml(child, indent + "    ") for child in _flat(element))
    return f"{opened}>\n{inner}{indent}</{element.name}>\n" if inner else f"{opened}/>\n"


def _flat(element: Element) -> Iterator[Element]:
    """The children as XML has them: the items of a list stand in the element itself, but for those that XML has a list of."""
    for child in element.children:
        if child.attributes or child.name not in _ITEMS:
            yield child
            continue
        items = [msgspec.structs.replace(item, name=item.name or _ITEMS[child.name]) for item in child.children]
        if child.name in _LISTS.values():
            yield from items
        else:
            yield msgspec.structs.replace(child, children=tuple(items))


# SQL


def _sql_changeset(changeset: ChangeSet, dialect: Dialect) -> str:
    at = RenderContext(quoting="QUOTE_ALL_OBJECTS")
    facts = _header(changeset)
    attributes = "".join(f" {name}:{_word(_word_of(facts[name]))}" for name in ("context", "labels", "runOnChange") if name in facts)
    statements = [
        statement.text.rstrip().rstrip(";")
        for change in changes_of(changeset, Files(()))
        for operation in change.operations()
        for statement in dialect.render(operation, at)
    ]
    splits = len(statements) != 1 or ";" not in statements[0]
    if not splits:
        attributes += " splitStatements:false"
    if any("--" in statement or "/*" in statement for statement in statements):
        attributes += " stripComments:false"
    lines = [f"-- changeset {_word(changeset.author)}:{_word(changeset.id)}{attributes}", *(f"{statement};" for statement in statements)]
    text = "\n".join(lines) + "\n"
    check_read_back(text, changeset, statements, splits=splits, nested=dialect.traits.nests_comments)
    return text


def _word(text: str) -> str:
    """A header's word, quoted where a colon or a space would end it."""
    return f'"{text}"' if ":" in text or " " in text else text
