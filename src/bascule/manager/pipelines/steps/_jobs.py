"""The jobs that database steps send: one verb of our command line each, with the source pinned and the target named."""

import re
from typing import Any

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.dialects import DIALECTS
from bascule.engine.operations import describe
from bascule.engine.sql.recognise import recognise
from bascule.manager.pipelines.expressions.values import Text, show
from bascule.manager.pipelines.intents import JobDone, JobFailed
from bascule.manager.pipelines.job_secrets import placed
from bascule.manager.pipelines.steps import _scripts
from bascule.manager.pipelines.steps.base import StepContext
from bascule.manager.pipelines.targets import InstanceFacts, ScriptSource
from bascule.wire.jobs import ArchiveSource, Command, GitSource, Job, Limits, ObjectSource, OciSource, Repeat, Source

OUR_OPTIONS = frozenset(
    {
        "url",
        "username",
        "password",
        "changelog-file",
        "search-path",
        "events",
        "output",
        "expect-plan",
        "deployment-id",
        "contexts",
        "tag",
        "count",
    }
)
"""Options that a document's settings may not set: the manager does, or they would carry secrets."""


def command(
    ctx: StepContext,
    facts: InstanceFacts,
    verb: str,
    *options: str,
    repeat: Repeat,
    settings: dict[str, Any] | None = None,
    with_changelog: bool = True,
    settle: list[str] | None = None,
) -> Job:
    """A job that runs `verb` on the instance. `settings` become options (`{"log-level": "FINE"}` → `--log-level FINE`)."""
    argv = [verb]
    if with_changelog:
        argv += ["--changelog-file", _scripts.location(facts), "--search-path", _scripts.directory(ctx, facts)]
    facts, settings = _with_properties(facts, settings or {})
    argv += _settings(ctx, settings)
    if facts.context and verb in _WITH_CONTEXTS:
        argv += ["--contexts", facts.context]
    return Job(
        id=ctx.job_id(),
        what=Command(argv=[*argv, *options]),
        title=f"{verb} {facts.key}",
        source=pinned(ctx, facts) if with_changelog else [],
        target=facts.target,
        secrets=facts.secrets,
        composed=facts.composed,
        workspace=ctx.workspace,
        needs=[_scripts.directory(ctx, facts)] if with_changelog and isinstance(facts.source, ScriptSource) else [],
        selectors=list(ctx.selectors or facts.selectors),
        scope=str(ctx.execution.scope),
        limits=Limits(timeout_s=max(ctx.timeout_s, 1.0)),
        repeat=repeat,
        settle=settle or [],
    )


_WITH_CONTEXTS = frozenset(
    {"plan", "update", "update-sql", "rollback", "rollback-sql", "rollback-count", "rollback-count-sql", "status", "validate"}
)


def _with_properties(facts: InstanceFacts, settings: dict[str, Any]) -> tuple[InstanceFacts, dict[str, Any]]:
    """Settings written `-Dname` are the changelog's properties. They go with the target, so that a secret among them is in no argv."""
    given = {key.removeprefix("-D"): value for key, value in settings.items() if key.startswith("-D")}
    secrets, composed = dict(facts.secrets), dict(facts.composed)
    secret = {name: placed(value, secrets, composed) for name, value in given.items() if isinstance(value, Text)}
    plain = {name: show(value) for name, value in given.items() if name not in secret}
    old = facts.target
    target = msgspec.structs.replace(
        old,
        properties={name: value for name, value in old.properties.items() if name not in given} | plain,
        secret_properties={name: value for name, value in old.secret_properties.items() if name not in given} | secret,
    )
    rest = {key: value for key, value in settings.items() if not key.startswith("-D")}
    return msgspec.structs.replace(facts, target=target, secrets=secrets, composed=composed), rest


def _settings(ctx: StepContext, settings: dict[str, Any]) -> list[str]:
    options: list[str] = []
    for key, value in settings.items():
        name = key.removeprefix("--")
        if reason := _refusal(name, value):
            raise InputError(
                Problem(code="PIP-033", what=f"the setting '{name}' cannot be set here", where=ctx.where("settings"), why=reason)
            )
        if name not in _FLAGS:
            options += [f"--{name}", show(value)]
        elif value is True or value == "true":
            options.append(f"--{name}")
    return options


_FLAGS = frozenset({"cancel-orphan", "force", "include-system", "mark-failed-as-ran", "marker", "tag-if-changed", "verbose"})
"""Options that take no value."""
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_OF_FILES = ("-file", "-path", "-directory")


def _refusal(name: str, value: Any) -> str | None:
    if not _NAME.fullmatch(name):
        return "an option is written in kebab-case"
    if name in OUR_OPTIONS:
        return "the manager sets it"
    if isinstance(value, Text):
        return "a secret would stand in a list of processes; a property may be one: -Dname"
    if not isinstance(value, str | int | float | bool):
        return "its value must be a text, a number, true or false"
    parts = str(value).replace("\\", "/").split("/")
    if name.endswith(_OF_FILES) and (parts[0] == "" or ".." in parts):
        return "it must name a file below the workspace"
    return None


def pinned(ctx: StepContext, facts: InstanceFacts) -> list[Source]:
    """The source at the commit, or with the digest, that this execution took first. A script's is in the workspace already."""
    commit = ctx.pins.get("commits", {}).get(facts.source_key)
    match facts.source:
        case ScriptSource():
            return []
        case GitSource() if commit:
            return [msgspec.structs.replace(facts.source, commit=commit)]
        case OciSource() if commit:
            repository = re.sub(r"(@sha256:[0-9a-f]+|:[^/:@]+(@sha256:[0-9a-f]+)?)$", "", facts.source.reference)
            return [msgspec.structs.replace(facts.source, reference=f"{repository}@{commit}")]
        case ArchiveSource() | ObjectSource() if commit:
            return [msgspec.structs.replace(facts.source, sha256=commit)]
        case source:
            return [source]


def pin_commit(ctx: StepContext, facts: InstanceFacts, answer: JobDone | JobFailed) -> None:
    """Keep the commit for all later jobs of this execution: the first one stays."""
    if answer.commit:
        ctx.pins.setdefault("commits", {}).setdefault(facts.source_key, answer.commit)


def new_tag(ctx: StepContext, what: str) -> str:
    """A tag that no other step of any execution makes."""
    return f"bascule_{what}_{ctx.execution.id.removeprefix('exec_')}_{ctx.node.number}_{ctx.node.attempt}"


def new_deployment_id(ctx: StepContext) -> str:
    """Ten digits, as the DEPLOYMENT_ID column has them: milliseconds, moved by the node's number."""
    return f"{(int(ctx.now.timestamp() * 1000) + ctx.node.number) % 10**10:010d}"


def policy_document(
    facts: InstanceFacts,
    sql: list[str],
    operations: list[dict[str, Any]] | None = None,
    changesets: list[dict[str, Any]] | None = None,
    *,
    command: str = "update",
) -> dict[str, Any]:
    """What policies are given: Harness's keys, and ours beside them. `metadata` is added by governance.

    `operations` None: what the SQL amounts to is recognised. `command` tells an update from a rollback or a script.
    """
    return {
        "command": command,
        "dbInstance": {
            "identifier": facts.instance_id,
            "name": facts.instance_name,
            "type": facts.type,
            "dbConnectionUrl": facts.url,
            "tags": facts.tags,
        },
        "dbSchema": {"identifier": facts.schema_id, "name": facts.schema_name},
        "environment": facts.environment,
        "sqlStatements": sql,
        "operations": _recognised(facts, sql) if operations is None else operations,
        "operationsVersion": 1,
        "changesets": changesets or [],
    }


def _recognised(facts: InstanceFacts, sql: list[str]) -> list[dict[str, Any]]:
    name = facts.type.removeprefix("jdbc:").partition(":")[0]
    dialect = DIALECTS.find(name)
    nested = dialect is not None and dialect.traits.nests_comments
    return [describe(operation) for text in sql for operation in recognise(text, name, nested=nested)]


class PlanFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What steps read of a plan."""

    digest: str
    fqns: list[str]
    sql: list[str]
    operations: list[dict[str, Any]]
    changesets: list[dict[str, Any]]
    last_tag: str | None
    """Of the latest row."""


def read_plan(answer: JobDone) -> PlanFacts:
    """The plan job's outputs. Raises InputError when they are not what `plan` gives."""
    plan, rows = answer.outputs.get("plan"), rows_of(answer.outputs)
    if not isinstance(plan, dict) or not plan.get("digest"):
        raise InputError(
            Problem(code="PIP-034", what="the plan job gave no plan", why=f"its outputs: {', '.join(sorted(answer.outputs)) or 'none'}")
        )
    units: list[dict[str, Any]] = plan.get("units", [])
    changesets = [
        {
            "fqn": unit["fqn"],
            "action": unit.get("action", "run"),
            "branch": unit.get("branch", "run"),
            "labels": unit.get("labels", []),
            "contexts": unit.get("contexts"),
            "rollback": unit.get("rollback", "none"),
            "source": unit.get("source", ""),
            "sqlStatements": [statement["text"] for statement in unit.get("statements", [])],
        }
        for unit in units
    ]
    return PlanFacts(
        digest=plan["digest"],
        fqns=[unit["fqn"] for unit in units],
        sql=[text for changeset in changesets for text in changeset["sqlStatements"]],
        operations=[{"source": u.get("source", ""), "changeset": u["fqn"], **op} for u in units for op in u.get("operations", [])],
        changesets=changesets,
        last_tag=rows[-1].get("TAG") if rows else None,
    )


def tag(ctx: StepContext, facts: InstanceFacts, name: str, *options: str) -> Job:
    """Tag the latest row of the history; `--marker` writes a row of its own."""
    return command(ctx, facts, "tag", "--tag", name, *options, repeat="safe", with_changelog=False)


def update(ctx: StepContext, facts: InstanceFacts, digest: str, deployment_id: str, *options: str, settings: dict[str, Any]) -> Job:
    """Run exactly the plan of that digest. Its end, if nobody sees it, is found by the deployment's id."""
    mine = ("--expect-plan", digest, "--deployment-id", deployment_id)
    settle = ["outcome", "--deployment-id", deployment_id]
    return command(ctx, facts, "update", *mine, *options, repeat="resolve", settings=settings, settle=settle)


def outcome(ctx: StepContext, facts: InstanceFacts, deployment_id: str) -> Job:
    """What the target has recorded of one deployment."""
    return command(ctx, facts, "outcome", "--deployment-id", deployment_id, repeat="safe", with_changelog=False)


def recorded(outputs: dict[str, Any], deployment_id: str) -> list[str]:
    """The changesets that a history output records for one deployment."""
    return [fqn(row) for row in rows_of(outputs) if str(row.get("DEPLOYMENT_ID")) == deployment_id]


def differs_from_approved(ctx: StepContext, facts: InstanceFacts, plan: PlanFacts) -> Problem | None:
    """The problem, if an approval of this execution showed another plan of this instance. Nothing to do needs no approval."""
    approved = ctx.pins.get("approved", {}).get(facts.key)
    if approved is None or approved == plan.digest or not plan.fqns:
        return None
    return Problem(
        code="PIP-040",
        what=f"what would run on {facts.key} now is not what was approved",
        where=ctx.where("dbInstance"),
        why=f"approved was the plan {approved}, now it is {plan.digest}: the database or the changelog has changed since",
        fix="run the pipeline again, so that the new plan is shown and approved",
    )


def rows_of(outputs: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a history output, in the order they were run."""
    rows = (outputs.get("history") or {}).get("rows") or []
    return [{str(key).upper(): value for key, value in row.items()} for row in rows]


def fqn(row: dict[str, Any]) -> str:
    """How Harness names the changeset of a row."""
    return f"{row['FILENAME']}::{row['ID']}::{row['AUTHOR']}"
