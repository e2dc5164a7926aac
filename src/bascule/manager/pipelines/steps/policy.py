"""Policy: let policy sets judge any document."""

from typing import Any

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Answer, Done, Evaluate, Failed, Intent
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step


@step("Policy")
class Policy(Step, frozen=True, kw_only=True):
    """Judge `policySpec.payload`, a JSON text, by `policySets`."""

    policy_sets: list[str]
    type: str = "Custom"
    policy_spec: dict[str, Any] = {}

    def start(self, ctx: StepContext) -> Intent:
        payload = self.policy_spec.get("payload", "{}")
        try:
            document = msgspec.json.decode(payload) if isinstance(payload, str) else payload
        except msgspec.DecodeError as error:
            raise InputError(
                Problem(code="PIP-038", what="the payload is no JSON", where=ctx.where("policySpec"), why=str(error))
            ) from error
        if not isinstance(document, dict):
            raise InputError(Problem(code="PIP-038", what="the payload must be a JSON object", where=ctx.where("policySpec")))
        return Evaluate("policy", tuple(self.policy_sets), document, entity=self.type)

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        match answer:
            case Decision(allowed=True, warnings=warnings, evaluation_id=evaluation_id):
                return Done({"evaluationId": evaluation_id, "warnings": [str(warning) for warning in warnings]})
            case Decision(problems=problems, evaluation_id=evaluation_id):
                return Failed(problems, "PolicyEvaluationFailure", {"evaluationId": evaluation_id})
            case _:
                return failed(answer)
