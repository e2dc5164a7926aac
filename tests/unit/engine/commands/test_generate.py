"""What a generated changelog cannot say as it is."""

import pytest

from bascule.engine import dialects
from bascule.engine.commands.generate import unlike_types
from bascule.engine.schema import Column, Name, Schema, Table


@pytest.mark.parametrize(
    ("dialect", "kind", "told"),
    [
        ("mariadb", "time(3)", False),  # its table is made by a statement of its own
        ("mariadb", "bigint(20) unsigned", False),
        ("mariadb", "enum('a','b')", False),
        ("postgresql", "timestamp(3) with time zone", False),
        ("postgresql", "timestamp(3) without time zone[]", False),
        ("postgresql", "bit varying(5)", False),
        ("postgresql", "money", True),
        ("postgresql", '"money"', False),
    ],
)
def test_a_type_that_becomes_another_is_told(dialect: str, kind: str, told: bool) -> None:
    schema = Schema(tables={"t": Table(name=Name("t"), columns=(Column(name="c", type=kind),))})
    assert [problem.code for problem in unlike_types(schema, dialects.get(dialect))] == (["DDL-033"] if told else [])
