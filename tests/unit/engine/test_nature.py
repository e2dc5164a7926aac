"""What a statement is, told by what stands behind its comments."""

import pytest

from bascule.engine import dialects
from bascule.engine import operations as ops
from bascule.engine.nature import nature_of
from bascule.engine.sql.statement import Statement


@pytest.mark.parametrize(("dialect", "kind"), [("postgresql", "rows"), ("mariadb", "objects")])
def test_a_comment_may_hold_another_where_the_database_says_so(dialect: str, kind: str) -> None:
    text = "/* out /* in */ CREATE TABLE a (id int) -- */ INSERT INTO b VALUES (1)\n"
    assert nature_of(Statement(text), ops.RunSql(text), dialects.get(dialect)).kind == kind
