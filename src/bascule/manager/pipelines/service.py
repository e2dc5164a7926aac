"""Pipelines and their executions: keep, check, start, stop, repeat, look at."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine

from bascule.core.clock import Clock, SystemClock, new_id
from bascule.core.documents import plain
from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem
from bascule.manager import identity
from bascule.manager.audit import service as audit
from bascule.manager.database import after_commit, reading, writing
from bascule.manager.delegates import service as delegates
from bascule.manager.entity import already_there, not_found
from bascule.manager.governance import service as governance
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.organizations import service as organizations
from bascule.manager.paging import Page, Paging
from bascule.manager.pipelines import durable, parse, store
from bascule.manager.pipelines import inputs as runtime_inputs
from bascule.manager.pipelines.document import Pipeline, steps_of
from bascule.manager.pipelines.model import Execution, InputSet, Node, Signal, StoredPipeline
from bascule.manager.pipelines.steps.base import STEPS, check
from bascule.manager.pipelines.steps.liquibase_command import VERBS

_CLOCK = SystemClock()


# Documents


def validate(text: str, scope: Scope | None = None) -> list[Problem]:
    """Everything there is to say about a document: what refuses it (severity error), and what is noted."""
    found = parse.validate(text)
    if scope is None or any(problem.severity == "error" for problem in found):
        return found
    return found + _misplaced(parse.parse(parse.read(text), check).require(), scope)


def _misplaced(pipeline: Pipeline, scope: Scope) -> list[Problem]:
    wrong = [
        (key, written, actual)
        for key, written, actual in (
            ("orgIdentifier", pipeline.org, scope.org),
            ("projectIdentifier", pipeline.project, scope.project),
        )
        if written is not None and written != actual
    ]
    return [
        Problem(code="PIP-017", what=f"'{key}' is '{written}', but this is '{actual}'", fix=f"write {actual}, or leave it out")
        for key, written, actual in wrong
    ]


def _accepted(text: str, scope: Scope) -> Pipeline:
    problems = [problem for problem in validate(text, scope) if problem.severity == "error"]
    if problems:
        raise InputError(problems)
    return parse.parse(parse.read(text), check).require()


def judge_saving(engine: Engine, actor: Actor, scope: Scope, text: str, *, clock: Clock = _CLOCK) -> None:
    """Have policies of entity `pipeline` and event `onsave` look at a document, before the transaction that saves it.

    Raises InputError for one that is not accepted anyway, DeniedError with what a policy says.
    """
    identity.require(actor, "core_pipeline_edit", scope)
    pipeline = _accepted(text, scope)
    governance.guard(engine, actor, scope, plain(parse.read(text)), "pipeline", "onsave", about=pipeline.identifier, clock=clock)


# Pipelines


def get_pipeline(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> StoredPipeline:
    """One pipeline."""
    identity.require(actor, "core_pipeline_view", scope)
    return _held(connection, scope, identifier)


def _held(connection: Connection, scope: Scope, identifier: str, *, lock: bool = False) -> StoredPipeline:
    found = store.find_pipeline(connection, scope, identifier, lock=lock)
    if found is None:
        raise not_found("pipeline", identifier, scope)
    return found


def list_pipelines(connection: Connection, actor: Actor, scope: Scope, term: str | None, at: Paging) -> Page[StoredPipeline]:
    """A project's pipelines, by name."""
    identity.require(actor, "core_pipeline_view", scope)
    organizations.require_scope(connection, scope)
    return store.list_pipelines(connection, scope, term, at)


def create_pipeline(connection: Connection, actor: Actor, scope: Scope, text: str, *, clock: Clock = _CLOCK) -> StoredPipeline:
    """Keep a new pipeline. Raises InputError with everything wrong with it, ConflictError when its identifier is taken."""
    identity.require(actor, "core_pipeline_edit", scope)
    organizations.require_scope(connection, scope)
    pipeline = _accepted(text, scope)
    if store.find_pipeline(connection, scope, pipeline.identifier) is not None:
        raise already_there("pipeline", pipeline.identifier, scope)
    now = clock.now()
    made = StoredPipeline(
        id=new_id("pip", now),
        scope=scope,
        identifier=pipeline.identifier,
        name=pipeline.name,
        description=pipeline.description,
        tags=pipeline.tags,
        yaml=text,
        created_at=now,
        updated_at=now,
    )
    store.put_pipeline(connection, made)
    audit.append(connection, actor, "CREATE", "PIPELINE", made.identifier, scope, name=made.name, after={"yaml": text}, clock=clock)
    return made


def update_pipeline(
    connection: Connection, actor: Actor, scope: Scope, identifier: str, text: str, *, version: int | None = None, clock: Clock = _CLOCK
) -> StoredPipeline:
    """Change a pipeline. With `version`, only if that is still its version. Executions under way keep the document they began with."""
    identity.require(actor, "core_pipeline_edit", scope)
    before = _held(connection, scope, identifier, lock=True)
    pipeline = _accepted(text, scope)
    if pipeline.identifier != identifier:
        raise InputError(Problem(code="PIP-018", what=f"the document is about '{pipeline.identifier}', the address about '{identifier}'"))
    if version is not None and version != before.version:
        raise ConflictError(
            Problem(
                code="PIP-019",
                what=f"'{identifier}' has been changed meanwhile: it is at version {before.version}, not {version}",
                fix="read it again, and make the change there",
            )
        )
    after = msgspec.structs.replace(
        before,
        name=pipeline.name,
        description=pipeline.description,
        tags=pipeline.tags,
        yaml=text,
        version=before.version + 1,
        updated_at=clock.now(),
    )
    store.put_pipeline(connection, after)
    shown = {"before": {"yaml": before.yaml}, "after": {"yaml": text}}
    audit.append(connection, actor, "UPDATE", "PIPELINE", identifier, scope, name=after.name, clock=clock, **shown)
    return after


def delete_pipeline(connection: Connection, actor: Actor, scope: Scope, identifier: str, *, clock: Clock = _CLOCK) -> None:
    """Remove a pipeline and its input sets. Its executions stay."""
    identity.require(actor, "core_pipeline_delete", scope)
    before = _held(connection, scope, identifier, lock=True)
    store.remove_pipeline(connection, before)
    audit.append(connection, actor, "DELETE", "PIPELINE", identifier, scope, name=before.name, before={"yaml": before.yaml}, clock=clock)


def asked(connection: Connection, actor: Actor, scope: Scope, identifier: str) -> tuple[dict[str, Any], list[runtime_inputs.Asked]]:
    """What a run is asked for: the runtime input form, and every place by its path."""
    document = parse.read(get_pipeline(connection, actor, scope, identifier).yaml)
    return runtime_inputs.template(document), runtime_inputs.asked(document)


# Input sets


def list_input_sets(connection: Connection, actor: Actor, scope: Scope, pipeline: str, at: Paging) -> Page[InputSet]:
    """The input sets of a pipeline."""
    get_pipeline(connection, actor, scope, pipeline)
    return store.list_input_sets(connection, scope, pipeline, at)


def get_input_set(connection: Connection, actor: Actor, scope: Scope, pipeline: str, identifier: str) -> InputSet:
    """One input set."""
    get_pipeline(connection, actor, scope, pipeline)
    found = store.find_input_set(connection, scope, pipeline, identifier)
    if found is None:
        raise not_found("input set", identifier, scope)
    return found


def put_input_set(
    connection: Connection,
    actor: Actor,
    scope: Scope,
    pipeline: str,
    identifier: str,
    name: str,
    inputs: dict[str, Any],
    *,
    clock: Clock = _CLOCK,
) -> InputSet:
    """Make or change an input set. Raises InputError for values the pipeline does not ask for."""
    identity.require(actor, "core_pipeline_edit", scope)
    document = parse.read(_held(connection, scope, pipeline).yaml)
    runtime_inputs.refuse_unasked(document, inputs)
    before = store.find_input_set(connection, scope, pipeline, identifier)
    now = clock.now()
    held = InputSet(
        id=before.id if before else new_id("ips", now),
        scope=scope,
        pipeline=pipeline,
        identifier=identifier,
        name=name,
        inputs=inputs,
        created_at=before.created_at if before else now,
        updated_at=now,
    )
    store.put_input_set(connection, held)
    deed = "UPDATE" if before else "CREATE"
    shown = {"before": before.inputs if before else None, "after": inputs}
    audit.append(connection, actor, deed, "INPUT_SET", f"{pipeline}/{identifier}", scope, name=name, clock=clock, **shown)
    return held


def delete_input_set(connection: Connection, actor: Actor, scope: Scope, pipeline: str, identifier: str, *, clock: Clock = _CLOCK) -> None:
    """Remove an input set."""
    identity.require(actor, "core_pipeline_edit", scope)
    held = get_input_set(connection, actor, scope, pipeline, identifier)
    store.remove_input_set(connection, held)
    audit.append(connection, actor, "DELETE", "INPUT_SET", f"{pipeline}/{identifier}", scope, before=held.inputs, clock=clock)


# Executions


def execute(
    engine: Engine,
    actor: Actor,
    scope: Scope,
    pipeline_id: str,
    inputs: dict[str, Any] | None = None,
    *,
    input_sets: Iterable[str] = (),
    trigger: dict[str, Any] | None = None,
    clock: Clock = _CLOCK,
) -> str:
    """Start a pipeline; the execution's id. Later input sets win over earlier ones, `inputs` over all.

    Raises InputError for a document or inputs that do not fit, DeniedError when the actor may not deploy what it deploys.
    """
    values: dict[str, Any] = {}
    with reading(engine) as connection:
        identity.require(actor, "core_pipeline_execute", scope)
        held = _held(connection, scope, pipeline_id)
        for identifier in input_sets:
            values |= runtime_inputs.given(get_input_set(connection, actor, scope, pipeline_id, identifier).inputs)
        values |= runtime_inputs.given(inputs or {})
    _judge_start(engine, actor, held, values, clock)
    with writing(engine) as connection:
        held = _unchanged(held, _held(connection, scope, pipeline_id, lock=True))
        return _start(connection, actor, held, held.yaml, values, trigger or {"type": "MANUAL"}, None, clock)


def _judge_start(engine: Engine, actor: Actor, held: StoredPipeline, values: dict[str, Any], clock: Clock) -> None:
    """Have policies of entity `pipeline` and event `onrun` look at the document with its inputs. Raises DeniedError."""
    document = plain(runtime_inputs.apply(parse.read(held.yaml), values))
    governance.guard(engine, actor, held.scope, document, "pipeline", "onrun", about=held.identifier, clock=clock)


def _unchanged(judged: StoredPipeline, now: StoredPipeline) -> StoredPipeline:
    """What runs is what was judged. Raises ConflictError."""
    if now.version != judged.version:
        raise ConflictError(Problem(code="PIP-046", what=f"'{now.identifier}' has been changed at this very moment", fix="run it again"))
    return now


def _start(
    connection: Connection,
    actor: Actor,
    held: StoredPipeline,
    text: str,
    values: dict[str, Any],
    trigger: dict[str, Any],
    rerun_of: str | None,
    clock: Clock,
) -> str:
    pipeline = parse.parse(runtime_inputs.apply(parse.read(text), values), check).require()
    _require_values(pipeline)
    for permission in sorted(_rights(pipeline)):
        identity.require(actor, permission, held.scope)
    now = clock.now()
    execution = Execution(
        id=new_id("exec", now),
        scope=held.scope,
        pipeline=held.identifier,
        name=pipeline.name,
        sequence=held.sequence + 1,
        yaml=text,
        inputs=values,
        actor=actor,
        trigger=trigger,
        created_at=now,
        rerun_of=rerun_of,
        tags=pipeline.tags,
    )
    store.add_execution(connection, execution)
    store.put_pipeline(connection, msgspec.structs.replace(held, sequence=execution.sequence))
    shown = {"pipeline": held.identifier, "inputs": values, "rerunOf": rerun_of}
    audit.append(connection, actor, "START", "PIPELINE_EXECUTION", execution.id, held.scope, name=pipeline.name, after=shown, clock=clock)
    engine = connection.engine
    after_commit(connection, lambda: durable.wake(engine, execution.id))
    return execution.id


def _require_values(pipeline: Pipeline) -> None:
    empty = [v for v in pipeline.variables if v.required and v.value in (None, "")]
    if empty:
        raise InputError(
            Problem(code="PIP-025", what=f"the variable '{v.name}' needs a value", where=str(v.position), fix="give it as an input")
            for v in empty
        )


def _rights(pipeline: Pipeline) -> set[str]:
    """What is asked for at the start already; each step asks again, for its own instance, when it begins."""
    rights = {
        VERBS[command].permission if (command := step.spec.get("command")) in VERBS and step.type == "LiquibaseCommand" else kind.permission
        for stage in pipeline.all_stages()
        for step in steps_of(stage.items) + steps_of(stage.rollback)
        if (kind := STEPS.get(step.type))
    }
    return rights - {""}


def get_execution(connection: Connection, actor: Actor, scope: Scope, execution_id: str) -> Execution:
    """One execution of the project."""
    identity.require(actor, "core_pipeline_view", scope)
    found = store.find_execution(connection, execution_id)
    if found is None or found.scope != scope:
        raise not_found("execution", execution_id, scope)
    return found


def list_executions(
    connection: Connection, actor: Actor, scope: Scope, at: Paging, *, pipeline: str | None = None, statuses: Iterable[str] = ()
) -> Page[Execution]:
    """A project's executions, the latest first."""
    identity.require(actor, "core_pipeline_view", scope)
    organizations.require_scope(connection, scope)
    return store.list_executions(connection, scope, at, pipeline=pipeline, statuses=statuses)


def nodes(connection: Connection, execution: Execution) -> list[Node]:
    """The execution's nodes in the order made. For an execution the actor was given already."""
    return list(store.nodes(connection, execution.id).values())


def waiting(connection: Connection, execution: Execution, node: Node, now: datetime) -> Problem | None:
    """Why a step's job is not running yet; None when it runs, or none is queued."""
    job = next((job for job, path in reversed(execution.jobs) if path == node.path), None)
    return None if node.is_finished or job is None else delegates.why_waiting(connection, job, now)


def signal(engine: Engine, execution_id: str, topic: str, payload: dict[str, Any], *, clock: Clock = _CLOCK) -> None:
    """Tell an execution something. Topic `abort` with `by` ends it; other topics are not known."""
    if topic != "abort":
        raise InputError(Problem(code="PIP-026", what=f"no execution listens to '{topic}'", fix="abort"))
    with writing(engine) as connection:
        told = Signal(topic="abort", by=str(payload.get("by", "")))
        store.add_signal(connection, new_id("sig", clock.now()), execution_id, 0, told, clock.now())
        after_commit(connection, lambda: durable.wake(engine, execution_id))


def abort(engine: Engine, actor: Actor, scope: Scope, execution_id: str, *, clock: Clock = _CLOCK) -> None:
    """End an execution: what waits is skipped, what runs is cancelled. Raises ConflictError when it has ended."""
    with writing(engine) as connection:
        identity.require(actor, "core_pipeline_abort", scope)
        execution = get_execution(connection, actor, scope, execution_id)
        if execution.is_finished:
            raise ConflictError(Problem(code="PIP-027", what=f"the execution has ended already: {execution.status}"))
        told = Signal(topic="abort", by=actor.name)
        store.add_signal(connection, new_id("sig", clock.now()), execution_id, 0, told, clock.now())
        audit.append(connection, actor, "ABORT", "PIPELINE_EXECUTION", execution_id, scope, name=execution.name, clock=clock)
        after_commit(connection, lambda: durable.wake(engine, execution_id))


def rerun(engine: Engine, actor: Actor, scope: Scope, execution_id: str, *, clock: Clock = _CLOCK) -> str:
    """Start the pipeline as it is now with the inputs of an earlier execution; the new one's id."""
    with reading(engine) as connection:
        identity.require(actor, "core_pipeline_execute", scope)
        earlier = get_execution(connection, actor, scope, execution_id)
        held = _held(connection, scope, earlier.pipeline)
    _judge_start(engine, actor, held, earlier.inputs, clock)
    with writing(engine) as connection:
        held = _unchanged(held, _held(connection, scope, earlier.pipeline, lock=True))
        return _start(connection, actor, held, held.yaml, earlier.inputs, earlier.trigger, earlier.id, clock)


def outputs(execution_nodes: Iterable[Node]) -> dict[str, Any]:
    """What every finished step gave, by its path."""
    return {node.path: json.loads(msgspec.json.encode(node.outputs)) for node in execution_nodes if node.outputs}
