"""Whether something is in PostgreSQL's catalog: one small question per kind of object."""

# ruff: noqa: S608 - the questions are constants; what is asked of goes as parameters

from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.live import Presence
from bascule.engine.sql.statement import Effect

_OF_CLASS = "SELECT bool_and(NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indexrelid = c.oid AND NOT i.indisvalid)) FROM pg_class c"
_OF_SCHEMA = "c.relnamespace = COALESCE(to_regnamespace(quote_ident(%s)), current_schema()::regnamespace)"
_RELATIONS = {"table": "{r,p,f}", "view": "{v,m}", "sequence": "{S}", "index": "{i,I}"}
_QUESTIONS = {
    "column": f"""
        SELECT true FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE {_OF_SCHEMA} AND lower(c.relname) = lower(%s) AND lower(a.attname) = lower(%s) AND NOT a.attisdropped
    """,
    "constraint": f"""
        SELECT true FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
        WHERE {_OF_SCHEMA} AND lower(c.relname) = lower(%s) AND lower(n.conname) = lower(%s)
    """,
    "primary key": f"""
        SELECT true FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
        WHERE {_OF_SCHEMA} AND lower(c.relname) = lower(%s) AND %s IS NOT NULL AND n.contype = 'p'
    """,
}  # fmt: skip
_ROUTINE = "SELECT true FROM pg_proc p WHERE p.pronamespace = COALESCE(to_regnamespace(quote_ident(%s)), current_schema()::regnamespace)"


def presence(connection: Connection, effect: Effect) -> Presence:
    """Names in any case: what a changelog writes without quotes the server folds. An index that is not valid is there in part."""
    if effect.kind in _RELATIONS:
        sql = f'{_OF_CLASS} WHERE {_OF_SCHEMA} AND lower(c.relname) = lower(%s) AND c.relkind = ANY (%s::"char"[])'
        ((valid,),) = connection.query(sql, (effect.schema, effect.name, _RELATIONS[effect.kind]))
        return "absent" if valid is None else "there" if valid else "in part"
    if effect.kind == "routine":
        return _found(connection, f"{_ROUTINE} AND lower(p.proname) = lower(%s)", effect.schema, effect.name)
    if effect.kind == "schema":
        return _found(connection, "SELECT true FROM pg_namespace WHERE lower(nspname) = lower(%s)", effect.name)
    if effect.kind in _QUESTIONS and effect.table is not None:
        return _found(connection, _QUESTIONS[effect.kind], effect.schema, effect.table, effect.name)
    return "unknown"


def _found(connection: Connection, sql: str, *words: str | None) -> Presence:
    return "there" if connection.query(sql, words) else "absent"
