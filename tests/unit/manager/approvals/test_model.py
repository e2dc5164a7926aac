"""What votes and time make of an approval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.core.errors import BasculeError, ConflictError, DeniedError, InputError
from bascule.manager.approvals.model import Approval, ApprovalOwner, Deadline, decide, due, spec_of
from bascule.manager.identity.model import Actor, Grant, Scope

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWNER = ApprovalOwner(
    execution_id="exe_1", node_id="n1", phase="ask", org="shop", project="orders", executor_id="eve", executor_email="eve@shop.example"
)


def person(name: str, *groups: str) -> Actor:
    return Actor(
        id=name,
        name=name.title(),
        email=f"{name}@shop.example",
        groups=groups or ("account/dbas",),
        grants=(Grant("approver", Scope("shop")),),
    )


def approval(expires_at: datetime | None = None, **approvers: Any) -> Approval:
    more = approvers.pop("more", {})
    spec = spec_of({"approvers": {"userGroups": ["account.dbas"], "minimumCount": 1} | approvers} | more)
    return Approval(id="apr_1", owner=OWNER, spec=spec, created_at=AT, expires_at=expires_at)


ADA, BEN, EVE = person("ada"), person("ben"), person("eve")


def approve(of: Approval, actor: Actor, **inputs: str) -> Approval:
    return decide(of, actor, "APPROVE", "fine", inputs, AT)


def test_one_approver_is_enough_by_default() -> None:
    after = approve(approval(), ADA)
    assert (after.status, after.ended_at, [vote.name for vote in after.votes]) == ("APPROVED", AT, ["Ada"])


def test_the_minimum_counts_people_not_votes() -> None:
    once = approve(approval(minimumCount=2), ADA)
    assert once.status == "WAITING"
    with pytest.raises(ConflictError, match="has approved this already"):
        approve(once, ADA)
    with pytest.raises(ConflictError, match="has approved this already"):
        approve(once, Actor(id="ada2", name="Ada", email="ADA@shop.example", groups=("account/dbas",)))
    assert approve(once, BEN).status == "APPROVED"


def test_one_rejection_ends_it_even_after_an_approval_of_the_same_person() -> None:
    once = approve(approval(minimumCount=2), ADA)
    after = decide(once, ADA, "REJECT", "I looked again", {}, AT)
    assert after.status == "REJECTED"
    with pytest.raises(ConflictError, match="REJECTED by Ada"):
        approve(after, BEN)


def test_who_started_the_execution_may_not_decide_when_the_step_says_so() -> None:
    assert approve(approval(), EVE).status == "APPROVED"
    with pytest.raises(DeniedError, match="started this execution"):
        approve(approval(disallowPipelineExecutor=True), EVE)
    other_login = Actor(id="sso|17", name="Eve", email="Eve@Shop.example", groups=("account/dbas",))
    with pytest.raises(DeniedError, match="started this execution"):
        decide(approval(disallowPipelineExecutor=True), other_login, "REJECT", "", {}, AT)


def test_an_excluded_address_may_not_decide() -> None:
    with pytest.raises(DeniedError, match="disallowedUserEmails"):
        approve(approval(disallowedUserEmails=["ADA@shop.example"]), ADA)


@pytest.mark.parametrize(
    ("group", "key", "is_in"),
    [
        ("account.dbas", "account/dbas", True),
        ("org.dbas", "account/shop/dbas", True),
        ("dbas", "account/shop/orders/dbas", True),
        ("dbas", "account/dbas", False),
        ("org.dbas", "account/other/dbas", False),
        ("account.dbas", "account/shop/dbas", False),
        ("_project_all_users", "account/whatever", True),
        ("account._account_all_users", "account/whatever", True),
    ],
)
def test_groups_are_found_by_the_scope_of_their_reference(group: str, key: str, is_in: bool) -> None:
    asked, actor = approval(userGroups=[group]), person("ada", key)
    if is_in:
        assert approve(asked, actor).status == "APPROVED"
    else:
        with pytest.raises(DeniedError, match="not among the approvers"):
            approve(asked, actor)


def test_a_service_account_decides_only_where_it_is_named() -> None:
    robot = Actor(id="robot", name="robot", kind="service", groups=("account/dbas",))
    with pytest.raises(DeniedError, match="not among the approvers"):
        approve(approval(), robot)
    assert approve(approval(serviceAccounts=["account.robot"]), robot).status == "APPROVED"


INPUTS = {
    "approverInputs": [
        {"name": "ticket", "required": True, "regex": "CHG-[0-9]+"},
        {"name": "window", "defaultValue": "night", "allowedValues": "day, night"},
        {"name": "regions", "selectManyFrom": ["eu", "us", "ap"]},
    ]
}


def test_inputs_are_checked_and_defaults_filled_in() -> None:
    asked = approval(more=INPUTS)
    after = approve(asked, ADA, ticket="CHG-7", regions="eu,us")
    assert after.inputs == {"ticket": "CHG-7", "window": "night", "regions": "eu,us"}
    with pytest.raises(InputError) as raised:
        approve(asked, ADA, window="noon", regions="mars", colour="red")
    assert [(p.code, p.where) for p in raised.value.problems] == [
        ("APR-007", "approverInputs.colour"),
        ("APR-008", "approverInputs.ticket"),
        ("APR-009", "approverInputs.window"),
        ("APR-009", "approverInputs.regions"),
    ]
    with pytest.raises(InputError):
        approve(asked, ADA, ticket="CHG-7; drop")
    assert decide(asked, ADA, "REJECT", "", {}, AT).status == "REJECTED", "a rejection needs no inputs"


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({}, "spec.approvers"),
        ({"approvers": {"minimumCount": 1}}, "spec.approvers"),
        ({"approvers": {"userGroups": ["a"], "minimumCount": 0}}, "spec.approvers.minimumCount"),
        ({"approvers": {"userGroups": ["a"]}, "approverInputs": [{"name": "x", "regex": "("}]}, "spec.approverInputs.0.regex"),
        ({"approvers": {"userGroups": ["a"]}, "approvalMesage": "x"}, "spec.approvalMesage"),
        (
            {"approvers": {"userGroups": ["a"]}, "autoApproval": {"scheduledDeadline": {"time": "soon", "timeZone": "UTC"}}},
            "spec.autoApproval.scheduledDeadline",
        ),
    ],
)
def test_a_spec_that_cannot_be_honoured_is_refused_at_its_key(spec: dict[str, Any], where: str) -> None:
    with pytest.raises(InputError) as raised:
        spec_of(spec)
    assert where in [problem.where for problem in raised.value.problems]


def test_resolved_expressions_are_texts() -> None:
    spec = spec_of({"approvers": {"userGroups": "account.dbas, org.leads", "minimumCount": "2", "disallowPipelineExecutor": "true"}})
    assert (spec.approvers.user_groups, spec.approvers.minimum_count) == (["account.dbas", "org.leads"], 2)
    assert spec.approvers.disallow_pipeline_executor


@pytest.mark.parametrize(
    ("time", "zone", "moment"),
    [
        ("2026-11-23 05:30 PM", "UTC", datetime(2026, 11, 23, 17, 30, tzinfo=UTC)),
        ("2026-11-23 05:30 am", "Asia/Calcutta", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        ("2026-11-23T17:30:00+01:00", "UTC", datetime(2026, 11, 23, 16, 30, tzinfo=UTC)),
        ("2026-11-23T17:30:00", "Europe/Vienna", datetime(2026, 11, 23, 16, 30, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_a_moment_in_its_zone(time: str, zone: str, moment: datetime) -> None:
    assert Deadline(time=time, time_zone=zone).at() == moment


def test_what_is_overdue_takes_no_vote_and_expires() -> None:
    asked = approval(expires_at=AT)
    with pytest.raises(ConflictError, match="EXPIRED"):
        approve(asked, ADA)
    assert due(asked, AT - timedelta(seconds=1)) is asked
    assert due(asked, AT).status == "EXPIRED"


def test_the_deadline_approves_unless_it_expired_before() -> None:
    automatic = {"autoApproval": {"action": "APPROVE", "scheduledDeadline": {"time": "2026-11-23 12:00 PM"}, "comments": "as agreed"}}
    after = due(approval(more=automatic | INPUTS), AT)
    assert (after.status, after.votes[0].comments, after.inputs["window"]) == ("APPROVED", "as agreed", "night")
    assert due(approval(more=automatic, expires_at=AT - timedelta(minutes=1)), AT).status == "EXPIRED"


PEOPLE = [person(name, group) for name in ("ada", "ben", "cyd", "eve") for group in ("account/dbas", "account/other")]


@given(
    st.integers(1, 4),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["APPROVE", "REJECT"])), max_size=12),
)
def test_whatever_order_people_vote_in(minimum: int, four_eyes: bool, votes: list[tuple[Actor, Any]]) -> None:
    """Approved means: at least the minimum of different approvers, none excluded, nobody rejected; and nothing happens after the end."""
    now = approval(minimumCount=minimum, disallowPipelineExecutor=four_eyes)
    for actor, action in votes:
        before = now
        try:
            now = decide(now, actor, action, "", {}, AT)
        except BasculeError:
            assert now is before
            continue
        assert before.status == "WAITING"
        assert actor.groups == ("account/dbas",)
        assert not (four_eyes and actor.id == "eve")
        assert (now.status == "REJECTED") == (action == "REJECT")
    different = {vote.actor_id for vote in now.approvals}
    assert len(different) == len(now.approvals)
    assert (now.status == "APPROVED") == (len(different) >= minimum and all(vote.action == "APPROVE" for vote in now.votes))
