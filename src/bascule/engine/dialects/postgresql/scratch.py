"""Scratch databases on a PostgreSQL server: made, cloned from a template, dropped."""

from contextlib import ExitStack

import msgspec

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login, StatementFailedError
from bascule.engine.dialects.postgresql.connect import connect
from bascule.engine.dialects.postgresql.embedded import embedded
from bascule.engine.sql.statement import Statement


class Place:
    """The server that a login names, or one of ours."""

    clones = True

    def __init__(self, login: Login | None) -> None:
        self._stack = ExitStack()
        # Copying files asks for a checkpoint: cheap on a server of ours that syncs nothing, and there the quicker way.
        self._strategy = " STRATEGY file_copy" if login is None else ""
        try:
            self._login = login or self._stack.enter_context(embedded())
            self._admin = connect(self._login)
            self._stack.callback(self._admin.close)
        except BaseException:
            self._stack.close()
            raise

    def create(self, name: str, schemas: tuple[str, ...] = (), like: str | None = None) -> Login:
        """A new database, a copy of `like` where given, with these schemas. Raises TargetError when we may not."""
        template = f" TEMPLATE {_quoted(like)}" if like is not None else ""
        try:
            self._admin.execute(Statement(f"CREATE DATABASE {_quoted(name)}{template}{self._strategy}"))
        except StatementFailedError as error:
            raise TargetError(
                Problem(
                    code="RUN-103",
                    what=f"no scratch database could be made: {error.problems[0].what}",
                    where=self._login.url.shown,
                    why=error.problems[0].why,
                    fix=f"let '{self._login.username}' create databases there, or give another --dev-url",
                )
            ) from error
        login = msgspec.structs.replace(self._login, url=msgspec.structs.replace(self._login.url, database=name))
        if schemas:
            made = connect(login)
            try:
                for schema in schemas:
                    made.execute(Statement(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}"))
            finally:
                made.close()
        return login

    def drop(self, name: str) -> None:
        force = " WITH (FORCE)" if self._admin.server_version >= (13,) else ""
        self._admin.execute(Statement(f"DROP DATABASE IF EXISTS {_quoted(name)}{force}"))

    def idle(self) -> list[str]:
        """Databases of any name that we could drop and that no session is in."""
        sql = """
            SELECT d.datname FROM pg_database d
            WHERE pg_has_role(d.datdba, 'MEMBER') AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
        """
        return [name for (name,) in self._admin.query(sql)]

    def neighbours(self) -> list[str]:
        """None: what a session does stays in its database."""
        return []

    def close(self) -> None:
        self._stack.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def open_place(login: Login | None, model: Connection) -> Place:
    return Place(login)
