"""Changelogs made by a script: before the first job of a step that needs one, the script runs in the same workspace.

No step knows of it: `start` and `resume` stand around those of a step. When it wants a job that reads a changelog which a script has yet to
make, the script's job goes before it. `pins["made"]` remembers what each workspace has, and the job that makes it.
"""

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines.intents import Answer, Failed, Intent, JobDone, JobFailed, RunJob
from bascule.manager.pipelines.steps.base import Step, StepContext, failed
from bascule.manager.pipelines.steps.run import script_job
from bascule.manager.pipelines.targets import InstanceFacts, ScriptSource
from bascule.wire.jobs import WORKSPACE_LOST, Job, Limits, Script

PHASE = "source"
_WAITING = "after_source"
"""What waits for the script, in its node's memory."""


def start(ctx: StepContext, step: Step) -> Intent:
    """What the step wants done first, or the script before it."""
    return _script_first(ctx, step.start(ctx))


def resume(ctx: StepContext, step: Step, asked: Intent | None, phase: str, answer: Answer) -> Intent:
    """What follows once `phase`, in which `asked` was done, is answered."""
    if phase == PHASE:
        return _after_script(ctx, answer)
    if isinstance(answer, JobFailed) and answer.failure == WORKSPACE_LOST and isinstance(asked, RunJob):
        return _make_again(ctx, asked, answer)
    return _script_first(ctx, step.resume(ctx, phase, answer))


def _script_first(ctx: StepContext, intent: Intent) -> Intent:
    facts = ctx.facts
    if not isinstance(intent, RunJob) or not intent.job.needs or facts is None or not isinstance(facts.source, ScriptSource):
        return intent
    if _made(ctx, facts) is not None:
        return intent
    job = source_job(ctx, facts, facts.source)
    made = {"key": _key(ctx, facts), "source_key": facts.source_key, "directory": directory(ctx, facts), "job": msgspec.to_builtins(job)}
    ctx.memory[_WAITING] = {"made": made, "intent": msgspec.to_builtins(intent)}
    return RunJob(PHASE, job)


def _after_script(ctx: StepContext, answer: Answer) -> Intent:
    waiting = ctx.memory.pop(_WAITING)
    if not isinstance(answer, JobDone):
        return failed(answer)
    made = waiting["made"]
    if answer.commit is None:
        return Failed((Problem(code="PIP-072", what="the delegate tells no digest of what the script made", fix="upgrade the delegate"),))
    kept = ctx.pins.setdefault("commits", {}).setdefault(made["source_key"], answer.commit)
    if kept != answer.commit:
        return Failed((_made_something_else(made["source_key"], kept, answer.commit),), "Verification")
    ctx.pins.setdefault("made", {})[made["key"]] = made
    intent = msgspec.convert(waiting["intent"], RunJob)
    return RunJob(intent.phase, _now(ctx, intent.job))


def _make_again(ctx: StepContext, asked: RunJob, answer: JobFailed) -> Intent:
    """The workspace went with its delegate, and is on another one now, empty: the script runs again, and must make the same."""
    found = [
        made for made in ctx.pins.get("made", {}).values() if made["directory"] in asked.job.needs and made["key"].startswith(_here(ctx))
    ]
    if not found:
        return failed(answer)
    del ctx.pins["made"][found[0]["key"]]
    ctx.memory[_WAITING] = {"made": found[0], "intent": msgspec.to_builtins(asked)}
    return RunJob(PHASE, _now(ctx, msgspec.convert(found[0]["job"], Job)))


def _now(ctx: StepContext, job: Job) -> Job:
    """The job as the node's next act."""
    return msgspec.structs.replace(job, id=ctx.job_id(), limits=Limits(timeout_s=max(ctx.timeout_s, 1.0)))


def source_job(ctx: StepContext, facts: InstanceFacts, source: ScriptSource) -> Job:
    """The job that runs the script, in a folder of its own. Its `image` is what a pod has to give it; a delegate by itself notes it."""
    if source.shell not in ("sh", "bash"):
        what = f"'{source.shell}' is no shell for the script of DB schema '{facts.schema_id}'"
        raise InputError(Problem(code="PIP-070", what=what, where=ctx.where("dbSchema"), fix="changeLogScript.shell is Sh or Bash"))
    location = directory(ctx, facts) + "/" + _below(facts, source.location)
    job = script_job(ctx, source.command, source.shell, {}, [], list(facts.selectors), source.image or None)  # type: ignore[arg-type]  # looked at above
    script = job.what
    assert isinstance(script, Script)  # noqa: S101 - that is what it makes
    folder = directory(ctx, facts)
    # -P: by the path as it is from here. The folders above may be closed to whoever runs the script, and sh would start at the root.
    text = f"rm -rf '{folder}' && mkdir -p '{folder}' && cd -P '{folder}' || exit 1\n{script.text}"
    return msgspec.structs.replace(
        job, what=msgspec.structs.replace(script, text=text, leaves=location), title=f"source of {facts.schema_id}", repeat="safe"
    )


def directory(ctx: StepContext, facts: InstanceFacts) -> str:
    """Where the changelog is read from, below the workspace. Each step that runs a script has a folder for it: two may do so at once."""
    if not isinstance(facts.source, ScriptSource):
        return facts.source.directory
    return _made(ctx, facts) or f"made/{facts.schema_id}.{facts.instance_id}.{ctx.node.number}"


def location(facts: InstanceFacts) -> str:
    """The changelog file, below that folder."""
    return _below(facts, facts.source.location) if isinstance(facts.source, ScriptSource) else facts.changelog


def _below(facts: InstanceFacts, written: str) -> str:
    clean = written.removeprefix("./")
    if clean.startswith("/") or ".." in clean.split("/") or not clean:
        what = f"the script of DB schema '{facts.schema_id}' may not leave its changelog at '{written}'"
        fix = "give a path below the folder that the script runs in: db/changelog.yaml"
        raise InputError(Problem(code="PIP-071", what=what, where="changeLogScript.location", fix=fix))
    return clean


def _made(ctx: StepContext, facts: InstanceFacts) -> str | None:
    made = ctx.pins.get("made", {}).get(_key(ctx, facts))
    return str(made["directory"]) if made else None


def _key(ctx: StepContext, facts: InstanceFacts) -> str:
    return _here(ctx) + facts.key


def _here(ctx: StepContext) -> str:
    return f"{ctx.workspace}|"


def _made_something_else(source: str, first: str, now: str) -> Problem:
    return Problem(
        code="PIP-073",
        what=f"the {source.replace(':', ' of ')} has made something else than before in this execution",
        why=f"first it made {first}, now {now}: what is deployed would not be what was shown",
        fix="have the script fetch one version, by a pipeline variable for example, and write no moments or random names",
    )
