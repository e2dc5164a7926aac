"""LiquibaseCommand: one verb of the command line, with its options."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from bascule.core.problems import Problem
from bascule.manager.governance.model import Decision
from bascule.manager.pipelines.intents import Answer, Done, Evaluate, Failed, Intent, JobDone, JobFailed, RunJob
from bascule.manager.pipelines.steps import _jobs
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step
from bascule.manager.pipelines.targets import InstanceFacts
from bascule.wire.jobs import Repeat


class Verb(msgspec.Struct, frozen=True):
    """What a verb needs: the right on the instance, whether it may be repeated, and the verb that shows its SQL to policies first."""

    permission: str
    repeat: Repeat = "never"
    preview: str | None = None


_VIEW, _DEPLOY, _ROLLBACK = "dbops_instance_view", "dbops_instance_deploy", "dbops_instance_rollback"
_READ = Verb(_VIEW, "safe")

VERBS: dict[str, Verb] = {
    "update": Verb(_DEPLOY, "never", "plan"),
    "update-count": Verb(_DEPLOY, "never", "update-count-sql"),
    "update-to-tag": Verb(_DEPLOY, "never", "update-to-tag-sql"),
    "update-one-changeset": Verb(_DEPLOY, "never", "update-one-changeset-sql"),
    "rollback-one-changeset": Verb(_ROLLBACK, "never", "rollback-one-changeset-sql"),
    "rollback-one-update": Verb(_ROLLBACK, "never", "rollback-one-update-sql"),
    "rollback": Verb(_ROLLBACK, "never", "rollback-sql"),
    "rollback-count": Verb(_ROLLBACK, "never", "rollback-count-sql"),
    "rollback-to-date": Verb(_ROLLBACK, "never", "rollback-to-date-sql"),
    "execute-sql": Verb(_DEPLOY),
    "tag": Verb(_DEPLOY, "safe"),
    "clear-checksums": Verb(_DEPLOY, "safe"),
    "changelog-sync": Verb(_DEPLOY, "safe"),
    "changelog-sync-to-tag": Verb(_DEPLOY, "safe"),
    "mark-next-changeset-ran": Verb(_DEPLOY),
    "release-locks": Verb(_DEPLOY, "safe"),
    **dict.fromkeys(
        (
            "plan", "status", "history", "validate", "update-sql", "update-count-sql", "update-to-tag-sql", "rollback-sql",
            "rollback-count-sql", "rollback-to-date-sql", "future-rollback-sql", "unexpected-changesets", "calculate-checksum",
            "tag-exists", "list-locks", "changelog-sync-sql", "update-one-changeset-sql", "rollback-one-changeset-sql",
            "rollback-one-update-sql", "connect",
        ),
        _READ,
    ),
}  # fmt: skip
"""Verbs that a pipeline may run on an instance."""


@step("LiquibaseCommand")
class LiquibaseCommand(Step, frozen=True, kw_only=True):
    """Run `command` with `settings` as options. What writes is shown to policies first."""

    command: str
    db_schema: str
    db_instance: str
    migration_type: Literal["Liquibase"] = "Liquibase"
    settings: dict[str, Any] = {}
    global_settings: dict[str, Any] = {}
    exclude_change_log_file: bool = False
    delegate_selectors: list[str] = []

    def check(self, where: str) -> Iterator[Problem]:
        if self.command not in VERBS:
            yield Problem(
                code="PIP-016",
                what=f"'{self.command}' is no command for a DB instance",
                where=where,
                why=f"there are {', '.join(sorted(VERBS))}",
            )

    def start(self, ctx: StepContext) -> Intent:
        facts = self._facts(ctx)
        verb = VERBS[self.command]
        if self.command == "execute-sql":
            sql = [str(self.settings.get("sql", ""))]
            return Evaluate("policy", ctx.policy_sets, _jobs.policy_document(facts, sql, command=self.command))
        if verb.preview is not None:
            return RunJob("preview", self._job(ctx, facts, verb.preview, "safe"))
        return RunJob("run", self._job(ctx, facts, self.command, verb.repeat))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        facts = self._facts(ctx)
        if isinstance(answer, JobDone | JobFailed):
            _jobs.pin_commit(ctx, facts, answer)
        match phase, answer:
            case "preview", JobDone():
                return self._judge(ctx, facts, answer)
            case "policy", Decision(allowed=False, problems=problems):
                return Failed(problems, "PolicyEvaluationFailure")
            case "policy", Decision():
                expected = ["--expect-plan", ctx.memory["digest"]] if "digest" in ctx.memory else []
                return RunJob("run", self._job(ctx, facts, self.command, VERBS[self.command].repeat, *expected))
            case "run", JobDone(outputs=outputs):
                return Done({key: value for key, value in outputs.items() if key != "history"})
            case _:
                return failed(answer)

    def _facts(self, ctx: StepContext) -> InstanceFacts:
        return ctx.instance(self.db_schema, self.db_instance, VERBS[self.command].permission)

    def _job(self, ctx: StepContext, facts: InstanceFacts, verb: str, repeat: Repeat, *options: str) -> Any:
        settings = self.global_settings | {key: value for key, value in self.settings.items() if key not in ("tag", "count")}
        options = (
            tuple(part for key in ("tag", "count") if key in self.settings for part in (f"--{key}", str(self.settings[key]))) + options
        )
        return _jobs.command(ctx, facts, verb, *options, repeat=repeat, settings=settings, with_changelog=not self.exclude_change_log_file)

    def _judge(self, ctx: StepContext, facts: InstanceFacts, answer: JobDone) -> Intent:
        if self.command != "update":
            sql = [str(text) for text in answer.outputs.get("sqlCommands", [])]
            return Evaluate("policy", ctx.policy_sets, _jobs.policy_document(facts, sql, command=self.command))
        plan = _jobs.read_plan(answer)
        if (changed := _jobs.differs_from_approved(ctx, facts, plan)) is not None:
            return Failed((changed,), "Verification")
        ctx.memory["digest"] = plan.digest
        return Evaluate("policy", ctx.policy_sets, _jobs.policy_document(facts, plan.sql, plan.operations, plan.changesets), plan.digest)
