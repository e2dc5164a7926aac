"""A table from the rows that speak of it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from bascule.engine.dialects.mariadb import words
from bascule.engine.dialects.mariadb.definitions import unqualified
from bascule.engine.dialects.mariadb.rows import CheckRow, ColumnRow, IndexRow, KeyRow, Rows, RuleRow, TableRow
from bascule.engine.dialects.mariadb.server import Server, collation_name
from bascule.engine.dialects.mariadb.show_create import Shown
from bascule.engine.dialects.mysql.whole import quoted
from bascule.engine.dialects.values import string
from bascule.engine.schema import Check, Column, ForeignKey, Index, Name, PrimaryKey, References, Table, Unique

_OPTION = re.compile(r"`?(\w+)`?=('(?:[^']|'')*'|\"[^\"]*\"|\S+)")
_USUAL_METHODS = {"memory": "HASH"}
"""The engines whose indexes are no B-trees unless told."""


class Parts(NamedTuple):
    """The rows of one table."""

    columns: Sequence[ColumnRow]
    indexes: Sequence[IndexRow]
    keys: Sequence[KeyRow]
    rules: Sequence[RuleRow]
    checks: Sequence[CheckRow]


def parts_of(name: str, rows: Rows) -> Parts:
    return Parts(
        rows.columns.get(name, ()), rows.indexes.get(name, ()), rows.keys.get(name, ()), rows.rules.get(name, ()), rows.checks.get(name, ())
    )


def table(row: TableRow, parts: Parts, shown: Shown, schema: str | None, server: Server) -> Table:
    """`shown` is what only SHOW CREATE TABLE tells; `schema` the name that its tables carry."""
    name = Name(row.name, schema)
    collation = collation_name(row.collation) if row.collation else None
    of_columns = {c.label: _holds(c, server) for c in parts.checks if c.level == "Column"}
    by_label: dict[str, list[IndexRow]] = {}
    for entry in parts.indexes:
        by_label.setdefault(entry.label, []).append(entry)
    indexes = tuple(index(name, rows, row.engine or "", shown, server) for label, rows in by_label.items() if label != "PRIMARY")
    primary = tuple(entry.column or "" for entry in by_label.get("PRIMARY", ()))
    return Table(
        name=name,
        columns=tuple(_own(words.column(c, server, collation, of_columns.get(c.name)), server) for c in parts.columns),
        primary_key=PrimaryKey(columns=primary, name="PRIMARY") if primary else None,
        uniques=tuple(Unique(columns=tuple(c.name for c in i.columns), name=i.name) for i in indexes if i.of_constraint),
        foreign_keys=tuple(_foreign_keys(parts.keys, parts.rules)),
        indexes=indexes,
        checks=tuple(
            Check(name=c.label, expression=_holds(c, server))
            for c in parts.checks
            if c.level != "Column" and f"PERIOD FOR {quoted(c.label)}" not in shown.options
        ),
        remarks=row.remarks or None,
        partition_by=shown.partition_by,
        options=options(row, server) | shown.options,
    )


def options(row: TableRow, server: Server) -> dict[str, str]:
    """What the table is told beside its columns, where not as usual: InnoDB, the schema's collation, no more."""
    found: dict[str, str] = {}
    if row.engine and (row.engine, server.engine) != ("InnoDB", "InnoDB"):
        found["ENGINE"] = row.engine
    if row.collation and collation_name(row.collation) != server.collation:
        found["COLLATE"] = collation_name(row.collation)
    found |= {key.upper(): value for key, value in _OPTION.findall(row.options or "")}
    if row.kind == "SYSTEM VERSIONED":
        found["SYSTEM VERSIONING"] = ""
    return found


def index(table: Name, rows: Sequence[IndexRow], engine: str, shown: Shown, server: Server) -> Index:
    """A unique one is a unique constraint, where it is on whole columns in their order and nothing else is said of it."""
    first = rows[0]
    unique = not first.non_unique
    special = first.method in ("FULLTEXT", "SPATIAL")  # their lengths are the server's business
    columns = tuple(
        Column(name=row.column or f"({words.unescaped(row.expression or '')})", descending=True if row.collation == "D" else None)
        for row in rows
    )
    line = shown.keys.get(first.label)
    if line is not None:
        definition: str | None = f"ALTER TABLE {quoted(table.name)} ADD {line}"
        return Index(name=first.label, table=table, columns=columns, unique=unique, definition=definition)
    told = list(_told_of(first, engine, server))
    parts = [_part(row, whole=special) for row in rows]
    kind = "UNIQUE " if unique else f"{first.method} " if special else ""
    definition = f"CREATE {kind}INDEX {quoted(first.label)} ON {quoted(table.name)} ({', '.join(parts)})"
    plain = not told and not special and not any(row.length or row.column is None for row in rows)
    return Index(
        name=first.label,
        table=table,
        columns=columns,
        unique=unique,
        of_constraint=unique and plain and not any(column.descending for column in columns),
        definition=None if plain else " ".join([definition, *told]),
    )


def _part(row: IndexRow, *, whole: bool) -> str:
    if row.column is None:
        text = f"({words.unescaped(row.expression or '')})"
    else:
        text = f"{quoted(row.column)}({row.length})" if row.length and not whole else quoted(row.column)
    return f"{text} DESC" if row.collation == "D" else text


def _told_of(row: IndexRow, engine: str, server: Server) -> Iterator[str]:
    usual = _USUAL_METHODS.get(engine.lower())
    if usual is not None and row.method != usual and row.method in ("BTREE", "HASH"):
        yield f"USING {row.method}"
    if row.remarks:
        yield f"COMMENT {string(row.remarks)}"
    if row.hidden == "YES":
        yield "IGNORED" if server.is_mariadb else "INVISIBLE"


def _foreign_keys(keys: Sequence[KeyRow], rules: Sequence[RuleRow]) -> Iterator[ForeignKey]:
    by_label: dict[str, list[KeyRow]] = {}
    for row in keys:
        by_label.setdefault(row.label, []).append(row)
    rule_of = {rule.label: rule for rule in rules}
    for label, rows in by_label.items():
        rule = rule_of.get(label)
        yield ForeignKey(
            columns=tuple(row.column for row in rows),
            references=References(table=Name(rows[0].far_table, rows[0].far_schema), columns=tuple(row.far_column for row in rows)),
            name=label,
            on_update=rule.on_update if rule else None,
            on_delete=rule.on_delete if rule else None,
        )


def _holds(check: CheckRow, server: Server) -> str:
    clause = check.clause if server.is_mariadb else words.unescaped(check.clause)
    whole = clause if not server.is_mariadb and clause.startswith("(") and clause.endswith(")") else f"({clause})"
    return whole if check.enforced == "YES" else f"{whole} NOT ENFORCED"


def _own(column: Column, server: Server) -> Column:
    """A default that names a sequence does so with its schema."""
    if column.default is None or "." not in (column.default.text or ""):
        return column
    text = unqualified(column.default.text or "", server.schema)
    return msgspec.structs.replace(column, default=msgspec.structs.replace(column.default, text=text))
