"""JSON with places, checked against the standard library's reading of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.core.documents import Mapping, Scalar, plain
from bascule.core.errors import InputError
from bascule.core.json_reader import read_json
from bascule.core.problems import Position

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_it_reads_what_the_standard_library_writes(value: object, indent: int | str | None) -> None:
    if any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False)):
        return
    assert plain(read_json(json.dumps(value, indent=indent), "f.json")) == value
    assert plain(read_json(json.dumps(value, ensure_ascii=False).encode(), "f.json")) == value


def test_numbers_keep_their_text_and_every_value_its_place() -> None:
    node = read_json('{\n  "a": 1.50,\n  "b": [true, null]\n}', "f.json")
    assert isinstance(node, Mapping)
    assert node.get("a") == Scalar(text="1.50", kind="float", value=1.5, position=Position("f.json", 2, 8))
    assert node.entries[1].value.position == Position("f.json", 3, 8)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ('{"a": 1, "a": 2}', "DOC-004", "f.json:1:10"),
        ("", "DOC-002", "f.json:1:1"),
        ("{", "DOC-002", "f.json:1:2"),
        ("[1,\n 2,]", "DOC-002", "f.json:2:4"),
        ("{a: 1}", "DOC-002", "f.json:1:2"),
        ('{"a" 1}', "DOC-002", "f.json:1:6"),
        ("[1] 2", "DOC-002", "f.json:1:5"),
        ("[NaN]", "DOC-002", "f.json:1:2"),
        ("[01]", "DOC-002", "f.json:1:3"),
        ('["a\nb"]', "DOC-002", "f.json:1:4"),
        ('["\\x"]', "DOC-002", "f.json:1:3"),
        (b'["\xff"]', "DOC-001", "f.json:1:3"),
        ("[" * 200, "DOC-007", "f.json:1:101"),
        ("9" * 5000, "DOC-002", "f.json:1:1"),
    ],
)
def test_what_cannot_be_read_is_one_clear_problem(text: str | bytes, code: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        read_json(text, "f.json")
    (found,) = caught.value.problems
    assert (found.code, found.where) == (code, where)


@given(st.text(alphabet='{}[]",:0123456789.eE+-truefalsn\\ \n', max_size=40))
def test_any_text_is_read_as_the_standard_library_does_or_refused(text: str) -> None:
    try:
        mine: object = plain(read_json(text, "f.json"))
    except InputError:
        return
    assert mine == json.loads(text)
