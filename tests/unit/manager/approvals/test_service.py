"""Approvals in the store: opened once, decided, expired, told about, written down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from bascule.core.errors import DeniedError, NotFoundError
from bascule.manager.approvals import service
from bascule.manager.approvals.model import Approval, ApprovalOwner
from bascule.manager.audit import service as audit
from bascule.manager.database import reading, writing
from bascule.manager.identity.model import SYSTEM, Actor, Grant, Scope
from bascule.manager.paging import Paging

PROJECT = Scope("shop", "orders")
ADA = Actor(id="ada", name="Ada", email="ada@shop.example", groups=("account/dbas",), grants=(Grant("approver", PROJECT),))
OPERATOR = Actor(id="olaf", name="Olaf", groups=("account/dbas",), grants=(Grant("operator", PROJECT),))
STRANGER = Actor(id="sam", name="Sam", groups=("account/dbas",), grants=(Grant("admin", Scope("other")),))
SPEC: dict[str, Any] = {"approvalMessage": "Look at the SQL", "approvers": {"userGroups": ["account.dbas"], "minimumCount": 1}}


class FakeClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def told(store: Engine) -> Iterator[list[Approval]]:
    heard: list[Approval] = []

    def callback(_connection: Connection, approval: Approval) -> None:
        heard.append(approval)

    service.on_decided(callback, engine=store)
    yield heard
    service._on_decided.remove((store, callback))


def owner(execution: str = "exe_1", **more: Any) -> ApprovalOwner:
    place = {"org": "shop", "project": "orders", "node_id": "n1", "phase": "ask", "pipeline": "release", "step": "prod.approve"}
    return ApprovalOwner(**(place | {"execution_id": execution} | more))


def open_one(store: Engine, clock: FakeClock, of: ApprovalOwner | None = None, spec: dict[str, Any] = SPEC, **more: Any) -> str:
    with writing(store) as connection:
        return service.open(connection, of or owner(), spec, "sha256:abc", ["ALTER TABLE a ADD b INT"], clock=clock, **more)


def test_the_same_owner_opens_one_approval(store: Engine, clock: FakeClock) -> None:
    assert open_one(store, clock) == open_one(store, clock)
    assert open_one(store, clock, owner(attempt=2)) != open_one(store, clock)


def test_a_decision_is_stored_told_and_written_down(store: Engine, clock: FakeClock, told: list[Approval]) -> None:
    approval_id = open_one(store, clock)
    decided = service.decide(store, ADA, approval_id, "APPROVE", "fine", clock=clock)
    with reading(store) as connection:
        assert service.get(connection, ADA, approval_id) == decided
        (deed,) = audit.events(connection, SYSTEM, PROJECT, audit.Filters(resource_type="APPROVAL"), Paging()).items
    assert (decided.status, decided.subject, decided.sql) == ("APPROVED", "sha256:abc", ("ALTER TABLE a ADD b INT",))
    assert [(one.id, one.status, one.owner.node_id) for one in told] == [(approval_id, "APPROVED", "n1")]
    assert (deed.action, deed.actor_id, deed.resource_identifier) == ("APPROVE", "ada", approval_id)


def test_a_callback_that_fails_undoes_the_decision(store: Engine, clock: FakeClock) -> None:
    approval_id = open_one(store, clock)

    def fail(_connection: Connection, _approval: Approval) -> None:
        raise RuntimeError("the turn could not be stored")

    service.on_decided(fail, engine=store)
    try:
        with pytest.raises(RuntimeError):
            service.decide(store, ADA, approval_id, "APPROVE", clock=clock)
    finally:
        service._on_decided.remove((store, fail))
    with reading(store) as connection:
        assert service.get(connection, ADA, approval_id).status == "WAITING"


def test_approving_needs_its_own_permission(store: Engine, clock: FakeClock) -> None:
    approval_id = open_one(store, clock)
    with pytest.raises(DeniedError, match="dbops_instance_approve"):
        service.decide(store, OPERATOR, approval_id, "APPROVE", clock=clock)
    with pytest.raises(NotFoundError):
        service.decide(store, STRANGER, approval_id, "APPROVE", clock=clock)


def test_lists_show_what_the_actor_may_see(store: Engine, clock: FakeClock) -> None:
    first = open_one(store, clock)
    open_one(store, clock, owner("exe_2", project="till"))
    with reading(store) as connection:
        seen = service.list_approvals(connection, ADA, Scope(), Paging())
        nothing = service.list_approvals(connection, STRANGER, Scope(), Paging())
        everything = service.list_approvals(connection, SYSTEM, Scope("shop"), Paging(), status="WAITING")
        one = service.list_approvals(connection, SYSTEM, Scope(), Paging(), execution_id="exe_2")
    assert [approval.id for approval in seen.items] == [first]
    assert (nothing.total, everything.total, one.total) == (0, 2, 1)


def test_the_sweeper_expires_and_approves_by_deadline(store: Engine, clock: FakeClock, told: list[Approval]) -> None:
    automatic = SPEC | {"autoApproval": {"scheduledDeadline": {"time": "2026-11-23 12:30 PM", "timeZone": "UTC"}, "comments": "agreed"}}
    expiring = open_one(store, clock, owner("exe_1"), timeout_s=3600)
    by_itself = open_one(store, clock, owner("exe_2"), automatic, timeout_s=3600)
    assert service.sweep(store, clock) == 0
    clock.at += timedelta(minutes=30)
    assert service.sweep(store, clock) == 1
    clock.at += timedelta(minutes=30)
    assert service.sweep(store, clock) == 1
    assert service.sweep(store, clock) == 0
    assert [(one.id, one.status) for one in told] == [(by_itself, "APPROVED"), (expiring, "EXPIRED")]


def test_approving_the_newer_rejects_the_older_where_the_step_says_so(store: Engine, clock: FakeClock, told: list[Approval]) -> None:
    spec = SPEC | {"isAutoRejectEnabled": True}
    older = open_one(store, clock, owner("exe_1"), spec)
    other_step = open_one(store, clock, owner("exe_1", step="qa.approve", node_id="n2"), spec)
    clock.at += timedelta(minutes=1)
    newer = open_one(store, clock, owner("exe_2"), spec)
    service.decide(store, ADA, newer, "APPROVE", clock=clock)
    assert [(one.id, one.status) for one in told] == [(newer, "APPROVED"), (older, "REJECTED")]
    assert "exe_2" in told[1].votes[0].comments
    with reading(store) as connection:
        assert service.get(connection, ADA, other_step).status == "WAITING"


def test_aborting_an_execution_ends_what_it_waits_for_and_tells_nobody(store: Engine, clock: FakeClock, told: list[Approval]) -> None:
    approval_id = open_one(store, clock, timeout_s=60)
    with writing(store) as connection:
        service.abort(connection, "exe_1", clock=clock)
    clock.at += timedelta(hours=1)
    assert service.sweep(store, clock) == 0
    with reading(store) as connection:
        assert service.get(connection, ADA, approval_id).status == "ABORTED"
    assert told == []
