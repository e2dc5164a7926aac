"""A store of its own for every test."""

import importlib.util
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import bascule.manager
from bascule.manager.database import METADATA, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite store with every area's tables."""
    for area in pkgutil.iter_modules(bascule.manager.__path__):
        if area.ispkg and importlib.util.find_spec(f"bascule.manager.{area.name}.store"):
            importlib.import_module(f"bascule.manager.{area.name}.store")
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
