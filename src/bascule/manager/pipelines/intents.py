"""What a step wants done next. One turn of the driver stores the intent, then carries it out; the answer resumes the step."""

from typing import Any

import msgspec

from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.wire.jobs import Job


class RunJob(msgspec.Struct, frozen=True, tag="run_job"):
    """Hand a job to a delegate; answered by JobDone or JobFailed."""

    phase: str
    job: Job


class AskApproval(msgspec.Struct, frozen=True, tag="ask_approval"):
    """Open an approval (its spec as HarnessApproval writes it, expressions resolved); answered by Approved or Rejected."""

    phase: str
    spec: dict[str, Any]
    subject: str = ""
    """The digest of what is shown."""
    sql: tuple[str, ...] = ()
    """What approvers are shown."""


class Evaluate(msgspec.Struct, frozen=True, tag="evaluate"):
    """Judge `document` by policy sets; answered by Decision. `subject` is the plan digest."""

    phase: str
    policy_sets: tuple[str, ...]
    document: dict[str, Any]
    subject: str = ""
    entity: str = "dbSql"


class Sleep(msgspec.Struct, frozen=True, tag="sleep"):
    """Wait `seconds` (durably); answered by Woken."""

    phase: str
    seconds: float


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The step has succeeded."""

    outputs: dict[str, Any] = {}


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The step has failed. `kind` is one of Harness's error classes (AllErrors, PolicyEvaluationFailure, ApprovalRejection, Timeout, …)."""

    problems: tuple[Problem, ...]
    kind: str = "Unknown"
    outputs: dict[str, Any] = {}


Intent = RunJob | AskApproval | Evaluate | Sleep | Done | Failed


class JobDone(msgspec.Struct, frozen=True, tag="job_done"):
    outputs: dict[str, Any] = {}
    commit: str | None = None


class JobFailed(msgspec.Struct, frozen=True, tag="job_failed"):
    """`status` tells failure from cancelled and unknown."""

    problems: tuple[Problem, ...]
    status: str = "failure"
    failure: str | None = None
    outputs: dict[str, Any] = {}
    commit: str | None = None


class Approved(msgspec.Struct, frozen=True, tag="approved"):
    by: tuple[str, ...]
    inputs: dict[str, str] = {}
    comments: tuple[str, ...] = ()


class Rejected(msgspec.Struct, frozen=True, tag="rejected"):
    by: str
    comment: str = ""


class Woken(msgspec.Struct, frozen=True, tag="woken"):
    """The sleep is over."""


class TimedOut(msgspec.Struct, frozen=True, tag="timed_out"):
    """The step's timeout has passed."""


Answer = JobDone | JobFailed | Approved | Rejected | Decision | Woken | TimedOut
