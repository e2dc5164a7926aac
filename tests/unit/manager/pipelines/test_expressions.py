"""The language between `<+` and `>`."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.core.errors import InputError
from bascule.manager.pipelines.expressions import grammar
from bascule.manager.pipelines.expressions.evaluate import evaluate_text, is_true, path_of, resolve
from bascule.manager.pipelines.expressions.values import SecretRef, StatusWord, Text, concatenate, from_json, show, to_json

NAMES: dict[str, Any] = {
    "pipeline": {"name": "Release", "variables": {"env": "prod", "count": "5", "flag": "true", "list": ["a", "b"]}, "sequenceId": 7},
    "stage": {"name": "qa"},
    "execution": {"steps": {"db": {"steps": {"apply-qa": {"output": {"changeSets": ["x::1::ann", "y::2::ann"]}}}}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain > text", "plain > text"),
        ("<+pipeline.name>", "Release"),
        ("v<+pipeline.sequenceId>-<+pipeline.variables.env>", "v7-prod"),
        ("<+pipeline.sequenceId>", 7),
        ("<+pipeline.sequenceId + 1>", 8),
        ('<+pipeline.variables["env"]>', "prod"),
        ("<+pipeline.variables.list[1]>", "b"),
        ("<+execution.steps.db.steps.apply-qa.output.changeSets.size()>", 2),
        ("<+execution.steps.db.steps.apply-qa.output.changeSets>", ["x::1::ann", "y::2::ann"]),
        ('<+pipeline.variables.env == "prod" ? "careful" : "fast">', "careful"),
        ("<+<+pipeline.variables.count> gt 4>", True),
        ("<+(pipeline.variables.count > 4)>", True),
        ("<+pipeline.variables.count < 4>", False),
        ("<+pipeline.variables.<+stage.name>>", None),
        ("<+pipeline.name.toLowerCase().replace('e', '3')>", "r3l3as3"),
        ('<+pipeline.name.split("l")[0]>', "Re"),
        ("<+pipeline.variables.list.join('+')>", "a+b"),
        ("<+!pipeline.variables.flag || pipeline.name.contains('x')>", False),
        ("<+10 / 4>", 2.5),
        ("<+-3 % 2>", -1),
        ("<+[1, 'two', null]>", [1, "two", None]),
        ("a <+pipeline.name> b > c", "a Release b > c"),
    ],
)
def test_a_text_has_the_value_its_author_expects(text: str, value: Any) -> None:
    if value is None:
        with pytest.raises(InputError):
            evaluate_text(text, NAMES)
    else:
        assert evaluate_text(text, NAMES) == value


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("", True),
        ('<+pipeline.variables.env> == "prod"', True),
        ('<+pipeline.variables.env> != "prod" || <+pipeline.variables.count> > 4', True),
        ("<+pipeline.variables.flag> && !(pipeline.sequenceId >= 8)", True),
        ("<+pipeline.variables.count> == 5 and not false", True),
        ("pipeline.variables.count lt 5", False),
    ],
)
def test_a_condition_holds_or_not(condition: str, holds: bool) -> None:
    assert is_true(condition, NAMES) is holds


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("<+pipeline.variables.evn>", "EXP-003", "did you mean 'env'?"),
        ("<+pipelin.name>", "EXP-003", "did you mean 'pipeline'?"),
        ("<+pipeline.name", "EXP-001", "not closed"),
        ("<+pipeline..name>", "EXP-001", "a name is expected"),
        ('<+"open>', "EXP-001", "string is not closed"),
        ("<+pipeline.name.lower()>", "EXP-006", "toLowerCase"),
        ("<+pipeline.name.substring(4, 99)>", "EXP-006", "7 characters"),
        ("<+pipeline.name - 1>", "EXP-005", "not a number"),
        ("<+1 / 0>", "EXP-005", "division by zero"),
        ('<+secrets.getValue("x") == "y">', "EXP-004", "may only be concatenated"),
        ('<+secrets.getValue("x").length()>', "EXP-004", "may only be concatenated"),
        ("<+secrets.getValue()>", "EXP-002", "one secret"),
        ("<+" + "(" * 200 + "1" + ")" * 200 + ">", "EXP-001", "too deeply"),
        ("<+1" + "+1" * 2000 + ">", "EXP-001", "too long"),
        ("<+" + "9" * 5000 + ">", "EXP-001", "expected"),
    ],
)
def test_what_cannot_be_evaluated_is_one_clear_problem(text: str, code: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        evaluate_text(text, NAMES, "pipeline.yaml:3:4")
    (problem,) = raised.value.problems
    assert problem.code == code
    assert said in str(problem)
    assert problem.where is not None
    assert problem.where.startswith("pipeline.yaml:3:4")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('<+a.status> == "SUCCEEDED"', True),
        ('<+a.status> == "Success"', True),
        ('<+a.status> != "FAILED"', True),
        ('<+a.status> =~ ["SUCCEEDED", "SKIPPED"]', True),
        ('"<+a.status>" == "SUCCEEDED"', True),
        ('"<+a.branch>" == "release/1" && \'x<+a.branch>\' != "x"', True),
        ('<+a.branch> =~ "(main|release/.*)"', True),
        ('<+a.branch> !~ "main"', True),
        ('<+a.branch> =^ "release"', True),
        ('<+a.branch> =$ "/1"', True),
        ('<+a.branch> !^ "release"', False),
        ("<+a.missing> == null", True),
        ("null != <+a.branch>", True),
        ("empty(<+a.missing>) && not empty(<+a.branch>)", True),
        ("size(<+a.list>) == 2", True),
        ('(<+a.missing> ?: "qa") == "qa"', True),
        ('(<+a.branch> ?? "qa") == "qa"', False),
        ('<+json.select("x.y[0].z", <+a.json>)> == "5"', True),
        ("<+json.object(<+a.json>).x.y[0].z> == 5", True),
        ('<+regex.extract("release/(.*)", <+a.branch>)> == 1', True),
    ],
)
def test_the_words_of_jexl_mean_what_they_mean_there(condition: str, holds: bool) -> None:
    names = {"a": {"status": StatusWord("Success"), "branch": "release/1", "list": [1, 2], "json": '{"x": {"y": [{"z": 5}]}}'}}
    assert is_true(condition, names) is holds


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('<+a.branch> =~ "(a+)+b"', "might never end"),
        ('<+a.branch> =~ "("', "cannot be used as a pattern"),
        ('<+json.select("q", "{}")> == "x"', "there is no 'q'"),
        ('<+json.object("{")> == "x"', "no JSON"),
        ("size(3) == 1", "has no size"),
        ('<+secrets.getValue("x")> =~ "a.*"', "only be concatenated"),
    ],
)
def test_a_pattern_or_path_that_does_not_do_is_one_clear_problem(condition: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        is_true(condition, {"a": {"branch": "main"}})
    assert said in str(caught.value)


def test_a_status_is_plain_text_wherever_it_is_stored() -> None:
    names = {"a": {"status": StatusWord("IgnoreFailed")}}
    assert type(evaluate_text("<+a.status>", names)) is str
    assert to_json(evaluate_text("<+a>", names)) == {"status": "IGNORE_FAILED"}
    assert evaluate_text("it is <+a>", names) == 'it is {"status":"IGNORE_FAILED"}'


def test_a_secret_is_concatenated_and_never_shown() -> None:
    value = evaluate_text('postgres://<+pipeline.variables.env>:<+secrets.getValue("account.db")>@host', NAMES)
    assert value == Text(("postgres://prod:", SecretRef("account.db"), "@host"))
    assert str(value) == "postgres://prod:***@host"
    assert from_json(to_json({"url": [value]})) == {"url": [value]}


def test_every_unresolved_place_of_a_value_is_reported() -> None:
    with pytest.raises(InputError) as raised:
        resolve({"a": "<+nope>", "b": ["<+pipeline.name>", "<+stage.nope>"]}, NAMES, "spec")
    assert [problem.where.split(" ")[0] for problem in raised.value.problems if problem.where] == ["spec.a", "spec.b[1]"]


_texts = st.text("abc \"'\\<+>é\n", max_size=8).filter(lambda text: "<+" not in text)
_constants = st.one_of(st.integers(0, 10**9), st.booleans(), st.none(), _texts).map(grammar.Constant)
_trees = st.recursive(
    _constants,
    lambda inner: st.one_of(
        st.builds(grammar.Binary, st.sampled_from(["+", "==", "!="]), inner, inner),
        st.builds(grammar.Choice, st.booleans().map(grammar.Constant), inner, inner),
        st.builds(grammar.Items, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def _written(node: grammar.Node) -> str:
    match node:
        case grammar.Constant(str() as text):
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case grammar.Constant(value):
            return show(value)
        case grammar.Binary(operator, left, right):
            return f"({_written(left)} {operator} {_written(right)})"
        case grammar.Choice(test, then, otherwise):
            return f"({_written(test)} ? {_written(then)} : {_written(otherwise)})"
        case grammar.Items(items):
            return "[" + ", ".join(_written(item) for item in items) + "]"
        case _:
            raise AssertionError(path_of(node))


@given(_trees)
def test_what_is_written_is_what_is_read(tree: grammar.Node) -> None:
    assert grammar.condition(_written(tree)) == tree
    assert grammar.template(f"<+{_written(tree)}>").parts == (tree,)


@given(st.text("<+>()[]?:.,'\"\\ abc019&|!=-*/%é\n", max_size=60))
def test_any_text_is_read_or_refused_with_a_problem(text: str) -> None:
    for read in (lambda: evaluate_text(text, NAMES), lambda: is_true(text, NAMES)):
        with suppress(InputError):
            read()


_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=5),
        st.builds(lambda ref: Text((SecretRef(ref), "x")), st.text(min_size=1)),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)


@given(_values)
def test_values_survive_the_store(value: Any) -> None:
    assert from_json(to_json(value)) == value


@given(
    st.lists(st.one_of(st.text(max_size=4), st.builds(lambda ref: Text((SecretRef(ref),)), st.text(min_size=1, max_size=3))), max_size=6)
)
def test_concatenation_keeps_every_secret_and_hides_it(values: list[Any]) -> None:
    joined = concatenate(*values)
    secrets = [reference for value in values if isinstance(value, Text) for reference in value.secrets]
    assert (list(joined.secrets) if isinstance(joined, Text) else []) == secrets
    assert str(joined) == "".join(str(value) for value in values)
