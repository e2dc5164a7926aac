"""Whether something is in the catalog of MariaDB or MySQL: one small question per kind of object."""

from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.live import Presence
from bascule.engine.sql.statement import Effect

_SCHEMA = "TABLE_SCHEMA = COALESCE(%s, DATABASE())"
_QUESTIONS = {
    "table": f"TABLES WHERE {_SCHEMA} AND TABLE_NAME = %s AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')",
    "view": f"TABLES WHERE {_SCHEMA} AND TABLE_NAME = %s AND TABLE_TYPE = 'VIEW'",
    "sequence": f"TABLES WHERE {_SCHEMA} AND TABLE_NAME = %s AND TABLE_TYPE = 'SEQUENCE'",
    "routine": "ROUTINES WHERE ROUTINE_SCHEMA = COALESCE(%s, DATABASE()) AND ROUTINE_NAME = %s",
    "trigger": "TRIGGERS WHERE TRIGGER_SCHEMA = COALESCE(%s, DATABASE()) AND TRIGGER_NAME = %s",
    "schema": "SCHEMATA WHERE COALESCE(%s, '') IS NOT NULL AND SCHEMA_NAME = %s",
}
_QUESTIONS_OF_TABLES = {
    "column": f"COLUMNS WHERE {_SCHEMA} AND TABLE_NAME = %s AND COLUMN_NAME = %s",
    "index": f"STATISTICS WHERE {_SCHEMA} AND TABLE_NAME = %s AND INDEX_NAME = %s",
    "constraint": f"TABLE_CONSTRAINTS WHERE {_SCHEMA} AND TABLE_NAME = %s AND CONSTRAINT_NAME = %s",
    "primary key": f"TABLE_CONSTRAINTS WHERE {_SCHEMA} AND TABLE_NAME = %s AND CONSTRAINT_TYPE = 'PRIMARY KEY'",
}


def untransactional(connection: Connection) -> frozenset[str]:
    """The tables of the present database, in lower case, whose rows no rollback takes back."""
    sql = """
        SELECT TABLE_NAME FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND ENGINE NOT IN (
            SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES')
    """
    return frozenset(name.lower() for (name,) in connection.query(sql))


def presence(connection: Connection, effect: Effect) -> Presence:
    """Every primary key is called PRIMARY. A constraint that is no more may still stand as an index, which counts as there."""
    if effect.kind in _QUESTIONS:
        return _asked(connection, _QUESTIONS[effect.kind], effect.schema, effect.name)
    question = _QUESTIONS_OF_TABLES.get(effect.kind)
    if question is None or effect.table is None:
        return "unknown"
    if effect.kind == "primary key":
        return _asked(connection, question, effect.schema, effect.table)
    found = _asked(connection, question, effect.schema, effect.table, effect.name)
    if effect.kind == "constraint" and found == "absent":
        return _asked(connection, _QUESTIONS_OF_TABLES["index"], effect.schema, effect.table, effect.name)
    return found


def _asked(connection: Connection, question: str, *words: str | None) -> Presence:
    ((count,),) = connection.query(f"SELECT COUNT(*) FROM information_schema.{question}", words)  # noqa: S608 - questions are constants
    return "there" if count else "absent"
