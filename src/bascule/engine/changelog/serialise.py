"""Changesets as the text of a changelog: XML, YAML, JSON and formatted SQL. What is written here is read back by `formats/`."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changelog.bind import changes_of
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
_CONTENT = {"sql": "sql", "createView": "selectQuery"}
"""The attribute that XML writes as an element's content."""


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
    """The changelog's text. In SQL it is `dialect`'s, every name quoted as its changeset says, none with a schema of ours."""
    match format_name:
        case "xml":
            return _OPENING + "".join(_xml_changeset(changeset) for changeset in changesets) + "</databaseChangeLog>\n"
        case "json":
            return json.dumps({"databaseChangeLog": [_document(c) for c in changesets]}, indent=2, ensure_ascii=False) + "\n"
        case "sql":
            return "-- liquibase formatted sql\n\n" + "\n".join(_sql_changeset(changeset, dialect) for changeset in changesets)
        case _:
            import yaml

            entries = [_document(changeset) for changeset in changesets]
            return yaml.dump({"databaseChangeLog": entries}, Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, width=120)


def _header(changeset: ChangeSet) -> dict[str, str]:
    facts = {"id": changeset.id, "author": changeset.author}
    if changeset.contexts:
        facts["context"] = changeset.contexts[-1]
    if changeset.labels:
        facts["labels"] = ",".join(changeset.labels[-1])
    if changeset.quoting != "LEGACY":
        facts["objectQuotingStrategy"] = changeset.quoting
    return facts


# YAML and JSON


def _document(changeset: ChangeSet) -> dict[str, Any]:
    return {"changeSet": {**_header(changeset), "changes": [{change.name: _mapping(change)} for change in changeset.changes]}}


def _mapping(element: Element) -> dict[str, Any]:
    """Attributes by name; a child of items (`columns`) is a list, any other a mapping."""
    entries: dict[str, Any] = {name: scalar.value if scalar.kind != "null" else None for name, scalar in element.attributes.items()}
    for child in element.children:
        entries[child.name] = [{item.name: _mapping(item)} for item in child.children] if child.children else _mapping(child)
    return entries


# XML


def _xml_changeset(changeset: ChangeSet) -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in _header(changeset).items())
    changes = "".join(_xml(change, "        ") for change in changeset.changes)
    return f"    <changeSet{attributes}>\n{changes}    </changeSet>\n"


def _xml(element: Element, indent: str) -> str:
    content = _CONTENT.get(element.name, "")
    attributes = "".join(f" {name}={quoteattr(scalar.text)}" for name, scalar in element.attributes.items() if name != content)
    opened = f"{indent}<{element.name}{attributes}"
    if content in element.attributes:
        return f"{opened}>{escape(element.attributes[content].text)}</{element.name}>\n"
    inner = "".join(_xml(child, indent + "    ") for child in _flat(element))
    return f"{opened}>\n{inner}{indent}</{element.name}>\n" if inner else f"{opened}/>\n"


def _flat(element: Element) -> Iterator[Element]:
    """The children as XML has them: the items of a list stand in the element itself."""
    for child in element.children:
        if child.children and not child.attributes and child.name == "columns":
            yield from child.children
        else:
            yield child


# SQL


def _sql_changeset(changeset: ChangeSet, dialect: Dialect) -> str:
    at = RenderContext(quoting="QUOTE_ALL_OBJECTS")
    facts = _header(changeset)
    attributes = "".join(f" {name}:{value}" for name, value in facts.items() if name in ("context", "labels"))
    lines = [f"-- changeset {_word(changeset.author)}:{_word(changeset.id)}{attributes}"]
    for change in changes_of(changeset, Files(())):
        for operation in change.operations():
            lines += [f"{statement.text.rstrip().rstrip(';')};" for statement in dialect.render(operation, at)]
    return "\n".join(lines) + "\n"


def _word(text: str) -> str:
    """A header's word, quoted where a colon would end it."""
    return f'"{text}"' if ":" in text else text
