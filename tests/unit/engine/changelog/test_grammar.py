"""Contexts and labels against their grammar: what is written is drawn, what it means is asked of Python's own `or`, `and`, `not`."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.engine.changelog import contexts, labels

WORDS = ("test", "dev", "qa", "android", "orange", "notary", "a b", "x-1.y", "Não", "名字", "or1", "and_then")
"""Some begin as keywords do; one is of two words; letters of any script will do."""
_SOME = settings(max_examples=40, deadline=None)
TRUTH = "is_true({!r})"


class Written:
    """An expression: `text` as an author writes it, `meaning` as Python reads it, piece by piece in the same order."""

    def __init__(self, text: str, meaning: str) -> None:
        self.text = text
        self.meaning = meaning

    def __repr__(self) -> str:
        return self.text


@st.composite
def atoms(draw: st.DrawFn) -> Written:
    word = draw(st.sampled_from(WORDS))
    at = draw(st.sampled_from(["", "", "", "@"]))
    shown = draw(st.sampled_from([word, word.upper()])) if word.isascii() else word
    return Written(at + shown, TRUTH.format(at + word.lower()))


spaces = st.sampled_from([" ", "  ", "\t", "\n "])
any_spaces = st.sampled_from(["", " ", "  "])


@st.composite
def joined(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    """Several after another without parentheses: that `and` binds tighter, and that `,` is `or`, is for the reader to know."""
    parts = draw(st.lists(inner, min_size=2, max_size=4))
    text, meaning = parts[0].text, parts[0].meaning
    for part in parts[1:]:
        word = draw(st.sampled_from(["or", "and", ","]))
        if word == ",":
            text += draw(any_spaces) + "," + draw(any_spaces) + part.text
        else:
            text += draw(spaces) + word + draw(spaces) + part.text
        meaning += f" {'and' if word == 'and' else 'or'} {part.meaning}"
    return Written(text, meaning)


@st.composite
def grouped(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    part = draw(inner)
    return Written(f"({draw(any_spaces)}{part.text}{draw(any_spaces)})", f"({part.meaning})")


@st.composite
def negated(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    """Of an atom or a group; `not` in any case, `!` with or without a space."""
    part = draw(st.one_of(atoms(), grouped(inner)))
    sign = draw(st.sampled_from(["!", "! ", "not ", "NOT  ", "Not "] + (["not", "NOT"] if part.text.startswith("(") else [])))
    return Written(sign + part.text, f"(not {part.meaning})")


expressions = st.recursive(atoms(), lambda inner: st.one_of(joined(inner), grouped(inner), negated(inner)), max_leaves=10)
named = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True)


def meaning_of(written: Written, true: set[str], *, explicit: bool = True) -> bool:
    """`explicit`: whether a word with `@` holds when the word itself is there."""

    def is_true(word: str) -> bool:
        return word.removeprefix("@") in true if explicit else word in true

    return bool(eval(written.meaning, {"is_true": is_true}))


@_SOME
@given(expressions, named, any_spaces)
def test_a_context_expression_means_what_its_grammar_says(written: Written, given_words: list[str], space: str) -> None:
    expected = meaning_of(written, {word.lower() for word in given_words})
    assert contexts.matches((written.text,), f"{space},{space}".join(given_words)) is expected


@_SOME
@given(expressions)
def test_a_run_without_contexts_takes_all_but_what_must_be_named_also_what_is_negated(written: Written) -> None:
    without_signs = written.meaning.replace("(not ", "(")
    expected = bool(eval(without_signs, {"is_true": lambda word: not word.startswith("@")}))
    assert contexts.matches((written.text,), None) is expected
    assert contexts.matches((written.text,), " , ") is expected


@_SOME
@given(st.lists(expressions, min_size=1, max_size=3), named)
def test_every_level_of_contexts_must_hold(levels: list[Written], given_words: list[str]) -> None:
    true = {word.lower() for word in given_words}
    expected = all(meaning_of(level, true) for level in levels)
    assert contexts.matches(tuple(level.text for level in levels), ",".join(given_words)) is expected


@_SOME
@given(expressions, named, st.lists(named, max_size=1))
def test_a_label_filter_asks_each_level_of_labels(written: Written, own: list[str], parents: list[list[str]]) -> None:
    levels = tuple(labels.words(",".join(level)) for level in (*parents, own))
    expected = all(meaning_of(written, set(level)) for level in levels)
    assert labels.matches(levels, written.text) is expected


@_SOME
@given(expressions)
def test_a_changeset_without_labels_passes_all_but_what_must_be_named(written: Written) -> None:
    without_signs = written.meaning.replace("(not ", "(")
    expected = bool(eval(without_signs, {"is_true": lambda word: not word.startswith("@")}))
    assert labels.matches((), written.text) is expected


@_SOME
@given(expressions, named)
def test_spaces_around_it_change_nothing(written: Written, given_words: list[str]) -> None:
    runtime = ",".join(given_words)
    assert contexts.matches((f"  {written.text}\n",), runtime) is contexts.matches((written.text,), runtime)
    assert contexts.matches((re.sub(r"[ \t\n]+", " ", written.text),), runtime) is contexts.matches((written.text,), runtime)
