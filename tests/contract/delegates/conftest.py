"""A manager's delegate routes on each kind of store, and a delegate that is let in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bascule.manager.database import METADATA, open_store
from bascule.manager.delegates import service
from bascule.manager.delegates.routes import Protocol
from bascule.manager.deps import Deps
from bascule.manager.secrets.keyring import open_keyring, unlock
from bascule.manager.settings import Settings
from tests.contract.delegates.world import Delegate, Hands, World, locate
from tools.servers import Server


@pytest.fixture(scope="module")
def tables(postgresql_server: Server) -> Iterator[str]:
    """A store in PostgreSQL that each test empties first: to make it anew takes longer than most tests."""
    database = postgresql_server.create()
    engine = open_store(database.url)
    METADATA.create_all(engine)
    engine.dispose()
    yield database.url
    postgresql_server.drop(database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("tables") if request.param == "postgresql" else f"sqlite:///{tmp_path / 'store.db'}"
    engine = open_store(url)
    if request.param == "sqlite":
        METADATA.create_all(engine)
    else:
        with engine.begin() as connection:
            made = set(inspect(connection).get_table_names())
            for table in reversed(METADATA.sorted_tables):
                if table.name in made:  # an import since then may have brought others
                    connection.execute(table.delete())
    unlock(engine, open_keyring(tmp_path / "master.key"))
    clock = Hands()
    calls = Protocol(Deps(settings=Settings(data_directory=tmp_path), engine=engine, clock=clock), locate)
    with TestClient(Starlette(routes=calls.routes(), lifespan=lambda _app: calls.running())) as client:
        world = World(engine, clock, client)
        service.on_finished(lambda _connection, told: world.finished.append(told), engine=engine)
        yield world
    engine.dispose()


@pytest.fixture
def delegate(world: World) -> Delegate:
    return Delegate(world, world.token()).register()
