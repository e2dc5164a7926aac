"""`primaryKeyExists tableName` and/or `primaryKeyName`."""

from collections.abc import Iterator

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.preconditions.base import World, precondition
from bascule.engine.written.element import Element


@precondition("primaryKeyExists")
def check(element: Element, world: World) -> Iterator[str]:
    table, name = element.value_of("tableName"), element.value_of("primaryKeyName")
    if table is None and name is None:
        problem = Problem(code="RUN-041", what="primaryKeyExists needs 'tableName' or 'primaryKeyName'", where=str(element.position))
        raise InputError(problem)
    shape = world.shape(None if table is None else (table,), element.value_of("schemaName"))
    for found, description in shape.tables.items():
        key = description.primary_key
        if key is None or (table is not None and not world.same(table, found)):
            continue
        if name is None or (key.name is not None and world.same(name, key.name)):
            return
    yield f"primary key {name or ''}{' of ' + table if table else ''} does not exist"
