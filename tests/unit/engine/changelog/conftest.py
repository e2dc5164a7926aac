"""Changelogs on disk, read without the cache."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bascule.core.errors import BasculeError
from bascule.core.problems import Problem
from bascule.engine.changelog.load import LoadSettings, load
from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files

Loader = Callable[..., Changelog]
Refused = Callable[..., tuple[Problem, ...]]

NAMESPACES = 'xmlns="http://www.liquibase.org/xml/ns/dbchangelog" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def xml(body: str, attributes: str = "") -> str:
    return f"<databaseChangeLog {NAMESPACES} {attributes}>\n{body}\n</databaseChangeLog>"


def write(folder: Path, contents: dict[str, str | bytes]) -> None:
    for name, content in contents.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def loaded(tmp_path: Path) -> Loader:
    """Writes files and loads the first one."""

    def run(contents: dict[str, str | bytes], **settings: Any) -> Changelog:
        write(tmp_path, contents)
        return load(next(iter(contents)), Files([tmp_path]), settings=LoadSettings(**({"dbms": "postgresql"} | settings)), cache=None)

    return run


@pytest.fixture
def refused(loaded: Loader) -> Refused:
    """Writes files, loads the first one, and returns the problems it is refused for."""

    def run(contents: dict[str, str | bytes], **settings: Any) -> tuple[Problem, ...]:
        with pytest.raises(BasculeError) as caught:
            loaded(contents, **settings)
        return caught.value.problems

    return run
