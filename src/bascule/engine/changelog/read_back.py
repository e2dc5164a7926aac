"""Whether a changeset written as formatted SQL is read as it was meant: a line of a body may look like one of the format's own."""

from collections.abc import Sequence

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.changelog.formats.sql import read_sql
from bascule.engine.sql.split import split
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element

HEADER = "-- liquibase formatted sql\n\n"


def check_read_back(text: str, changeset: ChangeSet, statements: Sequence[str], *, splits: bool, nested: bool) -> None:
    """Raises InputError for a text that is not read as this one changeset with these statements and nothing else."""
    body = "".join(f"{statement};\n" for statement in statements).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise _refused(changeset, "it has no SQL")
    try:
        root = read_sql(HEADER + text, "generated")
    except InputError as error:
        raise _refused(changeset, error.problems[0].what) from error
    if root.attributes or _meant(root) != [("changeSet", ["sql"], body)]:
        raise _refused(changeset, f"a line of it means something in such a file: {_line(root, body)}")
    if splits and split(body, nested=nested) != [statement.replace("\r", "").strip() for statement in statements]:
        raise _refused(changeset, "its statements would be taken apart elsewhere")


def _meant(root: Element) -> list[tuple[str, list[str], str | None]]:
    found = (child for child in root.children if not child.name.startswith("#"))  # those are warnings
    return [(child.name, [part.name for part in child.children], _body(child)) for child in found]


def _body(changeset: Element) -> str | None:
    return next((part.text.text for part in changeset.children if part.name == "sql" and part.text is not None), None)


def _line(root: Element, body: str) -> str:
    """The first line that is missing where the body is read."""
    read = (next((_body(child) for child in root.children if child.name == "changeSet"), None) or "").split("\n")
    lines = body.split("\n")
    at = next((at for at, (one, other) in enumerate(zip(lines, read, strict=False)) if one != other), min(len(read), len(lines) - 1))
    return lines[at].strip()[:80]


def _refused(changeset: ChangeSet, why: str) -> InputError:
    return InputError(
        Problem(
            code="LOG-092",
            what=f"{', '.join(map(_named, changeset.changes))} cannot be written as formatted SQL",
            why=why,
            fix="write the changelog as XML, YAML or JSON",
        )
    )


def _named(change: Element) -> str:
    """The change and what it is about: an object's name, else how its SQL begins."""
    names = [
        scalar.text for key, scalar in change.attributes.items() if key.endswith("Name") and not key.endswith(("schemaName", "catalogName"))
    ]
    text = change.value_of("sql") or (change.text.text if change.text is not None else "")
    about = names[0] if names else " ".join(text.split())[:60]
    return f"{change.name} {about}".strip()
