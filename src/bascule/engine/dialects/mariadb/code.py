"""What a schema holds beside tables: views, routines, triggers, events. Each as a statement that can be run elsewhere."""

from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.mariadb.definitions import definer_clause, unqualified, without_definer
from bascule.engine.dialects.mariadb.modes import in_mode
from bascule.engine.dialects.mariadb.server import Server
from bascule.engine.dialects.mysql.whole import quoted
from bascule.engine.schema import Name, Remainder, Routine, Trigger, View

RoutineKind = Literal["function", "procedure", "package", "package body", "event"]


class ViewRow(NamedTuple):
    name: str
    query: str
    check_option: str
    definer: str
    security: str
    algorithm: str = "UNDEFINED"


class TriggerRow(NamedTuple):
    name: str
    event: str
    table: str
    body: str
    timing: str
    definer: str
    sql_mode: str


class RoutineRow(NamedTuple):
    kind: str
    name: str
    sql_mode: str


def views(connection: LiveConnection, schema: str | None, server: Server) -> dict[str, View]:
    algorithm = ", ALGORITHM" if server.is_mariadb else ""
    sql = f"""
        SELECT TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, DEFINER, SECURITY_TYPE{algorithm} FROM information_schema.VIEWS
        WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME
    """  # noqa: S608 - our own words
    return {row[0]: view(ViewRow(*row), schema, server) for row in connection.query(sql, (server.schema,))}


def view(row: ViewRow, schema: str | None, server: Server) -> View:
    """Its query alone, where who made it reads with his own rights and any row may be written."""
    query = unqualified(row.query or "", server.schema)
    definer = definer_clause(row.definer, server.user)
    algorithm = f"ALGORITHM={row.algorithm} " if row.algorithm != "UNDEFINED" else ""
    security = "SQL SECURITY INVOKER " if row.security == "INVOKER" else ""
    check = f" WITH {row.check_option} CHECK OPTION" if row.check_option != "NONE" else ""
    more = bool(definer or algorithm or security or check)
    definition = f"CREATE {algorithm}{definer}{security}VIEW {quoted(row.name)} AS {query}{check}"
    return View(name=Name(row.name, schema), query=query, definition=definition if more else None)


def triggers(connection: LiveConnection, schema: str | None, server: Server) -> tuple[dict[str, Trigger], list[Remainder]]:
    sql = """
        SELECT TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_STATEMENT, ACTION_TIMING, DEFINER, SQL_MODE
        FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = %s
        ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER
    """
    found: dict[str, Trigger] = {}
    odd: list[Remainder] = []
    before: TriggerRow | None = None
    for row in (TriggerRow(*values) for values in connection.query(sql, (server.schema,))):
        follows = before is not None and (before.table, before.timing, before.event) == (row.table, row.timing, row.event)
        definition = trigger(row, before.name if before is not None and follows else None, server)
        key = f"{row.table}.{row.name}"
        found[key] = Trigger(
            name=Name(row.name, schema), table=Name(row.table, schema), definition=in_own_mode(definition, row.sql_mode, server)
        )
        odd += _foreign_mode("trigger", key, row.sql_mode, server)
        before = row
    return found, odd


def trigger(row: TriggerRow, after: str | None, server: Server) -> str:
    """`after` is the trigger of the same moment that runs before it."""
    follows = f"FOLLOWS {quoted(after)} " if after is not None else ""
    moment = f"{row.timing} {row.event} ON {quoted(row.table)} FOR EACH ROW"
    body = unqualified(row.body, server.schema)
    return f"CREATE {definer_clause(row.definer, server.user)}TRIGGER {quoted(row.name)} {moment} {follows}{body}"


def routines(connection: LiveConnection, schema: str | None, server: Server) -> tuple[dict[str, Routine], list[Remainder]]:
    """Functions, procedures, packages and events: by SHOW CREATE each, which has their remarks; information_schema tells only parts."""
    sql = """
        SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, SQL_MODE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = %s
        UNION ALL SELECT 'event', EVENT_NAME, SQL_MODE FROM information_schema.EVENTS WHERE EVENT_SCHEMA = %s
        ORDER BY 1, 2
    """
    found: dict[str, Routine] = {}
    odd: list[Remainder] = []
    for row in (RoutineRow(*values) for values in connection.query(sql, (server.schema, server.schema))):
        ((*shown,),) = connection.query(f"SHOW CREATE {row.kind.upper()} {quoted(server.schema)}.{quoted(row.name)}")
        statement = shown[3] if row.kind == "event" else shown[2]
        if statement is None:  # not ours to read
            odd.append(Remainder(kind=f"{row.kind} that this login may not read", name=row.name))
            continue
        definition = unqualified(without_definer(statement, server.user), server.schema)
        kind = cast("RoutineKind", row.kind)
        found[key_of(kind, row.name)] = Routine(
            name=Name(row.name, schema),
            kind=kind,
            definition=in_own_mode(definition, row.sql_mode, server),
            signature=f"PACKAGE {row.name}" if kind == "package body" else "",  # it goes with its package
        )
        odd += _foreign_mode(row.kind, row.name, row.sql_mode, server)
    return found, odd


def key_of(kind: str, name: str) -> str:
    """A function and a procedure may have one name here. A package comes before its body."""
    return f"package {name} body" if kind == "package body" else f"{kind} {name}"


def in_own_mode(definition: str, sql_mode: str, server: Server) -> str:
    """The statement so that it is read as it was when it was made. MySQL has no way to say it in one."""
    return definition if sql_mode == server.sql_mode or not server.is_mariadb else in_mode(definition, sql_mode)


def _foreign_mode(kind: str, name: str, sql_mode: str, server: Server) -> Iterator[Remainder]:
    if sql_mode != server.sql_mode and not server.is_mariadb:
        yield Remainder(kind=f"sql_mode of a {kind}", name=f"{name} {sql_mode}")
