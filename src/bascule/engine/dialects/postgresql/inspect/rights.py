"""Who may do what: beyond what the owner may and what a new object lets everyone do."""

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.schema import Grant


def grants(connection: LiveConnection, schema: str) -> tuple[Grant, ...]:
    """Rights on several columns of a table are one each."""
    return tuple(
        sorted(
            Grant(
                object_kind=kind,
                object_name=name,
                columns=(column,) if column else (),
                grantee=grantee,
                privilege=privilege,
                grantable=grantable,
                revoked=revoked,
            )
            for kind, name, column, grantee, privilege, grantable, revoked in connection.query(QUERY, (schema,))
        )
    )


OWNED = """
    n AS (SELECT oid, nspname, nspacl, nspowner FROM pg_namespace WHERE nspname = %s),
    owned AS (
        SELECT 'pg_class'::regclass AS class, c.oid, 0 AS part, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
               c.relname::text AS name, NULL::text AS part_name, c.relacl AS acl, c.relowner AS owner,
               acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS usual
          FROM pg_class c JOIN n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT 'pg_class'::regclass, c.oid, a.attnum, 'TABLE', c.relname, a.attname, a.attacl, c.relowner, acldefault('c', c.relowner)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN n ON n.oid = c.relnamespace
          WHERE a.attacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT a.attisdropped
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid, 0, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
               p.proname || '(' || (SELECT coalesce(string_agg(format_type(u.type, NULL), ', ' ORDER BY u.i), '')
                                    FROM unnest(p.proargtypes) WITH ORDINALITY u(type, i)) || ')',
               NULL, p.proacl, p.proowner, acldefault('f', p.proowner)
          FROM pg_proc p JOIN n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL
        UNION ALL
        SELECT 'pg_type'::regclass, t.oid, 0, CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.typname, NULL, t.typacl, t.typowner,
               acldefault('T', t.typowner)
          FROM pg_type t JOIN n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL
        UNION ALL
        SELECT 'pg_namespace'::regclass, n.oid, 0, 'SCHEMA', '', NULL, n.nspacl, n.nspowner,
               coalesce((SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid),
                        acldefault('n', n.nspowner))
          FROM n WHERE n.nspacl IS NOT NULL
    ),
    own AS (
        SELECT * FROM owned o
        WHERE NOT EXISTS (SELECT FROM pg_depend e
            WHERE e.classid = o.class AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype IN ('e', 'i'))
    )
"""
"""What has rights of its own in a schema, with those that it would have anyway."""
QUERY = f"""
    WITH {OWNED}
    SELECT own.kind, own.name, own.part_name, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END,
           x.privilege_type, x.is_grantable, x.revoked
    FROM own CROSS JOIN LATERAL (
        (SELECT grantee, privilege_type, is_grantable, false AS revoked FROM aclexplode(own.acl)
         EXCEPT SELECT grantee, privilege_type, is_grantable, false FROM aclexplode(own.usual))
        UNION ALL
        (SELECT grantee, privilege_type, is_grantable, true FROM aclexplode(own.usual)
         EXCEPT SELECT grantee, privilege_type, is_grantable, true FROM aclexplode(own.acl))
    ) x
    WHERE x.grantee <> own.owner
"""  # noqa: S608 - our own words
