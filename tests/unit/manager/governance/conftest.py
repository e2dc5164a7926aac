"""The manager's routes alone: nothing runs beside the requests."""

import pytest
from fastapi.testclient import TestClient

from bascule.manager.app import create_app
from bascule.manager.deps import Deps

from ..conftest import Admin


@pytest.fixture
def client(deps: Deps, admin: Admin) -> TestClient:
    """The manager, asked by the admin."""
    app = create_app(deps.settings, engine=deps.engine, clock=deps.clock)
    return TestClient(app, headers={"x-api-key": admin.token})
