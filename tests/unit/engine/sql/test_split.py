"""Scripts into statements: the table, and that nothing is lost."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bascule.engine.sql.split import is_blank, split

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[3] / "cases/sql/split.yaml").read_text())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_a_script_is_split(row: dict[str, Any]) -> None:
    found = split(
        row["text"],
        end_delimiter=row.get("end_delimiter"),
        split=row.get("split", True),
        strip_comments=row.get("strip_comments", False),
    )
    assert found == row["statements"]


@given(st.text(alphabet="ab';\"-/*$\n \\gobeginendcase", max_size=60))
def test_no_text_is_lost(text: str) -> None:
    """What goes is white space, and the delimiters."""
    removed = r"[\s;]|(?i:go)|/"
    assert re.sub(removed, "", "".join(split(text))) == re.sub(removed, "", text)


@given(st.lists(st.sampled_from(["select 1", "insert into t values ('a;b')", 'update "x;y" set a = 1', "-- c;\nselect 2"]), max_size=5))
def test_statements_joined_are_split_again(statements: list[str]) -> None:
    assert split(";\n".join(statements)) == statements


@pytest.mark.parametrize(("text", "blank"), [("", True), (" -- x", True), ("/* a */ -- b\n", True), ("/* a */ x", False), ("- 1", False)])
def test_comments_alone_are_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank
