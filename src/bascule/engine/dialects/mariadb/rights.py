"""What other accounts may do with a schema and its objects."""

from collections.abc import Iterator
from typing import Any

import msgspec

from bascule.engine.dialects.connecting import StatementFailedError
from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.mariadb.code import key_of
from bascule.engine.dialects.mariadb.server import Server
from bascule.engine.schema import Grant, Remainder


def grants(connection: LiveConnection, server: Server) -> tuple[tuple[Grant, ...], list[Remainder]]:
    """Those of others, where the login may read the server's own tables of rights; else a remainder says that it may not."""
    if not _may_read(connection, "mysql.db"):
        return (), [Remainder(kind="rights of other users", name="this login may not read them")]
    whole: set[Grant] = set()
    of_columns: dict[Grant, list[str]] = {}
    for kind, name, grantee, privilege, grantable, column in connection.query(_GRANTS, (server.schema,) * _GRANTS.count("%s")):
        grant = Grant(
            object_kind=kind, object_name=name, grantee=grantee_of(grantee), privilege=privilege.upper(), grantable=grantable == "YES"
        )
        if column:
            of_columns.setdefault(grant, []).append(column)
        else:
            whole.add(grant)
    whole |= {msgspec.structs.replace(grant, columns=tuple(sorted(columns))) for grant, columns in of_columns.items()}
    whole |= {grant for row in connection.query(_ON_ROUTINES, (server.schema,)) for grant in _on_routine(row)}
    own = _account(server.user)
    return tuple(sorted(grant for grant in whole if grant.grantee != own and grant.privilege != "USAGE")), []


def grantee_of(text: str) -> str:
    """`'app'@'%'` as it is; a role, which the catalog gives an empty host, by its name alone."""
    return text.removesuffix("@''")


def _on_routine(row: tuple[Any, ...]) -> Iterator[Grant]:
    kind, name, user, host, privileges = map(str, row)
    words = [word.strip().upper() for word in privileges.split(",") if word.strip()]
    for word in words:
        if word != "GRANT":
            grantee = grantee_of(f"'{user}'@'{host}'")
            yield Grant(
                object_kind=kind, object_name=key_of(kind.lower(), name), grantee=grantee, privilege=word, grantable="GRANT" in words
            )


def _account(user: str) -> str:
    name, _, host = user.rpartition("@")
    return f"'{name}'@'{host}'"


def _may_read(connection: LiveConnection, table: str) -> bool:
    try:
        connection.query(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608 - our own word
    except StatementFailedError:
        return False
    return True


_GRANTS = """
    SELECT 'SCHEMA', '', GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE, '' FROM information_schema.SCHEMA_PRIVILEGES WHERE TABLE_SCHEMA = %s
    UNION ALL SELECT 'TABLE', TABLE_NAME, GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE, '' FROM information_schema.TABLE_PRIVILEGES
      WHERE TABLE_SCHEMA = %s
    UNION ALL SELECT 'TABLE', TABLE_NAME, GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE, COLUMN_NAME FROM information_schema.COLUMN_PRIVILEGES
      WHERE TABLE_SCHEMA = %s
"""
_ON_ROUTINES = "SELECT Routine_type, Routine_name, User, Host, Proc_priv FROM mysql.procs_priv WHERE Db = %s"
