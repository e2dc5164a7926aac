"""Governance and approvals on a PostgreSQL store, where transactions run side by side."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from bascule.core.errors import BasculeError
from bascule.manager.approvals import service as approvals
from bascule.manager.approvals import store as approvals_store
from bascule.manager.approvals.model import ApprovalOwner
from bascule.manager.audit import store as audit_store
from bascule.manager.database import METADATA, open_store, reading, writing
from bascule.manager.governance import service as governance
from bascule.manager.governance import store as governance_store
from bascule.manager.governance.model import PolicyIn, PolicySetIn
from bascule.manager.identity.model import SYSTEM, Actor, Grant, Scope
from bascule.policy.workers import default_pool
from tools.servers import Database

pytestmark = pytest.mark.postgresql

PROJECT = Scope("shop", "orders")


@pytest.fixture
def store(postgresql: Database) -> Iterator[Engine]:
    engine = open_store(postgresql.url)
    areas = (governance_store, approvals_store, audit_store)
    tables = [table for table in METADATA.sorted_tables if any(table in vars(area).values() for area in areas)]
    METADATA.create_all(engine, tables=tables)
    yield engine
    engine.dispose()
    default_pool().close()


def test_an_evaluation_is_kept_and_read(store: Engine) -> None:
    rego = 'package p\n\ndeny contains "nul \\u0000 and ü" if input.x\n'
    governance.create_policy(store, SYSTEM, Scope(), PolicyIn(identifier="p", name="P", rego=rego))
    body = {"identifier": "s", "name": "S", "type": "custom", "action": "onstep", "policies": [{"identifier": "p"}]}
    governance.create_policy_set(store, SYSTEM, Scope(), PolicySetIn.model_validate(body))
    decision = governance.evaluate(store, SYSTEM, PROJECT, ["account.s"], {"x": "a\u0000b"}, "sha256:1")
    with reading(store) as connection:
        kept = governance.get_evaluation(connection, SYSTEM, PROJECT, decision.evaluation_id)
    assert not decision.allowed
    assert (kept.status, kept.input["x"]) == ("error", "a\u0000b")


def test_votes_at_the_same_moment_are_all_counted(store: Engine) -> None:
    spec: dict[str, Any] = {"approvers": {"userGroups": ["account.dbas"], "minimumCount": 5}}
    owner = ApprovalOwner(execution_id="exec_1", node_id="1", phase="ask", org="shop", project="orders")
    with writing(store) as connection:
        approval = approvals.open(connection, owner, spec, "sha256:1", [])
    together = threading.Barrier(8)
    refused: list[BasculeError] = []

    def vote(number: int) -> None:
        person = Actor(id=f"p{number}", name=f"P{number}", groups=("account/dbas",), grants=(Grant("approver"),))
        together.wait()
        try:
            approvals.decide(store, person, approval, "APPROVE")
        except BasculeError as error:
            refused.append(error)

    threads = [threading.Thread(target=vote, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(store) as connection:
        after = approvals.get(connection, SYSTEM, approval)
    assert (after.status, len(after.votes)) == ("APPROVED", 5)
    assert [error.problems[0].code for error in refused] == ["APR-002"] * 3
