"""Scratch databases on a MariaDB or MySQL server: made and dropped. These servers cannot copy one, and we bring none."""

import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login, StatementFailedError
from bascule.engine.dialects.mariadb.connect import connect
from bascule.engine.sql.statement import Statement

_SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")


class Place:
    """The server that a login names."""

    clones = False

    def __init__(self, login: Login, model: Connection) -> None:
        self._login = login
        self._model = model
        self._admin = connect(login)

    def create(self, name: str, schemas: tuple[str, ...] = (), like: str | None = None) -> Login:
        """A new database with the character set of the model. Raises TargetError when we may not."""
        try:
            self._admin.execute(Statement(f"CREATE DATABASE `{name}` {self._words()}"))
        except StatementFailedError as error:
            raise TargetError(
                Problem(
                    code="RUN-103",
                    what=f"no scratch database could be made: {error.problems[0].what}",
                    where=self._login.url.shown,
                    why=error.problems[0].why,
                    fix=f"GRANT ALL ON `bascule\\_scratch\\_%`.* TO '{self._login.username}', or give another --dev-url",
                )
            ) from error
        return msgspec.structs.replace(self._login, url=msgspec.structs.replace(self._login.url, database=name))

    def _words(self) -> str:
        ((charset, collation),) = self._model.query("SELECT @@character_set_database, @@collation_database")
        return f"CHARACTER SET {charset} COLLATE {collation}"

    def drop(self, name: str) -> None:
        self._admin.execute(Statement(f"DROP DATABASE IF EXISTS `{name}`"))

    def idle(self) -> list[str]:
        """Databases of any name that no session which we may see is in."""
        sql = """
            SELECT SCHEMA_NAME FROM information_schema.SCHEMATA
            WHERE SCHEMA_NAME NOT IN (SELECT DB FROM information_schema.PROCESSLIST WHERE DB IS NOT NULL)
        """
        return [name for (name,) in self._admin.query(sql)]

    def neighbours(self) -> list[str]:
        """The databases that a statement reaches by naming them."""
        return [name for (name,) in self._admin.query("SHOW DATABASES") if name.lower() not in _SYSTEM]

    def close(self) -> None:
        self._admin.close()


def open_place(login: Login | None, model: Connection) -> Place:
    if login is None:
        raise InputError(
            Problem(
                code="RUN-100",
                what="there is no MariaDB for a scratch database",
                why="a server of this kind cannot be brought along, and no --dev-url was given",
                fix="give --dev-url: a server where we may create databases; the database's own URL will do, if we may there",
            )
        )
    return Place(login, model)
