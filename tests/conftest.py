"""Fixtures that every suite shares: real servers, one per test process, and a fresh database per test."""

from collections.abc import Iterator

import pytest

from tools.servers import Database, Server, ServerMissingError, start_mariadb, start_postgresql


def _serve(start: object) -> Iterator[Server]:
    try:
        server = start()  # type: ignore[operator]
    except ServerMissingError as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Parsed changelogs are cached in a folder of this test process, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BASCULE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL of this test process."""
    yield from _serve(start_postgresql)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    """A MariaDB of this test process."""
    yield from _serve(start_mariadb)


@pytest.fixture
def postgresql(postgresql_server: Server) -> Iterator[Database]:
    """A fresh, empty PostgreSQL database."""
    database = postgresql_server.create()
    yield database
    postgresql_server.drop(database)


@pytest.fixture
def mariadb(mariadb_server: Server) -> Iterator[Database]:
    """A fresh, empty MariaDB database."""
    database = mariadb_server.create()
    yield database
    mariadb_server.drop(database)


@pytest.fixture
def postgresql_url(postgresql: Database) -> str:
    return postgresql.url


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kill-rounds", type=int, default=0, help="how many more random kill -9 rounds per database (make kill N=200)")
    parser.addoption(
        "--kube",
        "--kubeconfig",
        default="sim",
        metavar="sim|KUBECONFIG",
        help="the cluster that pods are tested on: the stand-in, or a real one",
    )
