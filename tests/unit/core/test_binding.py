"""Mappings become Structs; what does not fit is said all at once, with places."""

from enum import Enum
from typing import Any, Literal

import msgspec
import pytest

from bascule.core.binding import bind
from bascule.core.documents import Node, Scalar
from bascule.core.errors import InputError
from bascule.core.yaml_reader import read_yaml


class Color(Enum):
    RED = "red"


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    size: int = 0


class Outer(msgspec.Struct, frozen=True, kw_only=True):
    db_schema: str
    api_url: str | None = msgspec.field(name="apiURL", default=None)
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = {}
    enabled: bool = False
    ratio: float = 1.0
    mode: Literal["fast", "slow"] = "fast"
    color: Color | None = None
    value: str | int | bool | None = None
    raw: Node | None = None
    free: Any = None


def outer(text: str) -> Outer:
    node = read_yaml(text, "f.yaml")
    assert node is not None
    return bind(node, Outer, where="thing")


def problems(text: str) -> list[tuple[str, str | None, str]]:
    with pytest.raises(InputError) as caught:
        outer(text)
    return [(found.code, found.where, found.what) for found in caught.value.problems]


def test_everything_is_bound() -> None:
    bound = outer(
        "dbSchema: s\napiURL: u\ninner: {name: 1.50, size: '3'}\ninners: [{name: a}]\nbyName: {x: {name: b}}\n"
        "enabled: 'true'\nratio: 2\nmode: slow\ncolor: red\nvalue: 5\nraw: 1.50\nfree: {a: [1, on]}\n"
    )
    assert bound.db_schema == "s"
    assert bound.api_url == "u"
    assert bound.inner == Inner(name="1.50", size=3)
    assert bound.inners == (Inner(name="a"),)
    assert bound.by_name == {"x": Inner(name="b")}
    assert (bound.enabled, bound.ratio, bound.mode, bound.color, bound.value) == (True, 2.0, "slow", Color.RED, 5)
    assert isinstance(bound.raw, Scalar)
    assert bound.raw.text == "1.50"
    assert bound.free == {"a": [1, True]}


def test_absent_and_null_optionals_are_none() -> None:
    assert outer("dbSchema: s\ninner: ~\n").inner is None


def test_all_problems_are_gathered_with_their_places() -> None:
    found = problems("dbShema: s\ninner: {size: x}\ninners: {}\nenabled: maybe\nmode: fats\ncolor: [1]\nbyName: {a: 1}\n")
    assert [(code, where) for code, where, _ in found] == [
        ("DOC-101", "f.yaml:1:1"),
        ("DOC-102", "f.yaml:2:15"),
        ("DOC-103", "f.yaml:2:8"),
        ("DOC-102", "f.yaml:3:9"),
        ("DOC-102", "f.yaml:4:10"),
        ("DOC-105", "f.yaml:5:7"),
        ("DOC-102", "f.yaml:6:8"),
        ("DOC-102", "f.yaml:7:13"),
        ("DOC-103", "f.yaml:1:1"),
    ]
    assert found[1][2] == "thing.inner.size must be a whole number, and is 'x'"


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(InputError) as caught:
        outer("dbShema: s\nmode: fats")
    fixes = [found.fix for found in caught.value.problems]
    assert "did you mean 'dbSchema'?" in fixes
    assert "did you mean 'fast'?" in fixes


def test_a_scalar_is_no_struct() -> None:
    assert problems("just text") == [("DOC-102", "f.yaml:1:1", "thing must be a mapping")]


def test_a_number_in_quotes_too_long_to_read_is_refused() -> None:
    assert problems(f"dbSchema: s\ninner: {{name: a, size: '{'9' * 5000}'}}")[0][0] == "DOC-102"
