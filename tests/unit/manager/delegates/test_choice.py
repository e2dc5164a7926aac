"""Who is to have a job: by tags, by what they reach, by who ran it last, by what they have to do. Rows of a table, no store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bascule.manager.delegates.choice import Fleet, Verdict, choose, verdict, why_not_yet
from bascule.manager.delegates.model import Delegate, Waiting, refusals, skew
from bascule.manager.delegates.reach import Reach, endpoint_of, host_and_port
from bascule.manager.identity.model import Scope
from bascule.wire.jobs import Command, Job, Target

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DB = "db:5432"


def delegate(name: str, **fields: Any) -> Delegate:
    given = {"capacity": 4, "free": 4, "last_seen_at": NOW, "features": ("probe",), "registered_at": NOW} | fields
    return Delegate(id=name, token_id="t", name=name, public_key="", scope=Scope(), **given)


def job(age_s: float = 0.0, **fields: Any) -> Waiting:
    given = {"selectors": (), "scope": Scope("o", "p"), "needs_scripts": False, "exclusive": None, "workspace": None} | fields
    return Waiting(id="j", enqueued_at=NOW - timedelta(seconds=age_s), **given)


def reach(name: str, *, reached: bool | None = True, age_s: float = 1.0, asked_s: float | None = None, ran_s: float | None = None) -> Reach:
    return Reach(
        delegate_id=name,
        endpoint=DB,
        is_reached=reached,
        why="" if reached else "connection refused",
        checked_at=None if reached is None else NOW - timedelta(seconds=age_s),
        asked_at=None if asked_s is None else NOW - timedelta(seconds=asked_s),
        ran_at=None if ran_s is None else NOW - timedelta(seconds=ran_s),
    )


def fleet(*delegates: Delegate, reaches: tuple[Reach, ...] = (), **fields: Any) -> Fleet:
    return Fleet(delegates=delegates, reaches={(known.delegate_id, known.endpoint): known for known in reaches}, now=NOW, **fields)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("jdbc:postgresql://db/app", "db:5432"),
        ("jdbc:postgresql://db:6000/app?user=x", "db:6000"),
        ("postgresql://user:p%40ss@db.example.com/app", "db.example.com:5432"),
        ("postgresql+psycopg://db/app", "db:5432"),
        ("jdbc:mysql://db/app", "db:3306"),
        ("jdbc:mariadb://[fd00::1]/app", "[fd00::1]:3306"),
        ("jdbc:postgresql://DB/app", "db:5432"),
        ("jdbc:postgresql://a,b:5433/app", None),
        ("jdbc:postgresql:///app?cloudSqlInstance=x", None),
        ("jdbc:postgresql://db:none/app", None),
        ("jdbc:postgresql://<+variable.host>/app", None),
        ("jdbc:sqlite:/var/app.db", None),
        ("sqlite:///app.db", None),
        ("jdbc:oracle:thin:@//db:1521/x", None),
        ("", None),
    ],
)
def test_an_endpoint_is_the_one_host_of_a_url(url: str, endpoint: str | None) -> None:
    assert host_and_port(url) == endpoint


def test_a_connection_test_is_not_probed_before() -> None:
    target = Target(url="postgresql://db/app")
    assert endpoint_of(Job(id="j", what=Command(argv=["connect"]), target=target)) is None
    assert endpoint_of(Job(id="j", what=Command(argv=["update"]), target=target)) == DB
    assert endpoint_of(Job(id="j", what=Command(argv=["update"]))) is None


@pytest.mark.parametrize(
    ("tags", "selectors", "reasons"),
    [
        (("prod", "eu"), (), []),
        (("prod", "eu"), ("prod",), []),
        (("prod", "eu"), ("eu", "prod"), []),
        (("prod",), ("prod", "eu"), ["it lacks the tag 'eu'"]),
        ((), ("prod", "eu"), ["it lacks the tag 'prod'", "it lacks the tag 'eu'"]),
        (("Prod",), ("prod",), ["it lacks the tag 'prod'"]),
    ],
)
def test_all_selectors_must_be_among_the_tags(tags: tuple[str, ...], selectors: tuple[str, ...], reasons: list[str]) -> None:
    assert refusals(job(selectors=selectors), delegate("d", tags=tags), None) == reasons


def test_a_draining_delegate_says_so() -> None:
    assert refusals(job(), delegate("d", draining_at=NOW), None) == ["it is draining"]


@pytest.mark.parametrize(
    ("known", "age_s", "expected"),
    [
        (None, 0, "probe"),
        (reach("d"), 0, "take"),
        (reach("d", age_s=301), 0, "probe"),
        (reach("d", reached=None, asked_s=1), 0, "wait"),
        (reach("d", reached=None, asked_s=6), 0, "probe"),
        (reach("d", reached=False), 0, "wait"),
        (reach("d", reached=False, age_s=6), 0, "probe"),
        (reach("d", reached=False, age_s=6, asked_s=1), 0, "wait"),
        (reach("d", reached=False), 11, "take"),
        (reach("d", reached=None, asked_s=1), 11, "take"),
    ],
    ids=[
        "it was never asked",
        "it reaches it",
        "it did, long ago",
        "it was just asked",
        "it was asked and did not answer",
        "it does not",
        "it did not a while ago",
        "it did not, and was asked again",
        "nobody does, so it may try",
        "nobody has said, so it may try",
    ],
)
def test_a_target_must_have_been_reached_before_a_job_goes_there(known: Reach | None, age_s: float, expected: Verdict) -> None:
    one = delegate("d")
    seen = fleet(one, reaches=(known,) if known else ())
    assert verdict(job(age_s, endpoint=DB), one, seen) == expected


def test_who_does_not_reach_a_target_stays_refused_while_another_reaches_it() -> None:
    far, near = delegate("far"), delegate("near", free=0)
    seen = fleet(far, near, reaches=(reach("far", reached=False), reach("near")), running={"near": 4})
    assert verdict(job(600, endpoint=DB), far, seen) == "wait"
    told = why_not_yet(job(600, endpoint=DB), seen)
    assert told is not None
    assert told.why == "far: it cannot reach db:5432 (connection refused); near: it has 4 of 4 jobs in hand"


def test_a_delegate_that_cannot_probe_is_not_asked_to() -> None:
    old = delegate("old", features=())
    assert verdict(job(endpoint=DB), old, fleet(old)) == "take"


IDLE, BUSY = delegate("idle"), delegate("busy", free=2)


@pytest.mark.parametrize(
    ("case", "asks", "others", "expected"),
    [
        ({}, BUSY, (), "take"),
        ({}, BUSY, (IDLE,), "pass"),
        ({}, IDLE, (BUSY,), "take"),
        ({"age_s": 0.4}, BUSY, (IDLE,), "take"),
        ({}, BUSY, (delegate("idle", free=0),), "take"),
        ({}, BUSY, (delegate("idle", last_seen_at=NOW - timedelta(seconds=40)),), "take"),
        ({}, BUSY, (delegate("idle", last_seen_at=NOW - timedelta(seconds=70)),), "take"),
        ({}, BUSY, (delegate("idle", draining_at=NOW),), "take"),
        ({"selectors": ("x",)}, delegate("busy", tags=("x",)), (IDLE,), "take"),
        ({}, BUSY, (delegate("twin"),), "pass"),
        ({}, delegate("one"), (delegate("other"),), "take"),
    ],
    ids=[
        "alone",
        "another has less to do",
        "it has least to do",
        "the job has waited",
        "the other has no room",
        "the other has not asked lately",
        "the other is gone",
        "the other drains",
        "the other lacks the tag",
        "the other has nothing to do",
        "both have nothing to do",
    ],
)
def test_a_job_is_left_to_who_has_least_to_do(
    case: dict[str, Any], asks: Delegate, others: tuple[Delegate, ...], expected: Verdict
) -> None:
    assert verdict(job(**case), asks, fleet(asks, *others, running={"busy": 2})) == expected


def test_a_job_is_left_to_who_ran_its_target_last_though_it_has_more_to_do() -> None:
    seen = fleet(IDLE, BUSY, running={"busy": 2}, reaches=(reach("idle", ran_s=90), reach("busy", ran_s=30)))
    assert verdict(job(endpoint=DB), IDLE, seen) == "pass"
    assert verdict(job(endpoint=DB), BUSY, seen) == "take"


def test_a_job_is_not_left_to_who_is_not_known_to_reach_it() -> None:
    seen = fleet(IDLE, BUSY, running={"busy": 2}, reaches=(reach("busy"),))
    assert verdict(job(endpoint=DB), BUSY, seen) == "take"


def test_the_oldest_job_that_it_may_take_comes_first_and_targets_are_tried_once() -> None:
    one = delegate("d")
    jobs = [job(endpoint=DB), job(endpoint=DB), job(selectors=("x",)), job(exclusive="e")]
    chosen = choose(jobs, one, lambda: fleet(one))
    assert [taken.exclusive for taken in chosen.jobs] == ["e"]
    assert chosen.probes == (DB,)


def test_a_job_that_is_about_to_be_taken_has_no_reason_to_wait() -> None:
    assert why_not_yet(job(), fleet(IDLE)) is None


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ("1.4.0", "1.4.2", None),
        ("1.3.9", "1.4.0", None),
        ("1.2.0", "1.4.0", "too old"),
        ("1.5.0", "1.4.0", "newer"),
        ("2.0.0", "1.9.0", "newer"),
        ("0.9.0", "1.0.0", "too old"),
        ("1.4.0.dev1", "1.4.0", None),
        ("main", "main", None),
        ("main", "1.4.0", "not a version"),
        ("", "1.4.0", "unknown"),
    ],
)
def test_a_delegate_may_be_of_the_same_minor_version_or_one_older(theirs: str, ours: str, said: str | None) -> None:
    found = skew(theirs, ours)
    assert found is None if said is None else said in (found or "")
