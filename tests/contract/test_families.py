"""In families of one-idea files, what users write leads to the file: `addColumn` ⇔ `add_column.py`."""

from importlib import resources
from typing import Any

import pytest

from bascule.core.registry import Registry, snake_case
from bascule.engine.changes.base import CHANGES
from bascule.engine.dialects import DIALECTS
from bascule.engine.preconditions.base import PRECONDITIONS
from bascule.manager.pipelines.steps.base import STEPS
from bascule.policy import library

FAMILIES: tuple[Registry[Any], ...] = (CHANGES, PRECONDITIONS, STEPS)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.kind)
def test_every_member_stands_in_a_file_of_its_name(family: Registry[Any]) -> None:
    homes = {name: family.get(name).__module__ for name in family.names()}
    assert homes == {name: f"{family.package}.{snake_case(name)}" for name in homes}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.kind)
def test_every_file_holds_a_member(family: Registry[Any]) -> None:
    assert set(family.modules()) == {snake_case(name) for name in family.names()}


def test_every_dialect_stands_in_a_package_of_its_name() -> None:
    for name in DIALECTS.names():
        assert DIALECTS.get(name).name == name


def test_every_policy_has_the_name_of_its_package_and_its_tests_beside_it() -> None:
    folder = resources.files("bascule.policy.library")
    for entry in library.entries():
        assert f"package bascule.policies.{entry.identifier}" in entry.text.splitlines()
        assert folder.joinpath(f"{entry.identifier}_test.rego").is_file()
