"""A manager with a schema and an instance, and the API's description."""

import importlib.util
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import bascule.manager
from bascule.manager.app import create_app
from bascule.manager.database import METADATA, open_store, writing
from bascule.manager.secrets.keyring import open_keyring, unlock
from bascule.manager.settings import Settings
from bascule.manager.users import service as users

_SCHEMAS = "/v1/orgs/default/projects/default/dbschema"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A manager with a schema and an instance, asked by the admin. Its background work is not started."""
    folder: Path = tmp_path_factory.mktemp("manager")
    for area in pkgutil.iter_modules(bascule.manager.__path__):
        if area.ispkg and importlib.util.find_spec(f"bascule.manager.{area.name}.store"):
            importlib.import_module(f"bascule.manager.{area.name}.store")
    engine = open_store(f"sqlite:///{folder / 'store.db'}")
    METADATA.create_all(engine)
    unlock(engine, open_keyring(folder / "master.key"))
    with writing(engine) as connection:
        made = users.bootstrap(connection, datetime.now(UTC))
    assert made
    app = create_app(Settings(data_directory=folder), engine=engine)
    client = TestClient(app, headers={"x-api-key": made[1]}, raise_server_exceptions=False)
    for identifier, kind, spec in (("git", "Git", {"url": "https://git.example/x"}), ("db", "Jdbc", {"url": "jdbc:postgresql://db/x"})):
        client.post("/v1/connectors", json={"connector": {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}})
    changelog = {"connector": "account.git", "location": "changelog.yaml"}
    assert client.post(_SCHEMAS, json={"identifier": "shop", "name": "Shop", "changelog": changelog}).status_code == 201
    instance = {"identifier": "dev", "name": "Dev", "connector": "account.db", "branch": "main"}
    assert client.post(f"{_SCHEMAS}/shop/instance", json=instance).status_code == 201
    yield client
    engine.dispose()


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document
