"""The reference pages say what the code says."""

import pytest

from docs import generate


@pytest.mark.parametrize("page", generate.PAGES)
def test_a_generated_page_is_up_to_date(page: str) -> None:
    assert (generate.HERE / page).read_text("utf-8") == generate.render(page), "run `make docs`"


def test_a_message_is_shown_with_gaps_where_values_stand() -> None:
    import ast

    tree = ast.parse('Problem(code="X-001", what=f"no {kind!r} is named {a}{b}" + " here")')
    assert list(generate.problem_calls(tree)) == [("X-001", "no … is named … here")]
