"""Fixtures of the engine's suites on real databases."""

from collections.abc import Iterator

import pytest

from tests.integration.engine.warm import Warm


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Runs that can be killed, without the cost of a cold start each."""
    server = Warm()
    yield server
    server.stop()
