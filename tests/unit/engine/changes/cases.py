"""Reads the tables of `tests/cases/changes`: one file per change type, its change as an Element."""

from pathlib import Path

from bascule.core.documents import Mapping, Scalar, Sequence, plain
from bascule.core.yaml_reader import read_yaml
from bascule.engine.changelog.formats.nodes import element
from bascule.engine.dialects.base import RenderContext
from bascule.engine.written.element import Element

CASES = Path(__file__).parents[3] / "cases" / "changes"
CONTEXTS = {
    "postgresql": RenderContext(default_schema="public"),
    "mariadb": RenderContext(default_schema="lbtest"),
    "sqlite": RenderContext(),
}
OFFLINE = {name: RenderContext() for name in ("cockroachdb", "db2", "edb", "h2", "hsqldb", "mssql", "mysql", "oracle", "snowflake")}
"""Databases that a table may name besides, where they have words of their own."""

Outcome = str | dict[str, list[str]]
"""The SQL, each statement with its `;`; or `{refused: [texts]}`."""


class Case:
    """One row: a change, and what becomes of it on each database."""

    def __init__(self, change_name: str, row: Mapping) -> None:
        def text(key: str) -> Scalar | Mapping | Sequence | None:
            return row.get(key)

        written = text("change")
        assert written is not None
        self.title = f"{change_name}: {plain(text('case') or row)}"
        self.element: Element = element(change_name, written, written.position)
        self.outcomes: dict[str, Outcome] = {name: plain(node) for name in CONTEXTS if (node := text(name)) is not None}
        self.offline: dict[str, Outcome] = {name: plain(node) for name in OFFLINE if (node := text(name)) is not None}
        rollback = text("rollback")
        self.rollback: dict[str, Outcome] | None = plain(rollback) if rollback is not None else None


def cases_of(file: Path) -> list[Case]:
    """The rows of one table. The change's name is the file's, in the case users write."""
    head, *tail = file.stem.split("_")
    name = head + "".join(part.capitalize() for part in tail)
    table = read_yaml(file.read_bytes(), file.name)
    assert isinstance(table, Sequence)
    return [Case(name, row) for row in table.items if isinstance(row, Mapping)]


def all_cases() -> list[Case]:
    return [case for file in sorted(CASES.glob("*.yaml")) for case in cases_of(file)]
