"""What drivers say when they are not let in, row by row, and that every answer names what to change."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bascule.core.problems import Problem
from bascule.engine.dialects import refusals
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.mariadb import refusals as mariadb
from bascule.engine.dialects.postgresql import refusals as postgresql
from bascule.engine.urls import parse

CASES = yaml.safe_load((Path(__file__).parents[3] / "cases" / "refusals.yaml").read_text("utf-8"))
ROWS = [(dialect, row) for dialect, rows in CASES.items() for row in rows]


@pytest.mark.parametrize(("dialect", "row"), ROWS, ids=[f"{dialect}: {row['said'][:60]}" for dialect, row in ROWS])
def test_words_become_a_problem_with_a_remedy(dialect: str, row: dict[str, Any]) -> None:
    login = Login(url=parse(f"jdbc:{dialect}://db:1234/app"), username="ann", by_token=row.get("by_token", False))
    if dialect == "postgresql":
        problem = postgresql.unreachable(login, row["said"])
    else:
        problem = mariadb.unreachable(login, row["said"], row.get("number", 0))
    assert problem.code == row["code"]
    assert problem.why == row["said"].replace("  ", " ")
    assert problem.fix
    assert "{" not in f"{problem.what}{problem.fix}"


@pytest.mark.parametrize(
    ("dialect", "said", "code"),
    [
        ("postgresql", 'connection to server at "pgbouncer.prod" (10.0.0.1), port 1 failed: Connection refused', "CON-021"),
        (
            "postgresql",
            'connection to server at "PgBouncer.prod" failed: FATAL:  password authentication failed for user "oauth"',
            "CON-023",
        ),
        ("postgresql", 'connection to server at "pgbouncer.prod" failed: FATAL:  no such database: tls', "CON-043"),
        ("postgresql", 'FATAL:  database "tls" does not exist', "CON-026"),
        ("postgresql", 'FATAL:  role "oauth" does not exist', "CON-024"),
        ("mariadb", "Can't connect to MySQL server on 'pgbouncer.prod' ([Errno 111] Connection refused)", "CON-021"),
    ],
)
def test_names_of_the_login_are_no_words_of_a_driver(dialect: str, said: str, code: str) -> None:
    login = Login(url=parse(f"jdbc:{dialect}://pgbouncer.prod:1/tls"), username="oauth")
    told = postgresql.unreachable(login, said) if dialect == "postgresql" else mariadb.unreachable(login, said, 2003)
    assert told.code == code
    assert told.why == " ".join(said.split())


def test_a_proxy_of_mariadb_by_name_is_no_complaint_of_one() -> None:
    login = Login(url=parse("jdbc:mariadb://proxysql:6033/app"), username="ann")
    assert (
        mariadb.unreachable(login, "Can't connect to MySQL server on 'proxysql' ([Errno 111] Connection refused)", 2003).code == "CON-021"
    )
    assert mariadb.unreachable(login, "ProxySQL Error: Access denied for user 'ann'@'proxysql'", 9001).code == "CON-043"


def test_every_refusal_has_words_of_a_server_that_says_so() -> None:
    """But those that are told from elsewhere: a replica that answers, a tunnel, the absence of TLS."""
    known = {problem.code for problem in vars(refusals).values() if isinstance(problem, Problem)}
    assert known - {row["code"] for _, row in ROWS} == {"CON-054"}
