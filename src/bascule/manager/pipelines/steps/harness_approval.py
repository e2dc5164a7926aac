"""HarnessApproval: people decide whether the execution goes on."""

import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.approvals.model import spec_of
from bascule.manager.pipelines.intents import Answer, Approved, AskApproval, Done, Failed, Intent, Rejected
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step


@step("HarnessApproval")
class Approval(Step, frozen=True, kw_only=True):
    """Ask for approval. It shows the plans previewed so far; an apply of those instances then runs only what was shown."""

    default_timeout: ClassVar[str] = "1d"

    approvers: dict[str, Any]
    approval_message: str = ""
    include_pipeline_execution_history: bool = True
    is_auto_reject_enabled: bool = False
    approver_inputs: list[dict[str, Any]] = []
    auto_approval: dict[str, Any] | None = None
    callback_id: str | None = None

    def check(self, where: str) -> Iterator[Problem]:
        try:
            spec_of(msgspec.to_builtins(self))
        except InputError as error:
            for problem in error.problems:
                yield msgspec.structs.replace(problem, where=f"{where} ({problem.where})")

    def start(self, ctx: StepContext) -> Intent:
        approved = ctx.pins.get("approved", {})
        shown = {key: seen for key, seen in sorted(ctx.pins.get("previewed", {}).items()) if approved.get(key) != seen["digest"]}
        ctx.memory["shown"] = {key: seen["digest"] for key, seen in shown.items()}
        sql = [text for key, seen in shown.items() for text in ([f"-- {key}"] if len(shown) > 1 else []) + seen["sql"]]
        return AskApproval("approval", dict(ctx.node.spec), _subject(ctx.memory["shown"]), tuple(sql))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        match answer:
            case Approved(by=by, inputs=inputs, comments=comments):
                ctx.pins.setdefault("approved", {}).update(ctx.memory["shown"])
                activities = [{"user": {"name": name}, "comments": comment} for name, comment in zip(by, comments, strict=False)]
                return Done({"approverInputs": inputs, "approvedBy": list(by), "approvalActivities": activities})
            case Rejected(by=by, comment=comment):
                return Failed((Problem(code="PIP-045", what=f"{by} has rejected", why=comment or None),), "ApprovalRejection")
            case _:
                return failed(answer)


def _subject(shown: dict[str, str]) -> str:
    """The digest of the one plan that is shown, or of all of them."""
    if len(shown) <= 1:
        return next(iter(shown.values()), "")
    lines = "\n".join(f"{key} {digest}" for key, digest in sorted(shown.items()))
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"
