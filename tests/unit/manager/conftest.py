"""A store of its own for every test, and a manager on it that one can talk to."""

import importlib.util
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

import bascule.manager
from bascule.core.clock import SystemClock
from bascule.manager.app import create_app
from bascule.manager.database import METADATA, open_store, writing
from bascule.manager.deps import Deps
from bascule.manager.secrets.keyring import open_keyring, unlock
from bascule.manager.settings import Settings
from bascule.manager.users import service as users


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite store with every area's tables."""
    for area in pkgutil.iter_modules(bascule.manager.__path__):
        if area.ispkg and importlib.util.find_spec(f"bascule.manager.{area.name}.store"):
            importlib.import_module(f"bascule.manager.{area.name}.store")
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    METADATA.create_all(engine)
    unlock(engine, open_keyring(tmp_path / "master.key"))
    yield engine
    engine.dispose()


@pytest.fixture
def deps(store: Engine, tmp_path: Path) -> Deps:
    """What routers get."""
    return Deps(settings=Settings(data_directory=tmp_path), engine=store, clock=SystemClock())


class Admin(NamedTuple):
    """What the first start printed."""

    password: str
    token: str


@pytest.fixture
def admin(store: Engine) -> Admin:
    """The first start done: organization and project `default`, user `admin`."""
    with writing(store) as connection:
        made = users.bootstrap(connection, datetime.now(UTC))
    assert made
    return Admin(*made)


@pytest.fixture
def client(deps: Deps, admin: Admin) -> Iterator[TestClient]:
    """The manager, asked by the admin."""
    app = create_app(deps.settings, engine=deps.engine, clock=deps.clock)
    with TestClient(app, headers={"x-api-key": admin.token}) as client:
        yield client
