"""Changelog properties: `${name}` in any attribute or text. The first definition that applies wins; nothing overrides the caller's."""

import re
from collections.abc import Mapping

from bascule.core.documents import Scalar
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.engine.changelog import contexts, labels
from bascule.engine.changelog.load import MissingProperty
from bascule.engine.written.changeset import Property
from bascule.engine.written.dbms import applies_to
from bascule.engine.written.element import Element

_REFERENCE = re.compile(r"\$\{([^${}]+)\}")
_MAX_LENGTH = 10_000_000


class Properties:
    """What names mean, for one run: the caller's values, then global definitions in order, then a file's own, the latest first."""

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        dbms: str | None,
        run_contexts: str | None,
        label_filter: str | None,
        missing: MissingProperty = "PRESERVE",
        escaping: bool = False,
    ) -> None:
        self.given = {name.lower(): value for name, value in given.items()}
        self.dbms = dbms
        self.run_contexts = run_contexts
        self.label_filter = label_filter
        self.missing = missing
        self.escaping = escaping
        self.globals: dict[str, str] = {}
        self.locals: dict[str, dict[str, str]] = {}
        self.execution: dict[str, str] = {}
        """What the changeset at hand is called: known to it alone."""

    def define(self, definition: Property, file: str) -> None:
        """Takes a definition in, if it is meant for this run."""
        if definition.context and not contexts.matches((definition.context,), self.run_contexts):
            return
        if definition.labels and not labels.matches((labels.words(definition.labels),), self.label_filter):
            return
        if definition.dbms and self.dbms and not applies_to(definition.dbms, self.dbms):
            return
        name = definition.name.lower()
        if definition.global_:
            self.globals.setdefault(name, definition.value)
        else:
            self.locals.setdefault(file, {})[name] = definition.value

    def value(self, name: str, file: str) -> str | None:
        """What a name means in a file, unexpanded; None when nothing."""
        lower = name.lower()
        for values in (self.given, self.globals, self.locals.get(file, {}), self.execution):
            if lower in values:
                return values[lower]
        return None

    def everywhere(self) -> dict[str, str]:
        """The caller's values and the global definitions, as defined."""
        return self.globals | self.given

    def expand(self, text: str, file: str, position: Position) -> str:
        """The text with every `${name}` replaced; values may refer to others. Raises InputError on a circle."""
        return self._expand(text, file, position, ()) if "${" in text else text

    def _expand(self, text: str, file: str, position: Position, inside: tuple[str, ...]) -> str:
        def replacement(match: re.Match[str]) -> str:
            name = match.group(1)
            if name.startswith(":"):
                return f"${{{name[1:]}}}" if self.escaping else match.group()
            if name.lower() in inside:
                circle = " → ".join((*inside, name))
                raise InputError(
                    Problem(code="LOG-017", what=f"the property '{name}' is defined by itself", where=str(position), why=circle)
                )
            value = self.value(name, file)
            if value is not None:
                return self._expand(value, file, position, (*inside, name.lower())) if "${" in value else value
            if self.missing == "ERROR":
                raise InputError(
                    Problem(code="LOG-016", what=f"no property is named '{name}'", where=str(position), fix="define it, or pass it with -D")
                )
            return "" if self.missing == "EMPTY" else match.group()

        expanded = _REFERENCE.sub(replacement, text)
        if len(expanded) > _MAX_LENGTH:
            raise InputError(Problem(code="LOG-017", what="the properties expand to more than 10 MB", where=str(position)))
        return expanded

    def expand_element(self, element: Element, file: str) -> Element:
        """The element with every attribute and text expanded; the same one when nothing refers to a property."""
        if not _refers(element):
            return element
        return Element(
            name=element.name,
            attributes={name: self._expand_scalar(scalar, file) for name, scalar in element.attributes.items()},
            children=tuple(self.expand_element(child, file) for child in element.children),
            text=None if element.text is None else self._expand_scalar(element.text, file),
            position=element.position,
        )

    def _expand_scalar(self, scalar: Scalar, file: str) -> Scalar:
        if "${" not in scalar.text:
            return scalar
        text = self.expand(scalar.text, file, scalar.position)
        return scalar if text == scalar.text else Scalar(text=text, kind="str", value=text, position=scalar.position)


def _refers(element: Element) -> bool:
    if element.text is not None and "${" in element.text.text:
        return True
    for scalar in element.attributes.values():
        if "${" in scalar.text:
            return True
    return any(_refers(child) for child in element.children)


def references(text: str) -> set[str]:
    """The names a text refers to as `${name}`."""
    return set(_REFERENCE.findall(text))


def expanded(text: str, properties: dict[str, str]) -> str:
    """The text with `${name}` replaced by the properties recorded for it; names are matched in any case."""
    if not properties or "${" not in text:
        return text
    return _REFERENCE.sub(lambda match: properties.get(match.group(1).lower(), match.group()), text)


def read_properties(text: str) -> dict[str, str]:
    """A Java properties file: `name = value` or `name: value`, `#` and `!` comments, a backslash at the end continues the line."""
    found: dict[str, str] = {}
    for line in _logical_lines(text):
        match = re.match(r"((?:\\.|[^\\=:\s])+)[ \t\f]*[=:]?[ \t\f]*(.*)", line, re.DOTALL)
        if match:
            found[_unescaped(match.group(1))] = _unescaped(match.group(2))
    return found


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    joined = ""
    for raw in text.splitlines():
        line = raw.lstrip()
        if not joined and (not line or line[0] in "#!"):
            continue
        trailing = len(line) - len(line.rstrip("\\"))
        if trailing % 2:
            joined += line[:-1]
            continue
        lines.append(joined + line)
        joined = ""
    return [*lines, joined] if joined else lines


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) == 5:
            return chr(int(escape[1:], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}.get(escape, escape)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", character, text, flags=re.DOTALL)
