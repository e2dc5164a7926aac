"""Tables and columns with all that the catalog tells of them, where the words of change types do not reach."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from bascule.engine.dialects import values
from bascule.engine.dialects.types import Types
from bascule.engine.schema import Column, Index, Table

_INDEX = re.compile(r"CREATE (UNIQUE |FULLTEXT |SPATIAL )?INDEX (`(?:[^`]|``)+`) ON `(?:[^`]|``)+` (.*)", re.DOTALL)
_LINE = re.compile(r"ALTER TABLE `(?:[^`]|``)+` ADD (.*)", re.DOTALL)
_OWN_ALTER = ("PERIOD FOR ", "SYSTEM VERSIONING")
"""Options that are no `KEY=value`: they are added and dropped."""
_RESET = {"ENGINE": "InnoDB", "KEY_BLOCK_SIZE": "0"}
"""What an option is set to that is told no more; others take DEFAULT."""
_WIDENED = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")


def quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def column(own: Column) -> str:
    """A column's definition, in the order that both MySQL and MariaDB take."""
    return " ".join(_parts(own))


def _parts(own: Column) -> Iterator[str]:
    yield quoted(own.name)
    yield own.type or ""
    if own.attributes:
        yield own.attributes
    if own.nullable is False:
        yield "NOT NULL"
    elif not own.is_generated:
        yield "NULL"
    if own.default is not None and own.default.text is not None:
        yield f"DEFAULT {own.default.text}"
    if own.auto_increment:
        yield "AUTO_INCREMENT"
    if own.remarks:
        yield f"COMMENT {_string(own.remarks)}"
    if own.check:
        yield f"CHECK {own.check}"


def is_virtual(own: Column) -> bool:
    return own.is_generated and " VIRTUAL" in (own.attributes or "")


def says(own: Column, types: Types) -> bool:
    """Whether createTable and addColumn have the words for it."""
    plain = types.render(own.type or "").lower().replace(" ", "") == (own.type or "").lower().replace(" ", "")
    return plain and not own.attributes and not own.check and "\\" not in (own.remarks or "")


def needs_whole(table: Table, types: Types) -> bool:
    """Whether createTable cannot make it. A column that counts must be in a key at once, of which createTable knows the primary one."""
    key = table.primary_key.columns if table.primary_key is not None else ()
    return (
        bool(table.options or table.partition_by)
        or "\\" in (table.remarks or "")
        or not all(says(own, types) for own in table.columns)
        or any(own.auto_increment and own.name != (key or ("",))[0] for own in table.columns)
    )


def create_table(table: Table) -> str:
    """The table with all but its foreign keys."""
    parts = [column(own) for own in table.columns]
    parts += (f"{option} {text}" for option, text in table.options.items() if option.startswith("PERIOD FOR "))
    if table.primary_key is not None:
        parts.append(f"PRIMARY KEY ({listed(table.primary_key.columns)})")
    parts += (f"UNIQUE KEY {quoted(unique.name)} ({listed(unique.columns)})" for unique in table.uniques if unique.name)
    parts += (_inline(index) for index in table.indexes if not index.of_constraint)
    parts += (f"CONSTRAINT {quoted(check.name)} CHECK {check.expression}" for check in table.checks if check.name)
    options = [f"{option}={text}" for option, text in table.options.items() if not option.startswith(_OWN_ALTER)]
    if "SYSTEM VERSIONING" in table.options:
        options.append("WITH SYSTEM VERSIONING")
    if table.remarks:
        options.append(f"COMMENT={_string(table.remarks)}")
    if table.partition_by:
        options.append(f"PARTITION BY {table.partition_by}")
    return f"CREATE TABLE {quoted(table.name.name)} ({', '.join(parts)}){''.join(f' {option}' for option in options)}"


def _inline(index: Index) -> str:
    if index.definition is None:
        columns = ", ".join(f"{quoted(own.name)}{' DESC' if own.descending else ''}" for own in index.columns)
        return f"{'UNIQUE ' if index.unique else ''}KEY {quoted(index.name or '')} ({columns})"
    if (line := _LINE.fullmatch(index.definition)) is not None:
        return line[1]
    match = _INDEX.fullmatch(index.definition)
    assert match is not None  # noqa: S101 - so the catalog's reader writes them
    return f"{match[1] or ''}KEY {match[2]} {match[3]}"


def alter_table(wanted: Table, actual: Table) -> Iterator[str]:
    """What makes the table as a whole so: its options and partitions, not its columns and remarks."""
    name = f"ALTER TABLE {quoted(wanted.name.name)}"
    for option in actual.options.keys() - wanted.options.keys():
        if option.startswith(_OWN_ALTER):
            yield f"{name} DROP {option}"
    if "COLLATE" in wanted.options.keys() | actual.options.keys() and wanted.options.get("COLLATE") != actual.options.get("COLLATE"):
        yield from _converted(name, wanted, actual)
    changed = {
        option: wanted.options.get(option, _RESET.get(option, "DEFAULT"))
        for option in sorted(wanted.options.keys() | actual.options.keys())
        if wanted.options.get(option) != actual.options.get(option) and option != "COLLATE" and not option.startswith(_OWN_ALTER)
    }
    if changed:
        yield f"{name} {', '.join(f'{option}={text}' for option, text in changed.items())}"
    for option, text in wanted.options.items():
        if option.startswith(_OWN_ALTER) and actual.options.get(option) != text:
            yield f"{name} ADD {option} {text}".rstrip()
    if wanted.partition_by != actual.partition_by:
        yield f"{name} PARTITION BY {wanted.partition_by}" if wanted.partition_by else f"{name} REMOVE PARTITIONING"


def alter_versioned(wanted: Table, actual: Table) -> str | None:
    """A table that keeps the history of its rows is altered only where the session says that it stays (MariaDB)."""
    if "SYSTEM VERSIONING" not in wanted.options or "SYSTEM VERSIONING" not in actual.options:
        return None
    before, after = {own.name: own for own in actual.columns}, {own.name: own for own in wanted.columns}
    parts = [f"DROP COLUMN {quoted(name)}" for name, own in before.items() if name not in after or _is_remade(own, after[name])]
    for own in sorted(wanted.columns, key=lambda column: column.is_generated):
        if own.name not in before or _is_remade(before[own.name], own):
            parts.append(f"ADD COLUMN {column(own)}")
        elif own != before[own.name]:
            parts.append(f"MODIFY {column(own)}")
    if wanted.remarks != actual.remarks:
        parts.append(f"COMMENT={_string(wanted.remarks or '')}")
    statement = f"ALTER TABLE {quoted(wanted.name.name)} {', '.join(parts)}"
    return f"SET STATEMENT system_versioning_alter_history = KEEP FOR {statement}" if parts else None


def _is_remade(before: Column, after: Column) -> bool:
    return after.is_generated and (is_virtual(before) or is_virtual(after)) and before != after


def _converted(name: str, wanted: Table, actual: Table) -> Iterator[str]:
    """Columns follow their table's collation, except that texts may be widened and that some have their own: these are told again."""
    collation = wanted.options.get("COLLATE")
    charset = collation.partition("_")[0] if collation else "DEFAULT"
    yield f"{name} CONVERT TO CHARACTER SET {charset}{f' COLLATE {collation}' if collation else ''}"
    before = {own.name: own for own in actual.columns}
    for own in wanted.columns:
        base = re.split(r"[\s(]", own.type or "", maxsplit=1)[0].lower()
        if base in _WIDENED and before.get(own.name) == own:
            yield f"{name} MODIFY {column(own)}"


def redefine(wanted: Column, actual: Column, table: str) -> Iterator[str]:
    """What makes an existing column so. A server computes a column when it is read or when it is written, and cannot alter which."""
    name = f"ALTER TABLE {quoted(table)}"
    if is_virtual(wanted) == is_virtual(actual) and (actual.is_generated or not wanted.is_generated):
        yield f"{name} MODIFY {column(wanted)}"
    elif wanted.is_generated:
        yield f"{name} DROP COLUMN {quoted(wanted.name)}"
        yield f"{name} ADD {column(wanted)}"
    else:  # its values are kept
        interim = f"{wanted.name}_temporary"
        yield f"{name} CHANGE {quoted(wanted.name)} {column(_named(actual, interim))}"
        yield f"{name} ADD {column(wanted)}"
        yield f"UPDATE {quoted(table)} SET {quoted(wanted.name)} = {quoted(interim)}"  # noqa: S608 - names are quoted
        yield f"{name} DROP COLUMN {quoted(interim)}"


def _named(own: Column, name: str) -> Column:
    return msgspec.structs.replace(own, name=name)


def _string(text: str) -> str:
    return values.string(text.replace("\\", "\\\\"))
