"""What browsers' forms become."""

import pytest
from starlette.datastructures import FormData

from bascule.core.errors import InputError
from bascule.manager.organizations.model import Project
from bascule.manager.web.forms import Form, build


def test_fields_are_read_as_what_they_are() -> None:
    form = Form(
        FormData(
            [
                ("name", " Orders "),
                ("empty", " "),
                ("yaml", "a: 1\r\n"),
                ("tags", "env=prod\nplain\n\n =x"),
                ("words", "a, b\nc,"),
                ("enabled", "on"),
                ("input.where", "eu"),
                ("input.where", "us"),
                ("input.ticket", "A-1"),
            ]
        )
    )
    assert form.text("name") == "Orders"
    assert form.optional("empty") is None
    assert form.raw("yaml") == "a: 1\n"
    assert form.pairs("tags") == {"env": "prod", "plain": ""}
    assert form.words("words") == ["a", "b", "c"]
    assert form.flag("enabled")
    assert not form.flag("disabled")
    assert form.prefixed("input.") == {"where": "eu,us", "ticket": "A-1"}


def test_a_model_says_all_that_is_wrong_with_a_form() -> None:
    with pytest.raises(InputError) as raised:
        build(Project, {"identifier": "1-bad", "name": "", "unheard": "of"})
    assert {problem.where for problem in raised.value.problems} == {"identifier", "name", "unheard"}
