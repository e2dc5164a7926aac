"""What lies in a schema and has no words here: told by kind and name."""

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.postgresql.inspect.rights import OWNED
from bascule.engine.schema import Remainder


def remainders(connection: LiveConnection, schema: str) -> tuple[Remainder, ...]:
    return tuple(sorted(Remainder(kind=kind, name=name) for kind, name in connection.query(_QUERY, (schema,))))


_QUERY = f"""
    WITH {OWNED},
    others AS (
        SELECT c.* FROM pg_class c JOIN n ON n.oid = c.relnamespace
        WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    ),
    columns AS (
        SELECT others.relname || '.' || a.attname AS name, others.relkind, a.*, t.typstorage
        FROM others JOIN pg_attribute a ON a.attrelid = others.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
    ),
    objects(class, kind, oid, name, space) AS (
        SELECT 'pg_type'::regclass, CASE WHEN t.typisdefined THEN 'base type' ELSE 'shell type' END, t.oid, t.typname::text, t.typnamespace
          FROM pg_type t WHERE t.typtype IN ('b', 'p') AND NOT (t.typelem <> 0 AND t.typcategory = 'A')
        UNION ALL SELECT 'pg_operator'::regclass, 'operator', oid, oid::regoperator::text, oprnamespace FROM pg_operator
        UNION ALL SELECT 'pg_opclass'::regclass, 'operator class', oid, opcname, opcnamespace FROM pg_opclass
        UNION ALL SELECT 'pg_opfamily'::regclass, 'operator family', oid, opfname, opfnamespace FROM pg_opfamily
        UNION ALL SELECT 'pg_conversion'::regclass, 'conversion', oid, conname, connamespace FROM pg_conversion
        UNION ALL SELECT 'pg_collation'::regclass, 'collation', oid, collname, collnamespace FROM pg_collation
        UNION ALL SELECT 'pg_ts_config'::regclass, 'text search configuration', oid, cfgname, cfgnamespace FROM pg_ts_config
        UNION ALL SELECT 'pg_ts_dict'::regclass, 'text search dictionary', oid, dictname, dictnamespace FROM pg_ts_dict
        UNION ALL SELECT 'pg_ts_parser'::regclass, 'text search parser', oid, prsname, prsnamespace FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template'::regclass, 'text search template', oid, tmplname, tmplnamespace FROM pg_ts_template
        UNION ALL SELECT 'pg_statistic_ext'::regclass, 'statistics', oid, stxname, stxnamespace FROM pg_statistic_ext
        UNION ALL SELECT 'pg_cast'::regclass, 'cast', c.oid, c.castsource::regtype || ' as ' || c.casttarget::regtype, n.oid
          FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
          LEFT JOIN pg_proc f ON f.oid = c.castfunc
          JOIN n ON n.oid IN (s.typnamespace, t.typnamespace, f.pronamespace)
          WHERE NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i')
        UNION ALL SELECT 'pg_event_trigger'::regclass, 'event trigger', v.oid, v.evtname, p.pronamespace
          FROM pg_event_trigger v JOIN pg_proc p ON p.oid = v.evtfoid
    )
    SELECT o.kind, o.name FROM objects o JOIN n ON n.oid = o.space
      WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
    UNION ALL SELECT 'foreign table', relname FROM others WHERE relkind = 'f'
    UNION ALL SELECT 'rule', others.relname || '.' || r.rulename
      FROM pg_rewrite r JOIN others ON others.oid = r.ev_class WHERE r.rulename <> '_RETURN'
    UNION ALL SELECT 'switched-off rule of a view', others.relname FROM pg_rewrite r JOIN others ON others.oid = r.ev_class
      WHERE r.rulename = '_RETURN' AND r.ev_enabled <> 'O'
    UNION ALL SELECT 'row type', relname FROM others WHERE relkind IN ('r', 'p') AND reloftype <> 0
    UNION ALL SELECT 'replica identity', relname FROM others WHERE relkind IN ('r', 'p') AND relreplident <> 'd'
    UNION ALL SELECT 'options of values kept apart', others.relname FROM others JOIN pg_class t ON t.oid = others.reltoastrelid
      WHERE t.reloptions IS NOT NULL
    UNION ALL SELECT 'unlogged storage of a sequence', relname FROM others WHERE relkind = 'S' AND relpersistence = 'u'
    UNION ALL SELECT 'not-null constraint', others.relname || '.' || k.conname FROM pg_constraint k JOIN others ON others.oid = k.conrelid
      WHERE k.contype = 'n' AND (NOT k.convalidated OR k.connoinherit)
    UNION ALL SELECT 'constraint', others.relname || '.' || k.conname FROM pg_constraint k JOIN others ON others.oid = k.conrelid
      WHERE k.contype NOT IN ('p', 'u', 'f', 'c', 'x', 'n', 't')
    UNION ALL SELECT CASE WHEN x.indisvalid THEN 'clustering by an index' ELSE 'invalid index' END, others.relname || '.' || i.relname
      FROM pg_index x JOIN others ON others.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
      WHERE x.indisclustered OR NOT x.indisvalid
    UNION ALL SELECT 'tablespace of an index', relname FROM others WHERE relkind IN ('i', 'I') AND reltablespace <> 0
    UNION ALL SELECT 'storage of a key''s index', others.relname FROM others JOIN pg_constraint k ON k.conindid = others.oid
      WHERE others.relkind IN ('i', 'I') AND others.reloptions IS NOT NULL AND k.contype IN ('p', 'u', 'x')
    UNION ALL SELECT 'index of a partition apart from its table''s', others.relname FROM others
      JOIN pg_index x ON x.indexrelid = others.oid WHERE others.relispartition AND others.reloptions IS NOT NULL
    UNION ALL SELECT 'default of a view''s column', name FROM columns WHERE relkind = 'v' AND atthasdef
    UNION ALL SELECT 'storage of a column', name FROM columns
      WHERE relkind IN ('r', 'p', 'm') AND (attstorage <> typstorage OR attcompression <> '')
    UNION ALL SELECT 'statistics of a column', name FROM columns
      WHERE relkind IN ('r', 'p', 'm', 'i', 'I') AND (attstattarget >= 0 AND attstattarget IS NOT NULL OR attoptions IS NOT NULL)
      AND NOT (relkind IN ('i', 'I') AND attstattarget = 0 AND attoptions IS NULL)
    UNION ALL SELECT 'sequence of a counting column', columns.name FROM columns
      JOIN pg_depend o ON o.refobjid = columns.attrelid AND o.refobjsubid = columns.attnum AND o.deptype = 'i'
        AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
      JOIN pg_sequence s ON s.seqrelid = o.objid JOIN pg_class c ON c.oid = s.seqrelid
      WHERE columns.attidentity <> '' AND (s.seqcache <> 1 OR s.seqcycle
        OR s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 ELSE CASE s.seqtypid WHEN 'smallint'::regtype THEN -32768
             WHEN 'integer'::regtype THEN -2147483648 ELSE -9223372036854775808 END END
        OR s.seqmax <> CASE WHEN s.seqincrement < 0 THEN -1 ELSE CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767
             WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END END)
    UNION ALL SELECT 'default privileges', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
        WHEN 'T' THEN 'types' ELSE d.defaclobjtype::text END || ' of ' || pg_get_userbyid(d.defaclrole)
      FROM pg_default_acl d JOIN n ON n.oid = d.defaclnamespace
    UNION ALL SELECT 'right taken from its owner', own.name || coalesce('.' || own.part_name, '') || ': ' || u.privilege_type
      FROM own CROSS JOIN LATERAL (SELECT grantee, privilege_type FROM aclexplode(own.usual)
        EXCEPT SELECT grantee, privilege_type FROM aclexplode(own.acl)) u WHERE u.grantee = own.owner
    UNION ALL SELECT 'publication', p.pubname || ' of ' || others.relname
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN others ON others.oid = r.prrelid
    UNION ALL SELECT 'security label', others.relname FROM pg_seclabel l JOIN others ON others.oid = l.objoid
      WHERE l.classoid = 'pg_class'::regclass
"""  # noqa: S608 - our own words
