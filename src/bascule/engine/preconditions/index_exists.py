"""`indexExists indexName` and/or `tableName columnNames`; the order of columns matters. Primary and unique keys' indexes count."""

from collections.abc import Iterator

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.preconditions.base import World, precondition
from bascule.engine.schema import Table
from bascule.engine.written.element import Element


@precondition("indexExists")
def check(element: Element, world: World) -> Iterator[str]:
    name, table = element.value_of("indexName"), element.value_of("tableName")
    columns = [word.strip() for word in (element.value_of("columnNames") or "").split(",") if word.strip()]
    if name is None and (table is None or not columns):
        problem = Problem(
            code="RUN-041", what="indexExists needs 'indexName', or 'tableName' and 'columnNames'", where=str(element.position)
        )
        raise InputError(problem)
    shape = world.shape(None if table is None else (table,), element.value_of("schemaName"))
    for found, description in shape.tables.items():
        if table is not None and not world.same(table, found):
            continue
        if any(_matches(world, name, columns, label, own) for label, own in _indexes(description, world.keys_are_indexes)):
            return
    yield f"index {name or ''}{' on ' + table if table else ''}{' (' + ', '.join(columns) + ')' if columns else ''} does not exist"


def _indexes(table: Table, keys_are_indexes: bool) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    for index in table.indexes:
        yield index.name, tuple(column.name for column in index.columns)
    for unique in table.uniques:
        yield unique.name, unique.columns
    if table.primary_key is not None and keys_are_indexes:
        yield table.primary_key.name, table.primary_key.columns


def _matches(world: World, name: str | None, columns: list[str], found: str | None, own: tuple[str, ...]) -> bool:
    if name is not None and (found is None or not world.same(name, found)):
        return False
    return not columns or (len(columns) == len(own) and all(world.same(a, b) for a, b in zip(columns, own, strict=True)))
