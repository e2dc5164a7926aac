"""DBSchemaRollback: undo changesets, by tag or by count."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from bascule.core.problems import Problem
from bascule.engine.history.row import MARKER_FILE
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Answer, Done, Evaluate, Failed, Intent, JobDone, JobFailed, RunJob
from bascule.manager.pipelines.steps import _jobs
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step
from bascule.manager.pipelines.targets import InstanceFacts

_MAX_UNKNOWN = 3


@step("DBSchemaRollback")
class RollbackSchema(Step, frozen=True, kw_only=True):
    """Read the history, name what is undone, let policy judge the SQL, then undo exactly that."""

    permission: ClassVar[str] = "dbops_instance_rollback"

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
        return RunJob("history", _jobs.command(ctx, self._facts(ctx), "history", repeat="safe", with_changelog=False))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        facts = self._facts(ctx)
        if isinstance(answer, JobDone | JobFailed):
            _jobs.pin_commit(ctx, facts, answer)
        match phase, answer:
            case "history", JobDone(outputs=outputs):
                return self._name(ctx, facts, outputs)
            case "preview", JobDone(outputs=outputs):
                ctx.memory["sql"] = [str(text) for text in outputs.get("sqlCommands", [])]
                changesets = [{"fqn": fqn} for fqn in ctx.memory["undo"]]
                document = _jobs.policy_document(facts, ctx.memory["sql"], changesets=changesets, command="rollback")
                return Evaluate("policy", ctx.policy_sets, document)
            case "policy", Decision(allowed=False, problems=problems):
                return Failed(problems, "PolicyEvaluationFailure")
            case "policy", Decision():
                return self._roll_back(ctx, facts, ctx.memory["undo"])
            case "rollback", JobDone(outputs=outputs):
                there = {_jobs.fqn(row) for row in _jobs.rows_of(outputs)}  # what the changelog does not hold stays
                return Done(self._outputs(ctx, [fqn for fqn in ctx.memory["undo"] if fqn not in there]))
            case "rollback", JobFailed(status="unknown"):
                return self._settle(ctx, facts, answer)
            case "outcome", JobDone(outputs=outputs):
                return self._go_on(ctx, facts, outputs)
            case _, JobFailed(outputs=outputs):
                return Failed(failed(answer).problems, failed(answer).kind, self._outputs(ctx, outputs.get("changeSets", [])))
            case _:
                return failed(answer)

    def _facts(self, ctx: StepContext) -> InstanceFacts:
        return ctx.instance(self.db_schema, self.db_instance, self.permission)

    def _outputs(self, ctx: StepContext, undone: list[str]) -> dict[str, Any]:
        return {"changeSets": undone, "ChangeSets": undone, "sqlCommands": ctx.memory.get("sql", [])}

    def _name(self, ctx: StepContext, facts: InstanceFacts, outputs: dict[str, Any]) -> Intent:
        """What will be undone, latest first, by name: the history may not shift under a count."""
        rows = _jobs.rows_of(outputs)
        ctx.memory["history"] = outputs["history"]["digest"]
        if self.change_set_count is not None:
            changesets = [index for index, row in enumerate(rows) if row["FILENAME"] != MARKER_FILE]
            if self.change_set_count > len(changesets):
                what = f"{facts.key} has {len(changesets)} changesets in its history, not {self.change_set_count}"
                return Failed((Problem(code="PIP-042", what=what, where=ctx.where("changeSetCount")),), "Verification")
            chosen = rows[changesets[-self.change_set_count] :]
        else:
            tagged = [index for index, row in enumerate(rows) if row.get("TAG") == self.tag]
            if not tagged and self.tag in ctx.pins.get("unset_tags", []):
                return Done(self._outputs(ctx, []))  # an apply chose it and came to nothing before it was set: nothing has run since
            if not tagged:
                what = f"the history of {facts.key} has no tag '{self.tag}'"
                return Failed((Problem(code="PIP-043", what=what, where=ctx.where("tag")),), "Verification")
            is_set_by_changeset = rows[tagged[-1]].get("DESCRIPTION") == "tagDatabase"  # which goes with it
            chosen = rows[tagged[-1] + (not is_set_by_changeset) :]
        ctx.memory["undo"] = [_jobs.fqn(row) for row in reversed(chosen)]
        if not chosen:
            return Done(self._outputs(ctx, []))
        return RunJob("preview", preview(ctx, facts, self.tag, self.change_set_count, self.global_settings | self.settings))

    def _roll_back(self, ctx: StepContext, facts: InstanceFacts, undo: list[str]) -> Intent:
        count = sum(not fqn.startswith(f"{MARKER_FILE}::") for fqn in undo)
        settings = self.global_settings | self.settings
        expected = ("--expect-history", ctx.memory["history"])
        verb, *options = (
            ("rollback", "--tag", self.tag, *expected) if self.tag is not None else ("rollback-count", "--count", str(count), *expected)
        )
        return RunJob("rollback", _jobs.command(ctx, facts, verb, *options, repeat="resolve", settings=settings, settle=["history"]))

    def _settle(self, ctx: StepContext, facts: InstanceFacts, answer: JobFailed) -> Intent:
        ctx.memory["unknown"] = ctx.memory.get("unknown", 0) + 1
        if ctx.memory["unknown"] > _MAX_UNKNOWN:
            return Failed(failed(answer).problems, "DelegateRestart")
        if "history" in answer.outputs:
            return self._go_on(ctx, facts, answer.outputs)
        return RunJob("outcome", _jobs.command(ctx, facts, "history", repeat="safe", with_changelog=False))

    def _go_on(self, ctx: StepContext, facts: InstanceFacts, outputs: dict[str, Any]) -> Intent:
        """Undo what is still there of what was named; if something else stands after it, stop."""
        latest = [_jobs.fqn(row) for row in reversed(_jobs.rows_of(outputs))]
        there = set(latest)
        left = [fqn for fqn in ctx.memory["undo"] if fqn in there]
        if not left:
            return Done(self._outputs(ctx, ctx.memory["undo"]))
        if latest[: len(left)] != left:
            what = f"the interrupted rollback of {facts.key} cannot go on: the history has changed since"
            return Failed((Problem(code="PIP-044", what=what, fix="look at the history, then run a new rollback"),), "Verification")
        ctx.memory["history"] = outputs["history"]["digest"]
        return self._roll_back(ctx, facts, left)


def one_way_back(tag: str | None, count: int | None, where: str) -> Iterator[Problem]:
    """Says so unless exactly one of `tag` and `changeSetCount` is given, and the count is at least 1."""
    if (tag is None or tag == "") == (count is None):
        yield Problem(code="PIP-015", what="a rollback needs either 'tag' or 'changeSetCount'", where=where)
    if count is not None and count < 1:
        yield Problem(code="PIP-015", what="'changeSetCount' must be at least 1", where=where)


def preview(ctx: StepContext, facts: InstanceFacts, tag: str | None, count: int | None, settings: dict[str, Any]) -> Any:
    """The job that gives the SQL of a rollback."""
    verb, *options = ("rollback-sql", "--tag", tag) if tag is not None else ("rollback-count-sql", "--count", str(count))
    return _jobs.command(ctx, facts, verb, *options, repeat="safe", settings=settings)
