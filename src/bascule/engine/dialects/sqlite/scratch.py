"""Scratch SQLite databases: files in a folder of ours, cloned by copying."""

import shutil
from contextlib import ExitStack
from pathlib import Path

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.engine.dialects.base import Connection
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.scratch_folder import scratch_folder
from bascule.engine.urls import Url


class Place:
    """A temporary folder. A file that the user names must not be there yet; its folder is where the scratch files stand."""

    clones = True

    def __init__(self, login: Login | None) -> None:
        within = None
        if login is not None:
            named = Path(login.url.database)
            if named.exists() and named.stat().st_size:
                raise ConflictError(
                    Problem(
                        code="RUN-101",
                        what=f"'{named}' is not empty: it is not used as a scratch database",
                        where=login.url.shown,
                        fix="name a file that is not there yet, or leave --dev-url out: a temporary file is enough",
                    )
                )
            within = named.absolute().parent
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(scratch_folder(within))

    def create(self, name: str, schemas: tuple[str, ...] = (), like: str | None = None) -> Login:
        file = self._file(name)
        if like is not None:
            shutil.copyfile(self._file(like), file)
        return Login(url=Url(dialect="sqlite", database=str(file), shown=f"scratch database {name}"))

    def drop(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def idle(self) -> list[str]:
        """None: what a killed run left behind goes with its folder."""
        return []

    def neighbours(self) -> list[str]:
        return []

    def close(self) -> None:
        self._stack.close()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.db"


def open_place(login: Login | None, model: Connection) -> Place:
    return Place(login)
