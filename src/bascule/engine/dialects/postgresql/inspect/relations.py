"""Tables with all that is theirs, views and sequences."""

from collections.abc import Collection
from typing import Any, NamedTuple

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.postgresql.inspect import constraints, indexes
from bascule.engine.dialects.postgresql.types import as_written
from bascule.engine.schema import Column, Index, Name, RowPolicy, Sequence, Table, Value, View

Rows = list[tuple[Any, ...]]


class Found(NamedTuple):
    tables: dict[str, Table]
    views: dict[str, View]
    sequences: dict[str, Sequence]


def found(connection: LiveConnection, schema: str, tables: Collection[str] | None) -> Found:
    """What stands in the schema; of these tables only, where given."""
    rows = [Relation(*row) for row in connection.query(_RELATIONS, (schema,))]
    wanted = None if tables is None else {name.lower() for name in tables}
    own = {row.name: row for row in rows if row.kind in "rp" and (wanted is None or row.name.lower() in wanted)}
    views = [row for row in rows if row.kind in "vm"]
    parts = _Parts(connection, schema, [*own, *(view.name for view in views if tables is None and view.kind == "m")])
    return Found(
        tables={name: _table(schema, row, parts) for name, row in own.items()},
        views={row.name: _view(schema, row, parts.indexes.get(row.name, ())) for row in views},
        sequences={row[0]: _sequence(schema, row) for row in connection.query(_SEQUENCES, (schema,))},
    )


class Relation(NamedTuple):
    """A row of the catalog's relations."""

    name: str
    kind: str
    remarks: str | None
    query: str | None
    options: list[str] | None
    persistence: str
    method: str | None
    tablespace: str | None
    parents: list[list[str]]
    partition_by: str | None
    bounds: str | None
    row_security: bool
    forced: bool


class _Parts:
    """What belongs to some relations, each by its relation's name."""

    def __init__(self, connection: LiveConnection, schema: str, names: list[str]) -> None:
        def by_table(sql: str) -> dict[str, Rows]:
            grouped: dict[str, Rows] = {}
            for table, *rest in connection.query(sql, (schema, names)) if names else ():
                grouped.setdefault(table, []).append(tuple(rest))
            return grouped

        self.columns = {table: tuple(_column(*row) for row in rows) for table, rows in by_table(_COLUMNS).items()}
        self.constraints = {table: constraints.read(rows) for table, rows in by_table(constraints.QUERY).items()}
        self.indexes = {table: indexes.read(Name(table, schema), rows) for table, rows in by_table(indexes.QUERY).items()}
        self.policies = {table: tuple(_policy(*row) for row in rows) for table, rows in by_table(_POLICIES).items()}


def _table(schema: str, row: Relation, parts: _Parts) -> Table:
    keys = parts.constraints.get(row.name, constraints.NONE)
    parents = tuple(Name(name, None if place == schema else place) for place, name in row.parents)
    return Table(
        name=Name(row.name, schema),
        columns=parts.columns.get(row.name, ()),
        primary_key=keys.primary_key,
        uniques=keys.uniques,
        foreign_keys=keys.foreign_keys,
        indexes=parts.indexes.get(row.name, ()),
        checks=keys.checks,
        exclusions=keys.exclusions,
        remarks=row.remarks,
        inherits=parents if row.bounds is None else (),
        partition_by=row.partition_by,
        partition_of=parents[0] if row.bounds is not None else None,
        bounds=row.bounds,
        options=_options(row),
        row_security="forced" if row.forced else "enabled" if row.row_security else None,
        policies=parts.policies.get(row.name, ()),
    )


def _options(row: Relation) -> dict[str, str]:
    told = {
        "persistence": "unlogged" if row.persistence == "u" else None,
        "using": row.method,
        "with": ", ".join(sorted(row.options or ())),
        "tablespace": row.tablespace,
    }
    return {word: value for word, value in told.items() if value}


def _view(schema: str, row: Relation, own: tuple[Index, ...]) -> View:
    """What is set for a view as a whole stands in its definition."""
    query = (row.query or "").strip()
    quoted = '"' + row.name.replace('"', '""') + '"'
    told = _options(row)
    using = f" USING {told['using']}" if "using" in told else ""
    options = f" WITH ({told['with']})" if "with" in told else ""
    space = f" TABLESPACE {told['tablespace']}" if "tablespace" in told else ""
    kind = "MATERIALIZED VIEW" if row.kind == "m" else "VIEW"
    return View(
        name=Name(row.name, schema),
        query=query,
        remarks=row.remarks,
        materialised=row.kind == "m",
        indexes=own,
        definition=f"CREATE {kind} {quoted}{using}{options}{space} AS {query}" if told else None,
    )


def _sequence(schema: str, row: tuple[Any, ...]) -> Sequence:
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


def _column(
    name: str,
    kind: str,
    required: bool,
    default: str | None,
    generated: str,
    collation: str | None,
    identity: str,
    start: int | None,
    step: int | None,
    remarks: str | None,
) -> Column:
    counts = identity != ""
    attributes = [
        f"COLLATE {collation}" if collation else "",
        f"GENERATED ALWAYS AS ({default}) {'STORED' if generated == 's' else 'VIRTUAL'}" if generated else "",
    ]
    return Column(
        name=name,
        type=as_written(kind),
        nullable=False if required else None,
        default=None if default is None or generated else Value("computed", default),
        auto_increment=counts,
        generation_type={"a": "ALWAYS", "d": "BY DEFAULT"}.get(identity),
        start_with=start if counts and start != 1 else None,
        increment_by=step if counts and step != 1 else None,
        remarks=remarks,
        attributes=" ".join(part for part in attributes if part) or None,
    )


def _policy(name: str, permissive: bool, command: str, roles: list[str], using: str | None, check: str | None) -> RowPolicy:
    commands = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
    return RowPolicy(
        name=name, command=commands.get(command, "ALL"), roles=tuple(sorted(roles)), using=using, check=check, permissive=permissive
    )


_RELATIONS = """
    SELECT c.relname, c.relkind::text, d.description, CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, c.reloptions,
           c.relpersistence::text, CASE WHEN m.amname <> 'heap' THEN m.amname END, s.spcname,
           ARRAY(SELECT ARRAY[hn.nspname::text, h.relname::text] FROM pg_inherits i JOIN pg_class h ON h.oid = i.inhparent
                 JOIN pg_namespace hn ON hn.oid = h.relnamespace WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),
           CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
           CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_class c
    LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
    LEFT JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND c.relkind IN ('r', 'p', 'v', 'm')
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    ORDER BY c.relname
"""
_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
           a.attgenerated::text, CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
           a.attidentity::text, s.seqstart, s.seqincrement, r.description
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_depend o ON a.attidentity <> '' AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype = 'i'
              AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
    LEFT JOIN pg_sequence s ON s.seqrelid = o.objid
    LEFT JOIN pg_description r ON r.objoid = c.oid AND r.classoid = 'pg_class'::regclass AND r.objsubid = a.attnum
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND c.relname = ANY(%s) AND c.relkind <> 'm'
      AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
_POLICIES = """
    SELECT c.relname, p.polname, p.polpermissive, p.polcmd::text,
           ARRAY(SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END FROM unnest(p.polroles) r),
           pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND c.relname = ANY(%s) ORDER BY c.relname, p.polname
"""
_SEQUENCES = """
    SELECT c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
           t.relname, a.attname
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    LEFT JOIN pg_depend o ON o.objid = c.oid AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
              AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
    LEFT JOIN pg_class t ON t.oid = o.refobjid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.refobjsubid
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND coalesce(o.deptype, 'n') <> 'i'
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    ORDER BY c.relname
"""
