"""The manager on PostgreSQL: the same API, and what only a server's concurrency shows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bascule.cli.store import migrate_store
from bascule.engine.events import ChangesetFinished
from bascule.manager.app import create_app
from bascule.manager.audit import service as audit
from bascule.manager.changelogs import service as changelogs
from bascule.manager.changelogs.model import RunRef
from bascule.manager.database import open_store, reading, writing
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.instances import service as instances
from bascule.manager.settings import Settings
from bascule.manager.users import service as users
from tools.servers import Database

pytestmark = pytest.mark.postgresql

PROJECT = "/v1/orgs/default/projects/default"


@pytest.fixture
def client(postgresql: Database, tmp_path: Path) -> Iterator[TestClient]:
    """A manager on a migrated PostgreSQL store; its background work is not started."""
    migrate_store(postgresql.url)
    engine = open_store(postgresql.url)
    with writing(engine) as connection:
        made = users.bootstrap(connection, datetime.now(UTC))
    assert made
    app = create_app(Settings(data_directory=tmp_path, store=postgresql.url), engine=engine)
    yield TestClient(app, headers={"x-api-key": made[1]}, raise_server_exceptions=False)
    engine.dispose()


def _shop(client: TestClient) -> None:
    secret = {"identifier": "pw", "name": "pw", "type": "SecretText", "spec": {"value": "correct-horse"}}
    assert client.post("/v1/secrets", json={"secret": secret}).status_code == 201
    for identifier, kind, spec in (("git", "Git", {"url": "https://git.example/x"}), ("db", "Jdbc", {"url": "jdbc:postgresql://db/x"})):
        body = {"connector": {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}}
        assert client.post("/v1/connectors", json=body).status_code == 201
    schema = {"identifier": "shop", "name": "Shop", "changelog": {"connector": "account.git", "location": "changelog.yaml"}}
    assert client.post(f"{PROJECT}/dbschema", json=schema).status_code == 201
    instance = {"identifier": "dev", "name": "Dev", "connector": "account.db", "branch": "main", "tags": {"a": "b"}}
    assert client.post(f"{PROJECT}/dbschema/shop/instance", json=instance).status_code == 201


def test_the_whole_way_from_entities_to_state(client: TestClient) -> None:
    _shop(client)
    engine = client.app.state.deps.engine  # type: ignore[attr-defined]
    with writing(engine) as connection:
        ref = instances.ref(connection, Scope("default", "default"), "shop", "dev")
        event = ChangesetFinished(fqn="c.yaml::1::ann", id="1", author="ann", file="c.yaml", status="EXECUTED", at=1e6, row={"ID": "1"})
        run = RunRef(pipeline="p", plan_execution_id="e", stage_execution_id="s")
        changelogs.record_changeset(connection, ref, event, run)
    grid = client.post(f"{PROJECT}/dbschema/shop/migrationstate", json={}, params={"search_term": "ANN"}).json()
    assert grid["changeSets"][0]["instances"][0]["status"] == "Successfully_Deployed"
    assert client.get(f"{PROJECT}/dbschema/overview").json()["recentDeployments"][0]["lastDeployed"] == 1_000_000
    assert client.get(f"{PROJECT}/dbschema", params={"sort": "name", "search_term": "SHO"}).headers["x-total-elements"] == "1"
    assert client.delete(f"{PROJECT}/dbschema/shop").status_code == 204
    assert audit.seal_once(engine) > 0
    with reading(engine) as connection:
        assert audit.verify(connection, SYSTEM).broken_at is None


def test_a_value_that_postgresql_cannot_hold_is_the_authors_error(client: TestClient) -> None:
    answer = client.post("/v1/orgs", json={"org": {"identifier": "x", "name": "a\0b"}})
    assert answer.status_code == 400
    assert client.get("/v1/users/a%00b").status_code == 400
    assert client.get("/v1/orgs", params={"search_term": "a\0b"}).status_code == 400
    half = r'{"org": {"identifier": "y", "name": "Y", "description": "\ud800"}}'
    assert client.post("/v1/orgs", content=half, headers={"content-type": "application/json"}).status_code == 400
    assert client.get("/v1/orgs/y").status_code == 404


def test_equal_requests_at_once_make_one_entity(client: TestClient) -> None:
    body = {"org": {"identifier": "same", "name": "Same"}}
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: client.post("/v1/orgs", json=body).status_code, range(16)))
    assert sorted(set(statuses)) == [201, 409]
    assert statuses.count(201) == 1


def test_two_sealers_make_one_chain(client: TestClient) -> None:
    engine = client.app.state.deps.engine  # type: ignore[attr-defined]

    def deed(number: int) -> None:
        with writing(engine) as connection:
            audit.append(connection, SYSTEM, "CREATE", "X", str(number), Scope())
        audit.seal_once(engine)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(deed, range(60)))
    while audit.seal_once(engine):
        pass
    with reading(engine) as connection:
        found = audit.verify(connection, SYSTEM)
    assert found.broken_at is None
    assert (found.unsealed, found.sealed >= 60) == (0, True)


def test_managers_that_start_at_once_make_one_admin(postgresql: Database) -> None:
    migrate_store(postgresql.url)
    engine = open_store(postgresql.url)

    def first_start(_number: int) -> tuple[str, str] | None:
        with writing(engine) as connection:
            return users.bootstrap(connection, datetime.now(UTC))

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(first_start, range(4)))
    engine.dispose()
    assert len([one for one in made if one]) == 1
