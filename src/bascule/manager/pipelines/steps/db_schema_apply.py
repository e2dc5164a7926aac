"""DBSchemaApply: bring a database up to its changelog."""

from typing import Any, ClassVar, Literal

from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Answer, Done, Evaluate, Failed, Intent, JobDone, JobFailed, RunJob
from bascule.manager.pipelines.steps import _jobs
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step
from bascule.manager.pipelines.targets import InstanceFacts

_MAX_UNKNOWN = 3
"""How often an update whose outcome is unknown is settled before a person is told."""


@step("DBSchemaApply")
class ApplySchema(Step, frozen=True, kw_only=True):
    """Plan, let policy judge the plan, then run exactly that plan. Undone by `DBSchemaRollback` to `preStartTag`."""

    permission: ClassVar[str] = "dbops_instance_deploy"
    noted: ClassVar[dict[str, str]] = {"settings": "an apply takes its options from 'globalSettings'"}

    db_schema: str
    db_instance: str
    migration_type: Literal["Liquibase"] = "Liquibase"
    tag: str | None = None
    mark_next_change_set_run: bool = False
    tag_database_change_set: bool = False
    change_set_failure_strategy: str | None = None
    """`MARK_NEXT_RUN`: how older documents write `markNextChangeSetRun: true`."""
    global_settings: dict[str, Any] = {}
    delegate_selectors: list[str] = []

    def start(self, ctx: StepContext) -> Intent:
        facts = self._facts(ctx)
        ctx.memory["deployment_id"] = _jobs.new_deployment_id(ctx)
        return self._plan(ctx, facts)

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        facts = self._facts(ctx)
        if isinstance(answer, JobDone | JobFailed):
            _jobs.pin_commit(ctx, facts, answer)
        match phase, answer:
            case "plan", JobDone():
                return self._judge(ctx, facts, answer)
            case "policy", Decision(allowed=False, problems=problems):
                return Failed(problems, "PolicyEvaluationFailure", self._outputs(ctx))
            case "policy", Decision():
                return self._mark_start(ctx, facts)
            case "pre-tag", JobDone():
                ctx.pins["unset_tags"].remove(ctx.memory["pre_start_tag"])
                return self._update(ctx, facts)
            case "update", JobDone(outputs=outputs):
                ctx.memory["applied"] = [*ctx.memory.get("settled", []), *outputs.get("changeSets", [])]
                return self._mark_end(ctx, facts)
            case "update", JobFailed(status="unknown"):
                return self._settle(ctx, facts, answer)
            case "outcome", JobDone(outputs=outputs):
                return self._plan_the_rest(ctx, facts, outputs)
            case "rest", JobDone():
                return self._go_on(ctx, facts, answer)
            case "tag", JobDone():
                return Done(self._outputs(ctx))
            case _, JobFailed(outputs=outputs):
                ctx.memory["applied"] = [*ctx.memory.get("settled", []), *outputs.get("changeSets", [])]
                return Failed(failed(answer).problems, failed(answer).kind, self._outputs(ctx))
            case _:
                return failed(answer)

    @property
    def _marks_failed(self) -> bool:
        return self.mark_next_change_set_run or self.change_set_failure_strategy == "MARK_NEXT_RUN"

    def _facts(self, ctx: StepContext) -> InstanceFacts:
        return ctx.instance(self.db_schema, self.db_instance, self.permission)

    def _outputs(self, ctx: StepContext) -> dict[str, Any]:
        applied = ctx.memory.get("applied", [])
        outputs = {"changeSets": applied, "ChangeSets": applied, "sqlCommands": ctx.memory.get("sql", [])}
        if "pre_start_tag" in ctx.memory:
            outputs["preStartTag"] = ctx.memory["pre_start_tag"]
        if "digest" in ctx.memory:
            outputs["planDigest"] = ctx.memory["digest"]
        return outputs

    def _plan(self, ctx: StepContext, facts: InstanceFacts, phase: str = "plan") -> Intent:
        return RunJob(phase, _jobs.command(ctx, facts, "plan", repeat="safe", settings=self.global_settings))

    def _judge(self, ctx: StepContext, facts: InstanceFacts, answer: JobDone) -> Intent:
        plan = _jobs.read_plan(answer)
        ctx.memory.update(digest=plan.digest, planned=plan.fqns, sql=plan.sql, last_tag=plan.last_tag)
        is_final = not plan.fqns and self.tag and self.tag_database_change_set
        ctx.memory["pre_start_tag"] = plan.last_tag or (self.tag if is_final else _jobs.new_tag(ctx, "before"))
        if not plan.last_tag:
            ctx.pins.setdefault("unset_tags", []).append(ctx.memory["pre_start_tag"])
        if (changed := _jobs.differs_from_approved(ctx, facts, plan)) is not None:
            return Failed((changed,), "Verification", self._outputs(ctx))
        document = _jobs.policy_document(facts, plan.sql, plan.operations, plan.changesets)
        return Evaluate("policy", ctx.policy_sets, document, plan.digest)

    def _mark_start(self, ctx: StepContext, facts: InstanceFacts) -> Intent:
        """The latest row's tag is what a rollback returns to; where it has none, it is given one first."""
        if ctx.memory["last_tag"]:
            return self._update(ctx, facts)
        return RunJob("pre-tag", _jobs.tag(ctx, facts, ctx.memory["pre_start_tag"]))

    def _update(self, ctx: StepContext, facts: InstanceFacts) -> Intent:
        if not ctx.memory["planned"]:
            ctx.memory["applied"] = []
            return self._mark_end(ctx, facts)
        return self._run(ctx, facts, ctx.memory["digest"])

    def _run(self, ctx: StepContext, facts: InstanceFacts, digest: str) -> Intent:
        options = ["--mark-failed-as-ran"] if self._marks_failed else []
        return RunJob("update", _jobs.update(ctx, facts, digest, ctx.memory["deployment_id"], *options, settings=self.global_settings))

    def _mark_end(self, ctx: StepContext, facts: InstanceFacts) -> Intent:
        """A tag after changes; without changes only if asked for, and then never over another tag."""
        if ctx.memory["applied"]:
            ctx.memory["tag"] = self.tag or _jobs.new_tag(ctx, "after")
            return RunJob("tag", _jobs.tag(ctx, facts, ctx.memory["tag"]))
        present = ctx.memory["last_tag"] or ctx.memory["pre_start_tag"]
        if not self.tag or not self.tag_database_change_set or present == self.tag:
            return Done(self._outputs(ctx))
        ctx.memory["tag"] = self.tag
        return RunJob("tag", _jobs.tag(ctx, facts, self.tag, "--marker"))

    # an update whose end nobody saw

    def _settle(self, ctx: StepContext, facts: InstanceFacts, answer: JobFailed) -> Intent:
        ctx.memory["unknown"] = ctx.memory.get("unknown", 0) + 1
        if ctx.memory["unknown"] > _MAX_UNKNOWN:
            return Failed(failed(answer).problems, "DelegateRestart", self._outputs(ctx))
        if "history" in answer.outputs:
            return self._plan_the_rest(ctx, facts, answer.outputs)
        return RunJob("outcome", _jobs.outcome(ctx, facts, ctx.memory["deployment_id"]))

    def _plan_the_rest(self, ctx: StepContext, facts: InstanceFacts, outputs: dict[str, Any]) -> Intent:
        """What this deployment has recorded is done; what it has not is planned anew."""
        recorded = set(_jobs.recorded(outputs, ctx.memory["deployment_id"]))
        ctx.memory["settled"] = [fqn for fqn in ctx.memory["planned"] if fqn in recorded]
        return self._plan(ctx, facts, "rest")

    def _go_on(self, ctx: StepContext, facts: InstanceFacts, answer: JobDone) -> Intent:
        """The rest may run if it is exactly the part of the judged plan that has not run."""
        rest = _jobs.read_plan(answer)
        settled = set(ctx.memory["settled"])
        expected = [fqn for fqn in ctx.memory["planned"] if fqn not in settled]
        if rest.fqns != expected or any(sql not in ctx.memory["sql"] for sql in rest.sql):
            return Failed(
                (
                    Problem(
                        code="PIP-041",
                        what=f"the interrupted update of {facts.key} cannot go on",
                        why="what is left differs from the plan that was judged",
                        fix="run the pipeline again",
                    ),
                ),
                "Verification",
                self._outputs(ctx),
            )
        if not rest.fqns:
            ctx.memory["applied"] = ctx.memory["settled"]
            return self._mark_end(ctx, facts)
        return self._run(ctx, facts, rest.digest)
