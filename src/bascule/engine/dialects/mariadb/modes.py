"""Statements that MariaDB reads in another sql_mode than the session's."""

from bascule.engine.dialects.values import string


def in_mode(statement: str, sql_mode: str) -> str:
    """The statement in a block that sets the mode (`ORACLE`, say) for it alone, whatever becomes of it."""
    undone = "DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SET sql_mode = mode; RESIGNAL; END;"
    escaped = string(statement.replace("\\", "\\\\"))
    return (
        f"BEGIN NOT ATOMIC DECLARE mode TEXT DEFAULT @@sql_mode; {undone} "
        f"SET sql_mode = {string(sql_mode)}; EXECUTE IMMEDIATE {escaped}; SET sql_mode = mode; END"
    )
