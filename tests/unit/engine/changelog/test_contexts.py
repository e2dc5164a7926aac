"""Context expressions and labels, with the recorded answers of Liquibase 4.28."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.core.errors import InputError
from bascule.core.problems import Position
from bascule.engine.changelog import contexts, labels
from bascule.engine.changelog.expressions import parse
from bascule.engine.written.changeset import ChangeSet


@pytest.mark.parametrize(
    ("expression", "with_test", "with_test_dev", "without"),
    [
        ("test", True, True, True),
        ("!test", False, False, True),
        ("test and prod", False, False, True),
        ("test or prod", True, True, True),
        ("test and !prod", True, True, True),
        ("(test or qa) and !dev", True, False, True),
        ("prod", False, False, True),
        ("TEST", True, True, True),
        ("test, qa", True, True, True),
        ("@test", True, True, False),
        ("!prod and !dev", True, False, True),
        ("", True, True, True),
        ("not test", False, False, True),
        ("not (test or qa)", False, False, True),
        ("!(prod)", True, True, True),
        ("qa, prod or test and dev", False, True, True),
        ("a b", False, False, True),
        ("orange", False, False, True),
        ("android or test", True, True, True),
        ("qa,", False, False, True),
        (" test ", True, True, True),
    ],
)
def test_expressions_hold_as_recorded(expression: str, with_test: bool, with_test_dev: bool, without: bool) -> None:
    assert contexts.matches((expression,), "test") is with_test
    assert contexts.matches((expression,), "test,dev") is with_test_dev
    assert contexts.matches((expression,), None) is without
    assert contexts.matches((expression,), " ") is without


def test_every_level_must_hold() -> None:
    assert contexts.matches(("c1 or c9", "own"), "c1,own")
    assert not contexts.matches(("c1 or c9", "own"), "c1")


def test_a_runtime_context_with_an_at_sign_asks_only_for_what_names_it() -> None:
    assert contexts.matches(("test",), "@test")
    assert contexts.matches(("@test",), "@test")
    assert not contexts.matches((), "@test")
    assert not contexts.matches(("",), "@test")


@pytest.mark.parametrize("expression", ["(", "a and", "a or", ")", "(a", "a)", "!", "a (b)", "()", "(" * 200, "!" * 200, "x" * 20_000])
def test_an_expression_that_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(InputError) as caught:
        contexts.matches((expression,), "any")
    assert caught.value.problems[0].code == "LOG-022"


@pytest.mark.parametrize(
    ("own", "label_filter", "runs"),
    [
        ((), None, True),
        ((), "l1", True),
        ((), "!l1", True),
        ((), "l1 and !l2", True),
        ((), "@l1", False),
        ((("l1",),), "l1", True),
        ((("l1",),), "!l1", False),
        ((("l1", "l2"),), "l1 and l2", True),
        ((("l1", "l2"),), "l1 and !l2", False),
        ((("l2",),), "l1, l2", True),
        ((("l2",),), "l1 or l3", False),
        ((("L1",),), "l1", True),
        ((("l1",),), "@l1", True),
        ((("parent",), ("own",)), "own", False),
        ((("own",), ("own", "x")), "own", True),
    ],
)
def test_labels_pass_a_filter(own: tuple[tuple[str, ...], ...], label_filter: str | None, runs: bool) -> None:
    assert labels.matches(own, label_filter) is runs


def changeset(contexts_given: tuple[str, ...] = (), levels: tuple[tuple[str, ...], ...] = ()) -> ChangeSet:
    return ChangeSet(id="1", author="a", file="f", source_file="f", position=Position("f"), contexts=contexts_given, labels=levels)


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ((), None),
        (("test",), "test"),
        (("x or y",), "(x or y)"),
        (("test, qa",), "(test, qa)"),
        (("(a or b) and c",), "((a or b) and c)"),
        (("@test",), "@test"),
        (("c1 or c9", "own and c1"), "(c1 or c9) AND (own and c1)"),
        (("c1", "own"), "c1 AND own"),
    ],
)
def test_the_contexts_column(given: tuple[str, ...], column: str | None) -> None:
    assert contexts.contexts_column(changeset(given)) == column


def test_the_labels_column() -> None:
    assert labels.labels_column(changeset()) is None
    assert labels.labels_column(changeset(levels=(labels.words("Own"), labels.words("a, B ,")))) == "own,a,b"


words = st.sampled_from(["a", "b", "c", "@d"])
expressions = st.recursive(
    words,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} or {pair[1]})"),
        inner.map(lambda text: f"!({text})"),
        inner.map(lambda text: f"not ({text})"),
    ),
    max_leaves=8,
)


@given(expressions, st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1))
def test_expressions_mean_what_python_means_by_them(expression: str, given_words: set[str]) -> None:
    names = {name: name in given_words for name in "abcd"}
    expected = eval(expression.replace("!", " not ").replace("@", ""), {}, names)
    assert contexts.matches((expression,), ",".join(given_words)) is expected


@given(st.text(alphabet="ab()!,@ ornd", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        parse(text)
