"""DBSchemaRollbackSQL: what a rollback would run, and nothing else."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Answer, Done, Evaluate, Failed, Intent, JobDone, JobFailed, RunJob
from bascule.manager.pipelines.steps import _jobs
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step
from bascule.manager.pipelines.steps.db_schema_rollback import one_way_back, preview


@step("DBSchemaRollbackSQL")
class PreviewRollback(Step, frozen=True, kw_only=True):
    """The SQL of a rollback by tag or count, for people and policies to see."""

    permission: ClassVar[str] = "dbops_instance_view"

    db_schema: str
    db_instance: str
    migration_type: Literal["Liquibase"] = "Liquibase"
    tag: str | None = None
    change_set_count: int | None = None
    settings: dict[str, Any] = {}
    global_settings: dict[str, Any] = {}
    delegate_selectors: list[str] = []

    def check(self, where: str) -> Iterator[Problem]:
        yield from one_way_back(self.tag, self.change_set_count, where)

    def start(self, ctx: StepContext) -> Intent:
        facts = ctx.instance(self.db_schema, self.db_instance, self.permission)
        return RunJob("preview", preview(ctx, facts, self.tag, self.change_set_count, self.global_settings | self.settings))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        facts = ctx.instance(self.db_schema, self.db_instance, self.permission)
        if isinstance(answer, JobDone | JobFailed):
            _jobs.pin_commit(ctx, facts, answer)
        match phase, answer:
            case "preview", JobDone(outputs=outputs):
                ctx.memory["sql"] = [str(text) for text in outputs.get("sqlCommands", [])]
                return Evaluate("policy", ctx.policy_sets, _jobs.policy_document(facts, ctx.memory["sql"], command="rollback"))
            case "policy", Decision(allowed=False, problems=problems):
                return Failed(problems, "PolicyEvaluationFailure", {"sqlCommands": ctx.memory["sql"]})
            case "policy", Decision():
                return Done({"sqlCommands": ctx.memory["sql"]})
            case _:
                return failed(answer)
