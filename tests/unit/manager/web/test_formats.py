"""Values as pages show them."""

from datetime import UTC, datetime, timedelta

import pytest

from bascule.core.problems import Problem
from bascule.manager.web import formats
from bascule.manager.web.problems import placed
from bascule.manager.web.statuses import status_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(days=400), "1 year ago"),
        (timedelta(days=-2), "in 2 days"),
        (timedelta(hours=-23, minutes=-59), "in 24 hours"),
    ],
)
def test_moments_are_told_by_their_distance(before: timedelta, words: str) -> None:
    assert formats.relative(NOW - before, NOW) == words


@pytest.mark.parametrize("value", [NOW, NOW.timestamp(), int(NOW.timestamp() * 1000), NOW.isoformat(), NOW.replace(tzinfo=None)])
def test_every_way_of_writing_a_moment_is_read(value: object) -> None:
    assert formats.moment(value) == NOW


@pytest.mark.parametrize(("seconds", "words"), [(0.25, "250ms"), (59.9, "59s"), (184, "3m 4s"), (7500, "2h 5m"), (None, "")])
def test_durations_are_short(seconds: float | None, words: str) -> None:
    assert formats.duration(seconds) == words


def test_sql_is_coloured_and_nothing_in_it_becomes_markup() -> None:
    shown = formats.sql("SELECT '<script>' AS x -- <b>")
    assert shown == (
        '<span class="hl-k">SELECT</span> <span class="hl-s">&#39;&lt;script&gt;&#39;</span> <span class="hl-k">AS</span> x '
        '<span class="hl-c">-- &lt;b&gt;</span>'
    )


def test_a_dollar_quoted_body_is_one_text() -> None:
    assert formats.sql("AS $body$ SELECT 1 $body$;").count("<span") == 2


def test_yaml_keys_are_coloured() -> None:
    assert '<span class="hl-p">  - name</span>: x' in formats.yaml_text("steps:\n  - name: x\n")


def test_a_difference_is_that_of_the_yaml() -> None:
    lines = formats.difference({"name": "a", "tags": ["x"]}, {"name": "b", "tags": ["x"]})
    assert ("del", "-name: a") in lines
    assert ("add", "+name: b") in lines
    assert formats.difference(None, "a: 1\n")[1:] == [("add", "+a: 1")]
    assert formats.difference("a: 1", "a: 1") == []


def test_long_texts_are_blocks_in_yaml() -> None:
    assert formats.as_yaml({"sql": "SELECT 1\nFROM t\n"}) == "sql: |\n  SELECT 1\n  FROM t\n"


@pytest.mark.parametrize(
    ("word", "tone", "label"),
    [
        ("ApprovalWaiting", "wait", "Waiting for approval"),
        ("Successfully_Deployed", "success", "Deployed"),
        ("IN_PROGRESS", "info", "Running"),
        ("something_new", "neutral", "Something new"),
    ],
)
def test_a_status_word_has_a_tone_and_a_label_however_it_is_cased(word: str, tone: str, label: str) -> None:
    found = status_of(word)
    assert (found.tone, found.label) == (tone, label)


def test_problems_get_the_line_and_column_that_their_place_ends_in() -> None:
    found = placed(
        [Problem(code="PIP-004", what="x", where="pipeline.yaml:14:9"), Problem(code="PIP-001", what="y", where="stages.deploy")]
    )
    assert (found[0]["line"], found[0]["column"], found[0]["severity"]) == (14, 9, "error")
    assert "line" not in found[1]
