"""Entities in YAML files: ours (`kind: …`) and Harness's own documents, told apart by their first key."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bascule.cli.kinds import API_VERSION, Kind, Where, by_root, by_word, rank
from bascule.core.documents import Mapping, Node, Scalar, Sequence, plain
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.yaml_reader import read_yaml_all

_SUFFIXES = (".yaml", ".yml", ".json")
_ENVELOPE = ("apiVersion", "kind", "metadata", "spec")
_PLACES = ("org", "project", "schema")
_SOURCES = ("FromEnv", "FromFile")


class EntityDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of a file: `spec` is the API's body, `node` what was written (for places), `text` the document itself."""

    kind: Kind
    where: Where
    identifier: str
    spec: dict[str, Any]
    node: Node
    text: str

    @property
    def title(self) -> str:
        """As it is told: `DBInstance shop/dev`."""
        return f"{self.kind.name} {self.where.schema + '/' if self.where.schema else ''}{self.identifier}"


def read_entities(paths: tuple[str, ...], org: str, project: str) -> list[EntityDocument]:
    """The entities of files and folders (`-` is stdin), in the order of applying. Raises InputError with all problems."""
    problems: list[Problem] = []
    found: list[EntityDocument] = []
    for file, data in _texts(paths):
        try:
            nodes = read_yaml_all(data, file)
        except InputError as error:
            problems += error.problems
            continue
        lines = data.decode(errors="replace").splitlines()
        ends = [_first_line(node) - 1 for node in nodes[1:]] + [len(lines)]
        for node, end in zip(nodes, ends, strict=True):
            text = "\n".join(line for line in lines[_first_line(node) - 1 : end] if not line.startswith("---")).rstrip() + "\n"
            try:
                found.append(_entity(node, text, org, project, Path(file).parent))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return _in_order(found)


def document_of(kind: Kind, where: Where, spec: dict[str, Any]) -> dict[str, Any]:
    """An entity as a document that `apply` takes again."""
    place = {name: value for name in _PLACES if (value := getattr(where, name))}
    return {"apiVersion": API_VERSION, "kind": kind.name, **({"metadata": place} if place else {}), "spec": spec}


def place_of(node: Node, where: str) -> str | None:
    """The file, line and column of what the manager calls `body.connector.spec.url`; as near as what is there."""
    near = node.get("spec") if isinstance(node, Mapping) and node.get("kind") else node
    if near is None:
        return None
    for part in where.split(".")[1:]:
        following = None
        if isinstance(near, Mapping):
            following = near.get(part)
        elif isinstance(near, Sequence) and part.isdigit() and int(part) < len(near.items):
            following = near.items[int(part)]
        near = following or near
    return str(near.position)


def _entity(node: Node, text: str, org: str, project: str, folder: Path) -> EntityDocument:
    place = str(node.position)
    content = plain(node)
    if not isinstance(content, dict):
        raise InputError(Problem(code="CLI-041", what="an entity is a mapping", where=place))
    if "kind" in content:
        kind = by_word(str(content["kind"]), where=place)
        if unknown := [key for key in content if key not in _ENVELOPE]:
            raise InputError(
                Problem(code="CLI-042", what=f"'{unknown[0]}' is no key of an entity", where=place, fix="put what describes it under spec")
            )
        if content.get("apiVersion") != API_VERSION:
            raise InputError(Problem(code="CLI-043", what=f"apiVersion is not {API_VERSION}", where=place))
        written, metadata = content.get("spec"), content.get("metadata") or {}
        root = None
    else:
        recognised = by_root(list(content))
        if recognised is None:
            raise InputError(
                Problem(code="CLI-044", what="this is no entity that we know", where=place, fix="begin it with kind, or a key of Harness's")
            )
        kind, root = recognised
        written = content[root]
        metadata = _harness_place(written) if isinstance(written, dict) else {}
    if not isinstance(written, dict):
        raise InputError(Problem(code="CLI-045", what=f"the {kind.name} has no content", where=place))
    if not kind.can_create:
        raise InputError(Problem(code="CLI-046", what=f"a {kind.name} cannot be applied", where=place))
    spec = _with_values(written, folder)
    if kind.is_text:
        spec = {"yaml": text if root else _yaml(written)}
        identifier = (written.get("pipeline") or written).get("identifier") if root is None else written.get("identifier")
    else:
        identifier = spec.get(kind.key)
        if root in ("dbinstance", "dbInstance"):
            spec = {
                key: value for key, value in spec.items() if key not in ("schema", "schemaIdentifier", "orgIdentifier", "projectIdentifier")
            }
        elif root in ("dbschema", "dbSchema", "policy", "policySet", "policyset"):
            spec = {key: value for key, value in spec.items() if key not in ("orgIdentifier", "projectIdentifier")}
    if not identifier:
        raise InputError(Problem(code="CLI-047", what=f"the {kind.name} has no {kind.key}", where=place))
    where = _where(kind, metadata, org, project, place)
    return EntityDocument(kind=kind, where=where, identifier=str(identifier), spec=spec, node=_inner(node, root), text=text)


def _where(kind: Kind, metadata: Any, org: str, project: str, place: str) -> Where:
    """The place that metadata names; a kind that lives in projects only is in the client's project unless it says so."""
    if not isinstance(metadata, dict) or any(key not in _PLACES for key in metadata):
        raise InputError(Problem(code="CLI-048", what=f"metadata knows {', '.join(_PLACES)} and nothing else", where=place))
    given = {name: str(value) for name, value in metadata.items() if value}
    match kind.level:
        case "account":
            return Where()
        case "organization":
            return Where(org=given.get("org", org))
        case "project" | "schema":
            where = Where(org=given.get("org", org), project=given.get("project", project), schema=given.get("schema"))
            if kind.level == "schema" and where.schema is None:
                raise InputError(Problem(code="CLI-049", what="a DBInstance needs its schema", where=place, fix="metadata: {schema: …}"))
            return where
        case "any":
            return Where(org=given.get("org", org if "project" in given else None), project=given.get("project"))


def _harness_place(written: dict[str, Any]) -> dict[str, Any]:
    place = {"org": written.get("orgIdentifier"), "project": written.get("projectIdentifier")}
    return {**place, "schema": written.get("schemaIdentifier") or written.get("schema")}


def _inner(node: Node, root: str | None) -> Node:
    inner = node.get(root) if root and isinstance(node, Mapping) else None
    return inner or node


def _with_values(content: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The content, `valueFromEnv: NAME` and `passwordFromFile: PATH` replaced by the value itself: secrets need not stand in files."""
    result: dict[str, Any] = {}
    for key, value in content.items():
        source = next((suffix for suffix in _SOURCES if key in (f"value{suffix}", f"password{suffix}")), None)
        if source is None:
            result[key] = _with_values(value, folder) if isinstance(value, dict) else value
            continue
        name = str(value)
        try:
            text = os.environ[name] if source == "FromEnv" else (folder / name).read_text().rstrip("\n")
        except (KeyError, OSError) as error:
            kind = "environment variable" if source == "FromEnv" else "file"
            raise InputError(Problem(code="CLI-050", what=f"there is no {kind} '{name}'", where=key)) from error
        result[key.removesuffix(source)] = text
    return result


def _in_order(entities: list[EntityDocument]) -> list[EntityDocument]:
    """By kind; but secret managers, then the secrets that are kept in them, stand between other secrets and other connectors."""
    named = {entity.identifier: str(spec.get("secretManagerIdentifier", "")) for entity in entities if (spec := _reference(entity))}
    managers = {manager.rpartition(".")[2] for manager in named.values()}

    def place(entity: EntityDocument) -> float:
        at = rank(entity.kind)
        if _reference(entity):
            return at + 0.75
        is_manager = entity.kind.name == "Connector" and entity.identifier in managers
        return at - 0.5 if is_manager else at

    return sorted(entities, key=place)


def _reference(entity: EntityDocument) -> dict[str, Any]:
    """The `spec` of a secret that is kept elsewhere; else empty."""
    spec = entity.spec.get("spec")
    is_kept = entity.kind.name == "Secret" and isinstance(spec, dict) and spec.get("valueType") == "Reference"
    return spec if is_kept and isinstance(spec, dict) else {}


def _texts(paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for written in paths:
        if written == "-":
            import sys

            yield "<stdin>", sys.stdin.buffer.read()
            continue
        path = Path(written)
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
        elif path.is_file():
            files = [path]
        else:
            raise InputError(Problem(code="CLI-051", what="there is no such file or folder", where=written))
        for file in files:
            yield str(file), file.read_bytes()


def _first_line(node: Node) -> int:
    match node:
        case Mapping(entries=(first, *_)):
            return first.key.position.line
        case Scalar() | Mapping() | Sequence():
            return node.position.line


def _yaml(content: dict[str, Any]) -> str:
    import yaml

    document = content if "pipeline" in content else {"pipeline": content}
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return text
