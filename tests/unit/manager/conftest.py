"""A store of its own for every test, and a manager on it that one can talk to.

Both are made once per test process: three hundred routes take a second or two. What a test left in the store goes when the next one starts.
"""

import importlib.util
import pkgutil
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

import bascule.manager
from bascule.core.clock import SystemClock
from bascule.manager.app import create_app
from bascule.manager.database import METADATA, open_store, writing
from bascule.manager.deps import Deps
from bascule.manager.identity import service as identity
from bascule.manager.secrets.keyring import open_keyring, unlock
from bascule.manager.settings import Settings
from bascule.manager.users import service as users


class Admin(NamedTuple):
    """What the first start printed."""

    password: str
    token: str


class House:
    """A data directory, its store, and the two states that tests start from, kept as files: without a row, and after the first start."""

    def __init__(self, folder: Path) -> None:
        for area in pkgutil.iter_modules(bascule.manager.__path__):
            if area.ispkg and importlib.util.find_spec(f"bascule.manager.{area.name}.store"):
                importlib.import_module(f"bascule.manager.{area.name}.store")
        self._file = folder / "store.db"
        self._empty, self._started = folder / "empty.db", folder / "started.db"
        self.deps = Deps(settings=Settings(data_directory=folder), engine=open_store(f"sqlite:///{self._file}"), clock=SystemClock())
        METADATA.create_all(self.deps.engine)
        self._keep(self._empty)
        with writing(self.deps.engine) as connection:
            made = users.bootstrap(connection, datetime.now(UTC))
        assert made
        self.admin = Admin(*made)
        self._keep(self._started)

    def clear(self) -> None:
        """Nobody has been here, and the master key is new."""
        self._put(self._empty)
        key = self.deps.settings.data_directory / "master.key"
        key.unlink(missing_ok=True)
        unlock(self.deps.engine, open_keyring(key))

    def start(self) -> None:
        """Organization, project, the admin."""
        self._put(self._started)

    def _keep(self, copy: Path) -> None:
        self.deps.engine.dispose()  # the last connection that leaves merges the write-ahead log
        shutil.copyfile(self._file, copy)

    def _put(self, copy: Path) -> None:
        self.deps.engine.dispose()
        for log in ("-wal", "-shm"):
            Path(f"{self._file}{log}").unlink(missing_ok=True)
        shutil.copyfile(copy, self._file)


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> Iterator[None]:
    """Argon2 as it is, but quick: how hard guessing is made is no question of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(identity, "_HASHER", hasher)
        patch.setattr(identity, "_NOBODY", hasher.hash("nobody's"))
        yield


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The data directory of this test process."""
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="session")
def app(house: House) -> FastAPI:
    """The manager of this test process."""
    return create_app(house.deps.settings, engine=house.deps.engine, clock=house.deps.clock)


@pytest.fixture
def store(house: House) -> Iterator[Engine]:
    """An empty SQLite store with every area's tables."""
    house.clear()
    yield house.deps.engine
    house.deps.engine.dispose()


@pytest.fixture
def deps(store: Engine, house: House) -> Deps:
    """What routers get."""
    return house.deps


@pytest.fixture
def admin(store: Engine, house: House) -> Admin:
    """The first start done: organization and project `default`, user `admin`."""
    house.start()
    return house.admin


@pytest.fixture
def client(app: FastAPI, admin: Admin) -> TestClient:
    """The manager's routes, asked by the admin. Nothing runs beside the requests."""
    return TestClient(app, headers={"x-api-key": admin.token})
