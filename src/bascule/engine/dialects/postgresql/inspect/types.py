"""Types that users made, and the extensions that bring others."""

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.schema import Check, Column, Extension, Name, UserType


def user_types(connection: LiveConnection, schema: str) -> dict[str, UserType]:
    checks: dict[str, list[Check]] = {}
    for domain, name, definition in connection.query(_DOMAIN_CHECKS, (schema,)):
        checks.setdefault(domain, []).append(Check(name=name, expression=definition.removeprefix("CHECK ")))
    found = {}
    for name, kind, labels, names, types, base, required, default, definition, remarks in connection.query(_TYPES, (schema,)):
        found[name] = UserType(
            name=Name(name, schema),
            kind=kind,
            labels=tuple(labels),
            attributes=tuple(Column(name=label, type=type_) for label, type_ in zip(names, types, strict=True)),
            base=base,
            nullable=False if required else None,
            default=default,
            checks=tuple(checks.get(name, ())),
            definition=definition,
            remarks=remarks,
        )
    return found


def extensions(connection: LiveConnection, schema: str) -> dict[str, Extension]:
    """Those whose objects lie in the schema."""
    return {name: Extension(name=name, version=version) for name, version in connection.query(_EXTENSIONS, (schema,))}


_TYPES = """
    SELECT t.typname, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite' END,
           ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
           ARRAY(SELECT a.attname::text FROM pg_attribute a
                 WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
           ARRAY(SELECT format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> at.typcollation
                        THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
                 FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
                 WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
           CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typcollation <> b.typcollation
                THEN ' COLLATE ' || t.typcollation::regcollation ELSE '' END END,
           t.typnotnull, CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END,
           (SELECT concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
                   CASE WHEN NOT oc.opcdefault THEN 'subtype_opclass = ' || quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) END,
                   CASE WHEN r.rngcollation <> rt.typcollation THEN 'collation = ' || r.rngcollation::regcollation END,
                   'canonical = ' || nullif(r.rngcanonical, 0)::regproc, 'subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc,
                   'multirange_type_name = ' || quote_ident(mt.typname))
            FROM pg_range r JOIN pg_opclass oc ON oc.oid = r.rngsubopc JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
            JOIN pg_type rt ON rt.oid = r.rngsubtype JOIN pg_type mt ON mt.oid = r.rngmultitypid WHERE r.rngtypid = t.oid),
           d.description
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid LEFT JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
    WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
      AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
    ORDER BY t.typname
"""
_DOMAIN_CHECKS = """
    SELECT t.typname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid
    WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND k.contype = 'c' ORDER BY t.typname, k.conname
"""
_EXTENSIONS = """
    SELECT e.extname, e.extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE n.nspname = %s ORDER BY e.extname
"""
