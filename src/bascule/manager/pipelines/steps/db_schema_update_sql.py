"""DBSchemaUpdateSQL: what an apply would run, and nothing else."""

from typing import Any, ClassVar, Literal

from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Answer, Done, Evaluate, Failed, Intent, JobDone, JobFailed, RunJob
from bascule.manager.pipelines.steps import _jobs
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step


@step("DBSchemaUpdateSQL")
class PreviewUpdate(Step, frozen=True, kw_only=True):
    """Plan without running. An approval that follows shows this plan, and an apply after it runs only this plan."""

    permission: ClassVar[str] = "dbops_instance_view"

    db_schema: str
    db_instance: str
    migration_type: Literal["Liquibase"] = "Liquibase"
    settings: dict[str, Any] = {}
    global_settings: dict[str, Any] = {}
    delegate_selectors: list[str] = []

    def start(self, ctx: StepContext) -> Intent:
        facts = ctx.instance(self.db_schema, self.db_instance, self.permission)
        return RunJob("plan", _jobs.command(ctx, facts, "plan", repeat="safe", settings=self.global_settings | self.settings))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        facts = ctx.instance(self.db_schema, self.db_instance, self.permission)
        if isinstance(answer, JobDone | JobFailed):
            _jobs.pin_commit(ctx, facts, answer)
        match phase, answer:
            case "plan", JobDone():
                plan = _jobs.read_plan(answer)
                ctx.memory.update(digest=plan.digest, sql=plan.sql, planned=plan.fqns)
                return Evaluate(
                    "policy", ctx.policy_sets, _jobs.policy_document(facts, plan.sql, plan.operations, plan.changesets), plan.digest
                )
            case "policy", Decision(allowed=False, problems=problems):
                return Failed(problems, "PolicyEvaluationFailure", self._outputs(ctx))
            case "policy", Decision():
                ctx.pins.setdefault("previewed", {})[facts.key] = {"digest": ctx.memory["digest"], "sql": ctx.memory["sql"]}
                return Done(self._outputs(ctx))
            case _:
                return failed(answer)

    def _outputs(self, ctx: StepContext) -> dict[str, Any]:
        planned = ctx.memory["planned"]
        return {"sqlCommands": ctx.memory["sql"], "planDigest": ctx.memory["digest"], "changeSets": planned, "ChangeSets": planned}
