"""YAML → nodes with their places, by libyaml's events. What cannot be read is one clear problem with file, line and column."""

from collections.abc import Callable, Iterator
from typing import Any

from bascule.core.documents import Entry, Kind, Mapping, Node, Scalar, Sequence
from bascule.core.encoding import decode
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.core.yaml_scalars import ScalarValue, is_moment, read_scalar

MAX_DEPTH = 100
MAX_ALIASED_NODES = 100_000
"""How many nodes the aliases of one document may stand for, altogether."""

_TAG = "tag:yaml.org,2002:"
_COLLECTION_TAGS = frozenset({None, "!", f"{_TAG}map", f"{_TAG}seq"})
_TEXT_TAGS = frozenset({None, "!", f"{_TAG}str", f"{_TAG}timestamp"})


def read_yaml(data: bytes | str, file: str) -> Node | None:
    """The one document of a YAML text; None when it is empty. Raises InputError."""
    documents = read_yaml_all(data, file)
    if len(documents) > 1:
        raise _refused("DOC-008", "there is more than one document", _place(documents[1]), fix="keep one; '---' begins another")
    return documents[0] if documents else None


def read_yaml_all(data: bytes | str, file: str) -> list[Node]:
    """Every document of a YAML text that is not empty. Raises InputError."""
    import yaml  # slow to import, and a warm run parses nothing

    text = decode(data, file)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        return list(_Builder(loader.get_event, yaml, file).documents())
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text, file) from None
    except yaml.reader.ReaderError as error:
        raise _bad_character(error, text, file) from None
    finally:
        loader.dispose()


class _Builder:
    """Turns events into nodes. Recursion is bounded by MAX_DEPTH, what aliases multiply by MAX_ALIASED_NODES."""

    def __init__(self, next_event: Callable[[], Any], yaml: Any, file: str) -> None:
        self.next_event = next_event
        self.scalar_event = yaml.ScalarEvent
        self.mapping_start, self.mapping_end = yaml.MappingStartEvent, yaml.MappingEndEvent
        self.sequence_end = yaml.SequenceEndEvent
        self.document_start, self.stream_end = yaml.DocumentStartEvent, yaml.StreamEndEvent
        self.alias_event = yaml.AliasEvent
        self.file = file
        self._forget()

    def _forget(self) -> None:
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.open_anchors: set[str] = set()
        self.count = 0
        self.aliased = 0
        self.deepest = 0

    def documents(self) -> Iterator[Node]:
        while (event := self.next_event()).__class__ is not self.stream_end:
            if event.__class__ is self.document_start:
                self._forget()
                node = self.node(self.next_event(), 1)
                if not (isinstance(node, Scalar) and node.kind == "null"):
                    yield node

    def node(self, event: Any, depth: int) -> Node:
        if event.__class__ is self.scalar_event and event.anchor is None:
            return self.scalar(event)  # most are: told first
        if event.__class__ is self.alias_event:
            return self.alias(event, depth)
        anchor: str | None = event.anchor
        if anchor is None:
            return self.unanchored(event, depth)
        before, deepest = self.count, self.deepest
        self.deepest = depth
        self.open_anchors.add(anchor)
        node = self.unanchored(event, depth)
        self.open_anchors.discard(anchor)
        self.anchors[anchor] = (node, 1 + self.count - before, self.deepest - depth)
        self.deepest = max(deepest, self.deepest)
        return node

    def unanchored(self, event: Any, depth: int) -> Node:
        if event.__class__ is self.scalar_event:
            return self.scalar(event)
        if event.tag not in _COLLECTION_TAGS:
            raise _unknown_tag(event.tag, self.place(event))
        if depth > MAX_DEPTH:
            raise _refused("DOC-007", f"nested more than {MAX_DEPTH} levels deep", self.place(event))
        if depth > self.deepest:
            self.deepest = depth
        return self.mapping(event, depth) if event.__class__ is self.mapping_start else self.sequence(event, depth)

    def alias(self, event: Any, depth: int) -> Node:
        name = event.anchor
        if name in self.open_anchors:
            raise _refused("DOC-006", f"the alias '*{name}' stands inside what it stands for", self.place(event))
        if name not in self.anchors:
            raise _refused("DOC-006", f"the alias '*{name}' has no anchor before it", self.place(event), fix=f"mark a value with '&{name}'")
        node, size, height = self.anchors[name]
        self.count += size
        self.aliased += size
        self.deepest = max(self.deepest, depth + height)
        if self.aliased > MAX_ALIASED_NODES or depth + height > MAX_DEPTH:
            raise _refused(
                "DOC-006",
                "the aliases multiply to more than a document may hold",
                self.place(event),
                why="a small text would fill the memory",
            )
        return node

    def scalar(self, event: Any) -> Scalar:
        text: str = event.value
        mark = event.start_mark
        position = Position(self.file, mark.line + 1, mark.column + 1)
        if event.implicit[0]:
            kind, value = read_scalar(text)
            return Scalar(text=text, kind=kind, value=value, position=position, is_moment=kind == "str" and is_moment(text))
        kind, value = ("str", text) if event.tag in _TEXT_TAGS else self.tagged(event, text)
        return Scalar(text=text, kind=kind, value=value, position=position)

    def tagged(self, event: Any, text: str) -> tuple[Kind, ScalarValue]:
        name = event.tag.removeprefix(_TAG)
        if event.tag == name or name not in ("int", "float", "bool", "null"):
            raise _unknown_tag(event.tag, self.place(event))
        kind, value = read_scalar(text)
        if name == "float" and kind == "int" and isinstance(value, int):
            return "float", float(value)
        if kind != name:
            raise _refused("DOC-005", f"'{text}' is marked '!!{name}' and is none", self.place(event))
        return kind, value

    def sequence(self, event: Any, depth: int) -> Sequence:
        items: list[Node] = []
        while (item := self.next_event()).__class__ is not self.sequence_end:
            items.append(self.node(item, depth + 1))
        self.count += len(items)
        return Sequence(items=tuple(items), position=self.place(event))

    def mapping(self, event: Any, depth: int) -> Mapping:
        own: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        while (key_event := self.next_event()).__class__ is not self.mapping_end:
            key = self.node(key_event, depth + 1)
            if not isinstance(key, Scalar):
                raise _refused("DOC-005", "a key must be a plain text", self.place(key_event))
            value = self.node(self.next_event(), depth + 1)
            name = key.text
            if name == "<<" and key_event.__class__ is self.scalar_event and key_event.implicit[0]:
                for entry in self.merge(value):
                    merged.setdefault(entry.key.text, entry)
            elif name in own:
                first = own[name].key.position
                raise _refused(
                    "DOC-004",
                    f"the key '{name}' is there twice",
                    key.position,
                    why=f"it was first given in line {first.line}",
                    fix="keep one",
                )
            else:
                own[name] = Entry(key=key, value=value)
        self.count += 2 * len(own)
        if not merged:
            return Mapping(entries=tuple(own.values()), position=self.place(event))
        self.count += 2 * len(merged)
        inherited = [entry for name, entry in merged.items() if name not in own]
        return Mapping(entries=(*inherited, *own.values()), position=self.place(event))

    def merge(self, value: Node) -> Iterator[Entry]:
        """The entries that `<<` brings in: of one mapping, or of a list of them, the earlier one first."""
        for source in value.items if isinstance(value, Sequence) else (value,):
            if not isinstance(source, Mapping):
                raise _refused("DOC-005", "'<<' takes a mapping or a list of mappings", _place(source))
            yield from source.entries

    def place(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)


def _place(node: Node) -> Position:
    return node.position


def _refused(code: str, what: str, where: Position, why: str | None = None, fix: str | None = None) -> InputError:
    return InputError(Problem(code=code, what=what, where=str(where), why=why, fix=fix))


def _unknown_tag(tag: str, where: Position) -> InputError:
    shown = f"!!{tag.removeprefix(_TAG)}" if tag.startswith(_TAG) else tag
    return _refused("DOC-005", f"the tag '{shown}' is not known here", where, fix="leave the tag out")


def _syntax(error: Any, text: str, file: str) -> InputError:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return InputError(Problem(code="DOC-002", what=f"this is not YAML: {error}", where=file))
    where = Position(file, mark.line + 1, mark.column + 1)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: mark.column + 1]:
        return _refused("DOC-003", "a tab stands where YAML wants spaces", where, fix="indent with spaces")
    context = f" ({error.context})" if error.context else ""
    return _refused("DOC-002", f"this is not YAML: {error.problem or 'it cannot be read'}{context}", where)


def _bad_character(error: Any, text: str, file: str) -> InputError:
    position = error.position if isinstance(error.position, int) else 0
    before = text.encode()[:position].decode(errors="ignore")
    where = Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    character = error.character if isinstance(error.character, int) else ord(error.character[:1] or "\0")
    return _refused(
        "DOC-001",
        f"the character U+{character:04X} is not allowed in YAML",
        where,
        fix="write it as an escape in double quotes, or remove it",
    )
