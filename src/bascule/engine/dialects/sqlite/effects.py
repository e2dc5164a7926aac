"""Whether something is in an SQLite file."""

from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.live import Presence
from bascule.engine.sql.statement import Effect

_KINDS = frozenset({"table", "view", "index", "trigger"})


def presence(connection: Connection, effect: Effect) -> Presence:
    """Constraints are part of their table's text and have no entry of their own."""
    if effect.kind == "column" and effect.table is not None:
        found = connection.query("SELECT 1 FROM pragma_table_xinfo(?) WHERE lower(name) = lower(?)", (effect.table, effect.name))
    elif effect.kind in _KINDS:
        found = connection.query("SELECT 1 FROM sqlite_master WHERE type = ? AND lower(name) = lower(?)", (effect.kind, effect.name))
    else:
        return "unknown"
    return "there" if found else "absent"
