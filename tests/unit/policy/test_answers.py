"""What a rule's value means, whatever its shape, and what a policy says of itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.policy.evaluate import evaluate, problems
from bascule.policy.metadata import Metadata, metadata, package
from bascule.policy.model import Answer, PolicyText, Question

POLICY = PolicyText(name="p", text="package p")
NOTHING = Metadata()


def what(value: Any, said: Metadata = NOTHING) -> list[tuple[str, str]]:
    return [(problem.code, problem.what) for problem in problems(value, POLICY, said, "error")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        (False, []),
        ([], []),
        ({}, []),
        (True, [("POL-100", "policy p denies")]),
        ("no", [("POL-100", "no")]),
        (["a", "b"], [("POL-100", "a"), ("POL-100", "b")]),
        ([{"what": "x", "code": "ACME-1"}], [("ACME-1", "x")]),
        ([{"msg": "x"}, {"message": "y"}], [("POL-100", "x"), ("POL-100", "y")]),
        (["a", ["b", False]], [("POL-100", "a"), ("POL-100", "b")]),
        (7, [("POL-007", "the policy answered in a shape that is not known: 7")]),
        ({"reason": "x"}, [("POL-007", 'the policy answered in a shape that is not known: {"reason": "x"}')]),
    ],
)
def test_a_value_becomes_problems(value: Any, expected: list[tuple[str, str]]) -> None:
    assert what(value) == expected


def test_the_title_explains_and_the_code_of_the_policy_stands_in() -> None:
    said = Metadata(title="Nothing is dropped", code="ACME-2")
    (problem,) = problems("DROP of a", POLICY, said, "warning")
    assert (problem.code, problem.why, problem.severity) == ("ACME-2", "Nothing is dropped", "warning")
    assert what(True, said) == [("ACME-2", "Nothing is dropped")]


def says_nothing(value: Any) -> bool:
    return value is None or value is False or value == {} or (isinstance(value, list) and all(says_nothing(item) for item in value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from(["what", "msg"]), inner, max_size=3),
    max_leaves=8,
)


class Saying:
    """An evaluator whose policy denies by any value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def ask(self, question: Question) -> Answer:
        return Answer(values={question.rules[0]: self.value})

    def close(self) -> None: ...


@given(JSON)
def test_whatever_a_policy_answers_only_nothing_allows(value: Any) -> None:
    assert evaluate([POLICY], {}, evaluator=Saying(value)).is_allowed == says_nothing(value)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("package db_sql\n", "db_sql"),
        ("# package not.this\n\n  package a.b_c\n", "a.b_c"),
        ('package acme["b-c"].d\n', 'acme["b-c"].d'),
        ("deny := true\n", None),
        ("", None),
    ],
)
def test_the_package_is_found(text: str, path: str | None) -> None:
    assert package(text) == path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# METADATA\n# title: T\n# description: |\n#   one\n#   two\n# custom: {code: C-1}\npackage p\n",
            Metadata(title="T", description="one\ntwo", code="C-1"),
        ),
        ("# a comment\n\n# METADATA\n# title: T\npackage p\n", Metadata(title="T")),
        ("package p\n\n# METADATA\n# title: of a rule\ndeny := true\n", Metadata()),
        ("# METADATA\n# title: [\npackage p\n", Metadata()),
        ("# METADATA\n# just text\npackage p\n", Metadata()),
        ("package p\n", Metadata()),
        ("# METADATA\n# a: &a [x, x]\n# title: [*a, *a]\n# custom: {code: *a}\npackage p\n", Metadata()),
        (f"# METADATA\n# title: {'[' * 5000}\npackage p\n", Metadata()),
        (f"# METADATA\n# title: {'x' * 30000}\npackage p\n", Metadata()),
        ("# METADATA\n# title: T\n# custom: {since: 2026-99-99}\npackage p\n", Metadata()),
    ],
)
def test_annotations_are_read_and_never_stand_in_the_way(text: str, expected: Metadata) -> None:
    assert metadata(text) == expected


@given(st.text())
def test_any_text_has_metadata(text: str) -> None:
    metadata(text)
    metadata("# METADATA\n" + "\n".join("# " + line for line in text.splitlines()) + "\npackage p\n")
