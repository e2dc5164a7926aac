"""Who may do what, and what is remarked: as statements."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import msgspec

from bascule.engine.dialects.base import Dialect
from bascule.engine.dialects.values import string
from bascule.engine.diff import elements as make
from bascule.engine.diff import needs
from bascule.engine.schema import Grant, Schema, Table, View
from bascule.engine.written.element import Element

_LOSS = re.compile(r"\b(?:DROP|RENAME TO)\b")
_FIRST_NAME = re.compile(r'[A-Z]+ (?:"((?:[^"]|"")+)"|(\w+))')
IsNew = Callable[[str], bool]
"""Whether an object of that name comes, or comes again: nothing is left of what it had."""


def change_grants(wanted: Schema, actual: Schema, is_new: IsNew, dialect: Dialect) -> Iterator[Element]:
    standing = {grant for grant in actual.grants if not is_new(_object(grant, actual)) and _is_there(grant, wanted)}
    yield from _statements(standing - set(wanted.grants), wanted, dialect, undo=True)
    yield from _statements(set(wanted.grants) - standing, wanted, dialect, undo=False)


def _object(grant: Grant, schema: Schema) -> str:
    routine = schema.routines.get(grant.object_name)
    return routine.name.name if routine is not None else grant.object_name


def _is_there(grant: Grant, schema: Schema) -> bool:
    """Whether what it is on is still to be: else it goes along."""
    if not grant.object_name:
        return True
    table = schema.tables.get(grant.object_name)
    if table is not None and not set(grant.columns) <= {column.name for column in table.columns}:
        return False
    homes = (schema.tables, schema.views, schema.sequences, schema.routines, schema.types)
    return any(grant.object_name in home for home in homes)


def _statements(grants: Iterable[Grant], schema: Schema, dialect: Dialect, *, undo: bool) -> Iterator[Element]:
    """One for what a role may do with an object."""

    def together(grant: Grant) -> Grant:
        return msgspec.structs.replace(grant, privilege="", columns=())

    for shared, group in groupby(sorted(grants, key=lambda g: (together(g), g)), key=together):
        privileges = ", ".join(_privilege(grant, dialect) for grant in group)
        takes = shared.revoked is not undo
        kind = "TABLE " if shared.object_kind == "TABLE" else f"{shared.object_kind} "
        verb, direction = ("REVOKE", "FROM") if takes else ("GRANT", "TO")
        option = " WITH GRANT OPTION" if shared.grantable and not takes else ""
        begun, ending = f"{verb} {privileges} ON {kind}", f" {direction} {dialect.ddl.grantee(shared.grantee)}{option}"
        if shared.object_name:
            yield make.sql(f"{begun}{_on(shared, schema, dialect)}{ending}")
        else:
            yield make.sql(dialect.ddl.of_own_schema(begun, ending))


def _privilege(grant: Grant, dialect: Dialect) -> str:
    return (
        f"{grant.privilege} ({', '.join(make.quoted(column, dialect) for column in grant.columns)})" if grant.columns else grant.privilege
    )


def _on(grant: Grant, schema: Schema, dialect: Dialect) -> str:
    routine = schema.routines.get(grant.object_name)
    if routine is None:
        return make.quoted(grant.object_name, dialect)
    return make.routine_name(routine, dialect)


def change_remarks(wanted: Schema, actual: Schema, steps: Iterable[Element], dialect: Dialect) -> Iterator[Element]:
    """A remark goes with what it is on: it is said again where one of the `steps` took that away to make it anew."""
    lost = " ".join(_losses(steps))
    there = _part_names(wanted)
    for target, text in wanted.remarks.items():
        if actual.remarks.get(target) != text or needs.says(lost, [_first_name(target)]):
            yield _remark(target, string(text), dialect)
    for target in actual.remarks:
        name = _first_name(target)
        if target not in wanted.remarks and (target == "SCHEMA" or (name in there and not needs.says(lost, [name]))):
            yield _remark(target, "NULL", dialect)


def _losses(steps: Iterable[Element]) -> Iterator[str]:
    for step in steps:
        sql = step.attributes.get("sql")
        if step.name.startswith("drop") or (sql is not None and _LOSS.search(sql.text)):
            yield from (scalar.text for scalar in step.attributes.values())


def _first_name(target: str) -> str:
    """`ck_name` of `CONSTRAINT ck_name ON customer`."""
    found = _FIRST_NAME.match(target)
    return (found[1] or found[2] or "").lower() if found is not None else ""


def _part_names(schema: Schema) -> set[str]:
    """What remarks can be on, besides what has a place of its own for them."""
    found = {*schema.sequences, *schema.views, *schema.types}
    holders: Iterable[Table | View] = (*schema.tables.values(), *schema.views.values())
    for holder in holders:
        found |= {index.name or "" for index in holder.indexes}
    for table in schema.tables.values():
        parts = (*table.uniques, *table.foreign_keys, *table.checks, *table.exclusions, *table.policies, table.primary_key)
        found |= {part.name or "" for part in parts if part is not None}
        found |= {unique.name or "" for unique in table.uniques}
    for own in schema.types.values():
        found |= {check.name or "" for check in own.checks}
    return {name.lower() for name in found}


def _remark(target: str, text: str, dialect: Dialect) -> Element:
    if target == "SCHEMA":
        return make.sql(dialect.ddl.of_own_schema("COMMENT ON SCHEMA ", f" IS {text}"))
    return make.sql(f"COMMENT ON {target} IS {text}")
