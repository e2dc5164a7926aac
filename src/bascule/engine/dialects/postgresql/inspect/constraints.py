"""Keys, checks and exclusions of tables, less those that a partition or heir has from its parent."""

from typing import Any, NamedTuple

from bascule.engine.schema import Check, Exclusion, ForeignKey, Name, PrimaryKey, References, Unique

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


class Constraints(NamedTuple):
    primary_key: PrimaryKey | None = None
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()


NONE = Constraints()


class _Row(NamedTuple):
    kind: str
    name: str
    columns: list[str]
    quoted: str
    """The columns as SQL."""
    far_columns: list[str]
    far_quoted: str
    far_schema: str | None
    far_table: str | None
    far: str | None
    """The table it refers to as SQL."""
    on_update: str
    on_delete: str
    definition: str
    deferrable: bool
    deferred: bool


def read(rows: list[tuple[Any, ...]]) -> Constraints:
    own = [_Row(*row) for row in rows]
    return Constraints(
        primary_key=next((_primary_key(row) for row in own if row.kind == "p"), None),
        uniques=tuple(_unique(row) for row in own if row.kind == "u"),
        foreign_keys=tuple(_foreign_key(row) for row in own if row.kind == "f"),
        checks=tuple(Check(name=row.name, expression=row.definition.removeprefix("CHECK ")) for row in own if row.kind == "c"),
        exclusions=tuple(Exclusion(name=row.name, definition=row.definition) for row in own if row.kind == "x"),
    )


def _primary_key(row: _Row) -> PrimaryKey:
    plain = row.definition == f"PRIMARY KEY ({row.quoted})"
    return PrimaryKey(columns=tuple(row.columns), name=row.name, definition=None if plain else row.definition)


def _unique(row: _Row) -> Unique:
    plain = row.definition == f"UNIQUE ({row.quoted}){_deferral(row)}"
    return Unique(
        columns=tuple(row.columns),
        name=row.name,
        deferrable=row.deferrable or None,
        initially_deferred=row.deferred or None,
        definition=None if plain else row.definition,
    )


def _foreign_key(row: _Row) -> ForeignKey:
    actions = "".join(
        f" ON {word} {_ACTIONS[action]}" for word, action in (("UPDATE", row.on_update), ("DELETE", row.on_delete)) if action != "a"
    )
    plain = row.definition == f"FOREIGN KEY ({row.quoted}) REFERENCES {row.far}({row.far_quoted}){actions}{_deferral(row)}"
    return ForeignKey(
        columns=tuple(row.columns),
        references=References(table=Name(row.far_table or "", row.far_schema), columns=tuple(row.far_columns)),
        name=row.name,
        on_update=_ACTIONS.get(row.on_update),
        on_delete=_ACTIONS.get(row.on_delete),
        deferrable=row.deferrable or None,
        initially_deferred=row.deferred or None,
        definition=None if plain else row.definition,
    )


def _deferral(row: _Row) -> str:
    return f"{' DEFERRABLE' if row.deferrable else ''}{' INITIALLY DEFERRED' if row.deferred else ''}"


QUERY = """
    SELECT c.relname, k.contype::text, k.conname, own.names, own.quoted, far.names, far.quoted, fn.nspname, f.relname,
           nullif(k.confrelid, 0)::regclass::text, k.confupdtype::text, k.confdeltype::text, pg_get_constraintdef(k.oid),
           k.condeferrable, k.condeferred
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(a.attname::text ORDER BY u.i), '{}') AS names,
               coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY u.i), '') AS quoted
        FROM unnest(k.conkey) WITH ORDINALITY u(n, i) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n) own
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(a.attname::text ORDER BY u.i), '{}') AS names,
               coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY u.i), '') AS quoted
        FROM unnest(k.confkey) WITH ORDINALITY u(n, i) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n) far
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND c.relname = ANY(%s)
      AND k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND (k.contype <> 'c' OR k.conislocal)
    ORDER BY c.relname, k.conname
"""
