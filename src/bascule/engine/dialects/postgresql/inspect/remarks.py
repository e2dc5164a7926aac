"""Remarks on what has no place of its own for them."""

from bascule.engine.dialects.live import LiveConnection


def remarks(connection: LiveConnection, schema: str) -> dict[str, str]:
    """By what COMMENT ON names; the schema itself is `SCHEMA`."""
    return dict(connection.query(_QUERY, (schema,)))


_QUERY = """
    WITH n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = %s),
         c AS (SELECT c.oid, c.relname, c.relkind FROM pg_class c JOIN n ON n.oid = c.relnamespace)
    SELECT o.name, d.description FROM (
        SELECT 'pg_class'::regclass AS class, c.oid, 0 AS part, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'INDEX ' END
               || quote_ident(c.relname) AS name FROM c WHERE c.relkind IN ('S', 'i', 'I')
        UNION ALL SELECT 'pg_class'::regclass, c.oid, a.attnum, 'COLUMN ' || quote_ident(c.relname) || '.' || quote_ident(a.attname)
          FROM c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('v', 'm', 'c')
        UNION ALL SELECT 'pg_constraint'::regclass, k.oid, 0, 'CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || quote_ident(c.relname)
          FROM c JOIN pg_constraint k ON k.conrelid = c.oid WHERE c.relkind <> 'f'
        UNION ALL SELECT 'pg_constraint'::regclass, k.oid, 0,
                         'CONSTRAINT ' || quote_ident(k.conname) || ' ON DOMAIN ' || quote_ident(t.typname)
          FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN n ON n.oid = t.typnamespace
        UNION ALL SELECT 'pg_policy'::regclass, p.oid, 0, 'POLICY ' || quote_ident(p.polname) || ' ON ' || quote_ident(c.relname)
          FROM c JOIN pg_policy p ON p.polrelid = c.oid
        UNION ALL SELECT 'pg_namespace'::regclass, n.oid, 0, 'SCHEMA' FROM n
    ) o
    JOIN pg_description d ON d.objoid = o.oid AND d.classoid = o.class AND d.objsubid = o.part
    WHERE NOT (o.name = 'SCHEMA' AND d.description = 'standard public schema')
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
    ORDER BY o.name
"""
