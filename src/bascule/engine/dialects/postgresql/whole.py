"""Tables and columns with all that the catalog tells of them, where the words of change types do not reach."""

from collections.abc import Iterator

from bascule.engine.dialects import values
from bascule.engine.schema import Column, Name, Table

_FAMILIES = {
    **dict.fromkeys(("varchar", "text", "character", "name", "citext"), "string"),
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "real", "double"), "number"),
    **dict.fromkeys(("date", "timestamp"), "moment"),
    "bit": "bits",
}
_USUAL = {"using": "heap", "tablespace": "pg_default", "persistence": "logged"}
"""What an option is set to that is told no more."""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def named(name: Name) -> str:
    return f"{quoted(name.schema)}.{quoted(name.name)}" if name.schema else quoted(name.name)


def needs_whole(table: Table) -> bool:
    return bool(table.options or table.partition_by or table.partition_of or table.inherits or any(own.attributes for own in table.columns))


def column(own: Column) -> str:
    parts = [quoted(own.name), own.type or "", own.attributes or ""]
    if own.auto_increment:
        parts.append(identity(own))
    elif own.default is not None:
        parts.append(f"DEFAULT {own.default.text}")
    if own.nullable is False:
        parts.append("NOT NULL")
    return " ".join(part for part in parts if part)


def identity(own: Column) -> str:
    options = [f"START WITH {own.start_with}"] if own.start_with is not None else []
    options += [f"INCREMENT BY {own.increment_by}"] if own.increment_by is not None else []
    clause = f"GENERATED {own.generation_type or 'BY DEFAULT'} AS IDENTITY"
    return f"{clause} ({' '.join(options)})" if options else clause


def create_table(table: Table) -> str:
    """The table without keys and constraints. A partition has its columns from its table."""
    kind = "UNLOGGED TABLE" if "persistence" in table.options else "TABLE"
    begun = f"CREATE {kind} {quoted(table.name.name)}"
    if table.partition_of is not None:
        begun += f" PARTITION OF {named(table.partition_of)} {table.bounds}"
    else:
        begun += f" ({', '.join(map(column, table.columns))})"
    return begun + "".join(f" {ending}" for ending in _endings(table))


def _endings(table: Table) -> Iterator[str]:
    if table.inherits:
        yield f"INHERITS ({', '.join(map(named, table.inherits))})"
    if table.partition_by:
        yield f"PARTITION BY {table.partition_by}"
    if "using" in table.options:
        yield f"USING {quoted(table.options['using'])}"
    if "with" in table.options:
        yield f"WITH ({table.options['with']})"
    if "tablespace" in table.options:
        yield f"TABLESPACE {quoted(table.options['tablespace'])}"


def alter_table(wanted: Table, actual: Table) -> Iterator[str]:
    """What makes the table as a whole so. How rows are spread over partitions cannot be altered."""
    name = f"ALTER TABLE {quoted(wanted.name.name)}"
    for word in sorted(wanted.options.keys() | actual.options.keys()):
        before, after = actual.options.get(word), wanted.options.get(word)
        if before != after:
            yield from (f"{name} {told}" for told in _set(word, before, after))


def leave_tables(wanted: Table, actual: Table) -> Iterator[str]:
    for parent in actual.inherits:
        if parent not in wanted.inherits:
            yield f"ALTER TABLE {quoted(wanted.name.name)} NO INHERIT {named(parent)}"
    if actual.partition_of is not None and actual.partition_of != wanted.partition_of:
        yield _detached(actual)


def join_tables(wanted: Table, actual: Table) -> Iterator[str]:
    for parent in wanted.inherits:
        if parent not in actual.inherits:
            yield f"ALTER TABLE {quoted(wanted.name.name)} INHERIT {named(parent)}"
    if wanted.partition_of is not None and (wanted.partition_of, wanted.bounds) != (actual.partition_of, actual.bounds):
        if wanted.partition_of == actual.partition_of:
            yield _detached(actual)
        yield f"ALTER TABLE {named(wanted.partition_of)} ATTACH PARTITION {quoted(wanted.name.name)} {wanted.bounds}"


def _detached(table: Table) -> str:
    return f"ALTER TABLE {named(table.partition_of or table.name)} DETACH PARTITION {quoted(table.name.name)}"


def _set(word: str, before: str | None, after: str | None) -> Iterator[str]:
    value = after or _USUAL.get(word, "")
    match word:
        case "persistence":
            yield f"SET {value.upper()}"
        case "using":
            yield f"SET ACCESS METHOD {quoted(value)}"
        case "tablespace":
            yield f"SET TABLESPACE {quoted(value)}"
        case _:
            gone = _parameters(before) - _parameters(after)
            if gone:
                yield f"RESET ({', '.join(sorted(gone))})"
            if after:
                yield f"SET ({after})"


def _parameters(told: str | None) -> set[str]:
    return {part.partition("=")[0] for part in (told or "").split(", ") if part}


def has_cast(before: str, after: str) -> bool:
    """Whether the server casts from one to the other, as far as the names tell. Else a value goes by way of its text."""
    one, other = _family(before), _family(after)
    return one == other or "string" in (one, other)


def _family(kind: str) -> str:
    base = kind.partition("(")[0].strip()
    return kind if kind.endswith("[]") else _FAMILIES.get(base.partition(" ")[0], base)


def redefine(table: Name, wanted: Column, actual: Column) -> list[str]:
    """What makes a column so whose collation or generation is otherwise. One that is generated otherwise is made anew."""
    name = f"ALTER TABLE {quoted(table.name)}"
    own = f"{name} ALTER COLUMN {quoted(wanted.name)}"
    remarks = f"COMMENT ON COLUMN {quoted(table.name)}.{quoted(wanted.name)} IS {values.string(wanted.remarks or '')}"
    if wanted.is_generated or " VIRTUAL" in (actual.attributes or ""):
        again = [f"{name} DROP COLUMN {quoted(wanted.name)}", f"{name} ADD COLUMN {column(wanted)}"]
        return [*again, remarks] if wanted.remarks else again
    steps = [f"{own} DROP EXPRESSION"] if actual.is_generated else []
    if actual.default is not None:
        steps.append(f"{own} DROP DEFAULT")
    counts_otherwise = (wanted.auto_increment and identity(wanted)) != (actual.auto_increment and identity(actual))
    if actual.auto_increment and counts_otherwise:
        steps.append(f"{own} DROP IDENTITY")
    way = "" if has_cast(actual.type or "", wanted.type or "") else "::text"
    steps.append(f"{own} TYPE {wanted.type} {wanted.attributes or ''}".rstrip() + f" USING {quoted(wanted.name)}{way}::{wanted.type}")
    if (wanted.nullable is False) != (actual.nullable is False):
        steps.append(f"{own} {'SET' if wanted.nullable is False else 'DROP'} NOT NULL")
    if wanted.auto_increment and counts_otherwise:
        steps.append(f"{own} ADD {identity(wanted)}")
    if wanted.default is not None:
        steps.append(f"{own} SET DEFAULT {wanted.default.text}")
    return [*steps, remarks] if wanted.remarks != actual.remarks else steps
