"""Functions, procedures, aggregates and triggers."""

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.schema import Name, Routine, Trigger

_FIRING = {"D": "disabled", "R": "replica", "A": "always"}


def routines(connection: LiveConnection, schema: str) -> dict[str, Routine]:
    """By name and the types of what goes in."""
    found = {}
    for name, kind, arguments, definition, signature, remarks in connection.query(_ROUTINES, (schema,)):
        found[f"{name}({arguments})"] = Routine(
            name=Name(name, schema), kind=kind, arguments=arguments, definition=definition.strip(), signature=signature, remarks=remarks
        )
    return found


def triggers(connection: LiveConnection, schema: str) -> dict[str, Trigger]:
    """By table and name. Those of a partition that come from its table are not told again."""
    found = {}
    for table, name, definition, enabled, remarks in connection.query(_TRIGGERS, (schema,)):
        found[f"{table}.{name}"] = Trigger(
            name=Name(name, schema), table=Name(table, schema), definition=definition, enabled=_FIRING.get(enabled), remarks=remarks
        )
    return found


_ROUTINES = """
    SELECT p.proname, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, i.types,
           CASE WHEN p.prokind = 'a' THEN a.definition ELSE
             overlay(pg_get_functiondef(p.oid) PLACING quote_ident(p.proname) FROM o.length + 1
                     FOR length(quote_ident(n.nspname) || '.' || quote_ident(p.proname))) END,
           concat_ws(' ', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)), d.description
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(format_type(u.type, NULL), ', ' ORDER BY u.i), '') AS types
        FROM unnest(p.proargtypes) WITH ORDINALITY u(type, i)) i
    CROSS JOIN LATERAL (SELECT length('CREATE OR REPLACE ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END) AS length) o
    LEFT JOIN LATERAL (
        SELECT 'CREATE OR REPLACE AGGREGATE ' || quote_ident(p.proname)
               || '(' || coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || ') (' || concat_ws(', ',
                 'SFUNC = ' || g.aggtransfn::regproc, 'STYPE = ' || format_type(g.aggtranstype, NULL),
                 'SSPACE = ' || nullif(g.aggtransspace, 0),
                 'FINALFUNC = ' || nullif(g.aggfinalfn, 0)::regproc, CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                 'FINALFUNC_MODIFY = ' || CASE WHEN g.aggfinalfn <> 0 THEN
                    CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                 'COMBINEFUNC = ' || nullif(g.aggcombinefn, 0)::regproc, 'SERIALFUNC = ' || nullif(g.aggserialfn, 0)::regproc,
                 'DESERIALFUNC = ' || nullif(g.aggdeserialfn, 0)::regproc, 'INITCOND = ' || quote_literal(g.agginitval),
                 'MSFUNC = ' || nullif(g.aggmtransfn, 0)::regproc, 'MINVFUNC = ' || nullif(g.aggminvtransfn, 0)::regproc,
                 'MSTYPE = ' || CASE WHEN g.aggmtranstype <> 0 THEN format_type(g.aggmtranstype, NULL) END,
                 'MSSPACE = ' || nullif(g.aggmtransspace, 0), 'MFINALFUNC = ' || nullif(g.aggmfinalfn, 0)::regproc,
                 CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END, 'MINITCOND = ' || quote_literal(g.aggminitval),
                 'SORTOP = ' || CASE WHEN g.aggsortop <> 0 THEN
                    (SELECT 'OPERATOR(' || quote_ident(sn.nspname) || '.' || s.oprname || ')' FROM pg_operator s
                     JOIN pg_namespace sn ON sn.oid = s.oprnamespace WHERE s.oid = g.aggsortop) END,
                 CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                 CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END) || ')' AS definition
        FROM pg_aggregate g WHERE g.aggfnoid = p.oid) a ON p.prokind = 'a'
    LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
    WHERE n.nspname = %s
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
    ORDER BY p.proname, i.types
"""
_TRIGGERS = """
    SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled::text, d.description
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_trigger'::regclass
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND c.relkind <> 'f'
      AND NOT t.tgisinternal AND t.tgparentid = 0
    ORDER BY c.relname, t.tgname
"""
