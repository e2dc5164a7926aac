"""YAML with places; what is wrong comes out as one problem with file, line and column."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.core.documents import Mapping, Scalar, plain
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.core.yaml_reader import read_yaml, read_yaml_all


def value(text: str | bytes) -> object:
    node = read_yaml(text, "f.yaml")
    assert node is not None
    return plain(node)


def problem(text: str | bytes) -> Problem:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "f.yaml")
    (only,) = caught.value.problems
    return only


def test_values_and_places() -> None:
    node = read_yaml("a: 1\nb:\n  - x\n  - {c: 1.50, d: 'on'}\n", "f.yaml")
    assert isinstance(node, Mapping)
    assert plain(node) == {"a": 1, "b": ["x", {"c": 1.5, "d": "on"}]}
    assert node.entries[1].value.items[1].position == Position("f.yaml", 4, 5)  # type: ignore[union-attr]
    assert node.get("a") == Scalar(text="1", kind="int", value=1, position=Position("f.yaml", 1, 4))


def test_a_float_keeps_its_text_as_written() -> None:
    node = read_yaml("1.50", "f.yaml")
    assert isinstance(node, Scalar)
    assert (node.text, node.value) == ("1.50", 1.5)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "~", b"\xef\xbb\xbf"])
def test_an_empty_document_is_none(text: str | bytes) -> None:
    assert read_yaml(text, "f.yaml") is None


def test_block_scalars_anchors_and_tags() -> None:
    assert value("a: |\n  x\n   y\nb: >-\n  p\n  q\n") == {"a": "x\n y\n", "b": "p q"}
    assert value("a: &k {x: 1}\nb: *k\n") == {"a": {"x": 1}, "b": {"x": 1}}
    assert value("a: !!str 12\nb: !!int '12'\nc: !!float 1\nd: !!timestamp 2020-01-01") == {"a": "12", "b": 12, "c": 1.0, "d": "2020-01-01"}


def test_merge_keys_yield_to_own_keys_and_earlier_sources() -> None:
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  c: 3\n"
    assert value(text)["z"] == {"a": 1, "b": 1, "c": 3}  # type: ignore[index]
    assert value("x: &x {a: 1}\nz: {<<: *x, a: 2}")["z"] == {"a": 2}  # type: ignore[index]
    assert value("'<<': 1") == {"<<": 1}


def test_utf_16_is_read() -> None:
    assert value("a: é".encode("utf-16")) == {"a": "é"}


def test_several_documents() -> None:
    assert [plain(node) for node in read_yaml_all("a: 1\n---\nb: 2\n---\n", "f.yaml")] == [{"a": 1}, {"b": 2}]
    assert problem("a: 1\n---\nb: 2\n").where == "f.yaml:3:1"


@pytest.mark.parametrize(
    ("text", "code", "where", "words"),
    [
        ("a: 1\na: 2\n", "DOC-004", "f.yaml:2:1", "'a' is there twice"),
        ("a: {b: 1, b: 2}", "DOC-004", "f.yaml:1:11", "'b' is there twice"),
        ("a:\n\t- b\n", "DOC-003", "f.yaml:2:1", "tab"),
        ("a: [1, 2", "DOC-002", "f.yaml:2:1", "not YAML"),
        ("a: b: c", "DOC-002", "f.yaml:1:5", "mapping values"),
        ("a: !!python/object:os.system x", "DOC-005", "f.yaml:1:4", "!!python/object:os.system"),
        ("a: !env x", "DOC-005", "f.yaml:1:4", "'!env'"),
        ("a: !!set {x}", "DOC-005", "f.yaml:1:4", "'!!set'"),
        ("a: !!int x", "DOC-005", "f.yaml:1:4", "'!!int'"),
        ("a: *nope", "DOC-006", "f.yaml:1:4", "no anchor"),
        ("a: &a [*a]", "DOC-006", "f.yaml:1:8", "inside"),
        ("{[a]: b}", "DOC-005", "f.yaml:1:2", "key"),
        ("<<: 3", "DOC-005", "f.yaml:1:5", "<<"),
        ("a: x\x00y", "DOC-001", "f.yaml:1:5", "U+0000"),
        ("a: 1\nb: \x07", "DOC-001", "f.yaml:2:4", "U+0007"),
        (b"a: 1\nb: \xe9", "DOC-001", "f.yaml:2:4", "UTF-8"),
        ("a: \ud800", "DOC-001", "f.yaml", "surrogate"),
        ("[" * 500, "DOC-007", "f.yaml:1:101", "deep"),
    ],
)
def test_what_cannot_be_read_is_one_clear_problem(text: str | bytes, code: str, where: str, words: str) -> None:
    found = problem(text)
    assert (found.code, found.where) == (code, where)
    assert words in found.what


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = problem("\n".join(lines))
    assert found.code == "DOC-006"
    assert "multiply" in found.what


def test_aliases_that_nest_too_deep_are_refused() -> None:
    lines = ["- &a0 [x]", *(f"- &a{n} [*a{n - 1}]" for n in range(1, 200))]
    assert problem("\n".join(lines)).code == "DOC-006"


@given(st.text(alphabet="ab:-[]{},&*!<#|>'\"\t \n01.%@?~", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        read_yaml_all(text, "f.yaml")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read_yaml_all(data, "f.yaml")
