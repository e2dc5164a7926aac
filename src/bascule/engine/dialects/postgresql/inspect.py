"""What a PostgreSQL server says of itself: by its catalog."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from bascule.engine.dialects.live import LiveConnection, ServerFacts
from bascule.engine.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    Name,
    PrimaryKey,
    References,
    Remainder,
    Schema,
    Sequence,
    Table,
    Unique,
    Value,
    View,
)

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


def facts(connection: LiveConnection) -> ServerFacts:
    sql = "SELECT current_schema(), current_database(), current_user, current_setting('server_version')"
    ((schema, catalog, user, version),) = connection.query(sql)
    return ServerFacts(
        product=f"PostgreSQL {version}",
        version=connection.server_version,
        user=user,
        default_schema=schema or "public",
        default_catalog=catalog,
    )


def use_schema(connection: LiveConnection, schema: str) -> None:
    quoted = '"' + schema.replace('"', '""') + '"'
    connection.query("SELECT set_config('search_path', %s, false)", (f'{quoted}, "$user", public',))


def columns_of(connection: LiveConnection, table: Name) -> dict[str, str]:
    sql = """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = %s AND n.nspname = coalesce(%s, current_schema()) AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    """
    return dict(connection.query(sql, (table.name, table.schema)))


def shape(connection: LiveConnection, schema: str | None, tables: Collection[str] | None = None) -> Schema:
    relations = connection.query(_RELATIONS, (schema,))
    wanted = None if tables is None else {name.lower() for name in tables}
    names = [name for name, kind, *_ in relations if kind in "rp" and (wanted is None or name.lower() in wanted)]
    columns = _by_table(connection.query(_COLUMNS, (schema, names)))
    constraints = _by_table(connection.query(_CONSTRAINTS, (schema, names)))
    indexes = _by_table(connection.query(_INDEXES, (schema, names)))
    remarks = {name: text for name, _, _, text in relations}
    return Schema(
        tables={
            name: _table(Name(name, schema), columns.get(name, []), constraints.get(name, []), indexes.get(name, []), remarks[name])
            for name in names
        },
        views={
            name: View(name=Name(name, schema), query=(definition or "").strip(), remarks=text, materialised=kind == "m")
            for name, kind, definition, text in relations
            if kind in "vm"
        },
        sequences={row[0]: _sequence(schema, row) for row in connection.query(_SEQUENCES, (schema,))},
        remainders=tuple(sorted(_remainders(connection, schema))) if tables is None else (),
    )


def _by_table(rows: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    grouped: dict[str, list[tuple[Any, ...]]] = {}
    for table, *rest in rows:
        grouped.setdefault(table, []).append(tuple(rest))
    return grouped


def _sequence(schema: str | None, row: tuple[Any, ...]) -> Sequence:
    """Bounds that a sequence has anyway are not told."""
    name, kind, start, increment, minimum, maximum, cache, cycle, table, column = row
    top = {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(kind, 2**63 - 1)
    usual = (1, top) if increment > 0 else (-top - 1, -1)
    return Sequence(
        name=Name(name, schema),
        start=start,
        increment=increment,
        minimum=minimum if minimum != usual[0] else None,
        maximum=maximum if maximum != usual[1] else None,
        cache=cache,
        cycle=cycle or None,
        type=kind,
        owned_by=(table, column) if table else None,
    )


def _remainders(connection: LiveConnection, schema: str | None) -> Iterator[Remainder]:
    for kind, name in connection.query(_REMAINDERS, (schema,)):
        yield Remainder(kind=kind, name=name)


def _table(
    name: Name, columns: list[tuple[Any, ...]], constraints: list[tuple[Any, ...]], indexes: list[tuple[Any, ...]], remarks: str | None
) -> Table:
    keys = [PrimaryKey(columns=tuple(own), name=label) for kind, label, own, *_ in constraints if kind == "p"]
    backing = {label for kind, label, *_ in constraints if kind in "pux"}
    return Table(
        name=name,
        columns=tuple(_column(*row) for row in columns),
        primary_key=keys[0] if keys else None,
        uniques=tuple(
            Unique(columns=tuple(own), name=label, deferrable=deferrable or None, initially_deferred=deferred or None)
            for kind, label, own, *_, deferrable, deferred in constraints
            if kind == "u"
        ),
        foreign_keys=tuple(
            ForeignKey(
                columns=tuple(own),
                references=References(table=Name(target, target_schema), columns=tuple(other)),
                name=label,
                on_update=_ACTIONS.get(on_update),
                on_delete=_ACTIONS.get(on_delete),
                deferrable=deferrable or None,
                initially_deferred=deferred or None,
            )
            for kind, label, own, other, target_schema, target, on_update, on_delete, _, deferrable, deferred in constraints
            if kind == "f"
        ),
        indexes=tuple(_index(name, *row, of_constraint=row[0] in backing) for row in indexes),
        checks=tuple(
            Check(name=label, expression=definition.removeprefix("CHECK "))
            for kind, label, *_, definition, _, _ in constraints
            if kind == "c"
        ),
        remarks=remarks,
    )


def _column(
    name: str, kind: str, required: bool, default: str | None, identity: str, start: int | None, step: int | None, remarks: str | None
) -> Column:
    counts = identity != ""
    return Column(
        name=name,
        type=_word(kind),
        nullable=False if required else None,
        default=None if default is None else Value("computed", default),
        auto_increment=counts,
        generation_type={"a": "ALWAYS", "d": "BY DEFAULT"}.get(identity),
        start_with=start if counts and start != 1 else None,
        increment_by=step if counts and step != 1 else None,
        remarks=remarks,
    )


def _word(kind: str) -> str:
    """The type as an author would write it. Between quotes `money` is PostgreSQL's own: the plain word means a currency of any database."""
    return '"money"' if kind == "money" else kind.replace("character varying", "varchar")


def _index(table: Name, label: str, unique: bool, columns: list[str], definition: str, *, of_constraint: bool) -> Index:
    """Its columns, where it is a plain one; else as the server words each, and the statement beside them."""
    plain = _PLAIN_INDEX.fullmatch(definition)
    if plain is None:
        own = tuple(Column(name=column) for column in columns)
        unqualified = _INDEXED_SCHEMA.sub(" ON ", definition, count=1)
        return Index(name=label, table=table, columns=own, unique=unique, of_constraint=of_constraint, definition=unqualified)
    own = tuple(Column(name=_unquoted(part[1]), descending=True if part[2] else None) for part in _PLAIN_PART.finditer(plain[1]))
    return Index(name=label, table=table, columns=own, unique=unique, of_constraint=of_constraint)


def _unquoted(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


_WORD = r"""(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)"""
_PLAIN_INDEX = re.compile(
    rf"CREATE (?:UNIQUE )?INDEX {_WORD} ON (?:{_WORD}\.)?{_WORD} USING btree \(({_WORD}(?: DESC)?(?:, {_WORD}(?: DESC)?)*)\)"
)
_PLAIN_PART = re.compile(rf"({_WORD})( DESC)?(?:, |$)")
_INDEXED_SCHEMA = re.compile(rf" ON (?:ONLY )?{_WORD}\.(?={_WORD} USING)")

_RELATIONS = """
    SELECT c.relname, c.relkind, CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, obj_description(c.oid, 'pg_class')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = coalesce(%s, current_schema()) AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY c.relname
"""
_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, a.attidentity::text, s.seqstart, s.seqincrement,
           col_description(c.oid, a.attnum)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_depend o ON a.attidentity <> '' AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype = 'i'
              AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
    LEFT JOIN pg_sequence s ON s.seqrelid = o.objid
    WHERE n.nspname = coalesce(%s, current_schema()) AND c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
_CONSTRAINTS = """
    SELECT c.relname, k.contype::text, k.conname,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, i) JOIN pg_attribute a
                 ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i),
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, i) JOIN pg_attribute a
                 ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i),
           fn.nspname, f.relname, k.confupdtype::text, k.confdeltype::text, pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE n.nspname = coalesce(%s, current_schema()) AND c.relname = ANY(%s) ORDER BY c.relname, k.conname
"""
_INDEXES = """
    SELECT t.relname, i.relname, x.indisunique,
           ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts) k), pg_get_indexdef(x.indexrelid)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = coalesce(%s, current_schema()) AND t.relname = ANY(%s)
    ORDER BY t.relname, i.relname
"""
_SEQUENCES = """
    SELECT c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
           t.relname, a.attname
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend o ON o.objid = c.oid AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
              AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
    LEFT JOIN pg_class t ON t.oid = o.refobjid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.refobjsubid
    WHERE n.nspname = coalesce(%s, current_schema()) AND coalesce(o.deptype, 'n') <> 'i' ORDER BY c.relname
"""
_REMAINDERS = """
    WITH n AS (SELECT oid FROM pg_namespace WHERE nspname = coalesce(%s, current_schema())),
         own AS (SELECT c.* FROM pg_class c JOIN n ON n.oid = c.relnamespace)
    SELECT 'trigger', own.relname || '.' || t.tgname FROM pg_trigger t JOIN own ON own.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.oid::regprocedure::text
      FROM pg_proc p JOIN n ON n.oid = p.pronamespace
      WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
    UNION ALL SELECT CASE t.typtype WHEN 'e' THEN 'enum type' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'type' END, t.typname
      FROM pg_type t JOIN n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
        AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
    UNION ALL SELECT 'policy', own.relname || '.' || p.polname FROM pg_policy p JOIN own ON own.oid = p.polrelid
    UNION ALL SELECT 'rule', own.relname || '.' || r.rulename
      FROM pg_rewrite r JOIN own ON own.oid = r.ev_class WHERE r.rulename <> '_RETURN'
    UNION ALL SELECT 'partitioning', relname FROM own WHERE relkind = 'p'
    UNION ALL SELECT 'place as partition', relname FROM own WHERE relispartition AND relkind IN ('r', 'p')
    UNION ALL SELECT 'inheritance', own.relname FROM pg_inherits h JOIN own ON own.oid = h.inhrelid
      WHERE NOT own.relispartition AND own.relkind = 'r'
    UNION ALL SELECT 'foreign table', relname FROM own WHERE relkind = 'f'
    UNION ALL SELECT 'unlogged storage', relname FROM own WHERE relpersistence = 'u' AND relkind IN ('r', 'p')
    UNION ALL SELECT CASE k.contype WHEN 'x' THEN 'exclusion constraint' ELSE 'constraint' END, own.relname || '.' || k.conname
      FROM pg_constraint k JOIN own ON own.oid = k.conrelid
      WHERE k.contype NOT IN ('p', 'u', 'f', 'c', 'n', 't') OR (NOT k.convalidated AND k.contype <> 'n')
    UNION ALL SELECT 'index of a materialized view', own.relname || '.' || i.relname
      FROM pg_index x JOIN own ON own.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid WHERE own.relkind = 'm'
    UNION ALL SELECT CASE WHEN a.attgenerated <> '' THEN 'generation of a column' ELSE 'collation of a column' END,
             own.relname || '.' || a.attname
      FROM pg_attribute a JOIN own ON own.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
      WHERE own.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        AND (a.attgenerated <> '' OR (a.attcollation <> 0 AND a.attcollation <> t.typcollation))
"""
