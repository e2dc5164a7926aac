"""Clusters of the stand-in's own tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubesim.cluster import Cluster
from tests.kubesim.runtimes import Image


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path / "cluster", {"localhost/bb:2": Image()}) as running:
        yield running
        assert not running.unimplemented, running.unimplemented
