"""Pipelines and executions as the API shows them."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bascule.core.problems import Problem
from bascule.manager.body import Body
from bascule.manager.entity import seconds
from bascule.manager.pipelines.inputs import Asked
from bascule.manager.pipelines.logs import LogLine
from bascule.manager.pipelines.model import Execution, InputSet, Node, StoredPipeline


class ProblemOut(Body):
    """What is wrong or noted, where, why, and how to put it right."""

    code: str
    what: str
    where: str | None = None
    why: str | None = None
    fix: str | None = None
    severity: str = "error"

    @classmethod
    def of(cls, problem: Problem) -> "ProblemOut":
        return cls(code=problem.code, what=problem.what, where=problem.where, why=problem.why, fix=problem.fix, severity=problem.severity)


class PipelineSummary(Body):
    """A pipeline in a list. Moments are epoch seconds."""

    identifier: str
    name: str
    description: str = ""
    tags: dict[str, str] = {}
    org: str
    project: str
    version: int
    executions: int
    created: int
    updated: int


class PipelineOut(PipelineSummary):
    """A pipeline with its document, and what its keys are noted for."""

    yaml: str
    notes: list[ProblemOut] = []


class Document(Body):
    """A document to check or keep."""

    yaml: str = Field(max_length=2 * 1024 * 1024)


class Validation(Body):
    """Whether a document is accepted, and everything there is to say about it."""

    valid: bool
    problems: list[ProblemOut]


class AskedOut(Body):
    """One input that a run is asked for."""

    path: str
    default: Any = None
    required: bool
    allowed_values: list[str] = []
    select_many: bool = False
    regex: str | None = None

    @classmethod
    def of(cls, asked: Asked) -> "AskedOut":
        return cls(
            path=asked.path,
            default=asked.default,
            required=not asked.has_default,
            allowed_values=list(asked.allowed),
            select_many=asked.many,
            regex=asked.regex,
        )


class InputsOut(Body):
    """The runtime input form, as a document to fill in and as a list."""

    template: dict[str, Any]
    inputs: list[AskedOut]


class ExecuteIn(Body):
    """What to start a pipeline with: `inputs` as names or paths → values, or as a runtime input document (`inputsYaml`)."""

    inputs: dict[str, Any] = {}
    inputs_yaml: str | None = None
    input_sets: list[str] = []
    trigger: dict[str, Any] = {}


class ExecuteOut(Body):
    """The execution that was started."""

    execution_id: str
    pipeline_identifier: str


class InputSetIn(Body):
    """Values for inputs, by a name."""

    name: str = Field(min_length=1, max_length=128)
    inputs: dict[str, Any]


class InputSetOut(InputSetIn):
    """An input set as stored."""

    identifier: str
    pipeline: str
    created: int
    updated: int

    @classmethod
    def of(cls, held: InputSet) -> "InputSetOut":
        return cls(
            identifier=held.identifier,
            pipeline=held.pipeline,
            name=held.name,
            inputs=held.inputs,
            created=seconds(held.created_at) or 0,
            updated=seconds(held.updated_at) or 0,
        )


class StartedBy(Body):
    """Who started it."""

    identifier: str
    name: str
    email: str = ""


class ExecutionSummary(Body):
    """An execution in a list. Moments are epoch milliseconds, as Harness has them in executions."""

    execution_id: str
    pipeline_identifier: str
    name: str
    sequence: int
    status: str
    start_ts: int
    end_ts: int | None = None
    triggered_by: StartedBy
    trigger_type: str
    rerun_of: str | None = None
    tags: dict[str, str] = {}
    problems: list[ProblemOut] = []


class NodeOut(Body):
    """A stage, step group, loop or step, with what it gave and what was wrong."""

    path: str
    parent: str | None = None
    kind: str
    section: str
    identifier: str
    name: str
    type: str = ""
    status: str
    phase: str = ""
    reason: str = ""
    attempt: int = 1
    action: str = ""
    failure: str = ""
    start_ts: int | None = None
    end_ts: int | None = None
    approval: str | None = None
    outputs: dict[str, Any] = {}
    problems: list[ProblemOut] = []
    waiting: ProblemOut | None = None
    """Why its job is not running yet, delegate by delegate."""


class ExecutionOut(ExecutionSummary):
    """An execution with its nodes, parents before children."""

    inputs: dict[str, Any] = {}
    pins: dict[str, Any] = {}
    yaml: str
    nodes: list[NodeOut]


class LogLineOut(Body):
    """One event of one job. `id` is the place after it: give it as `after` to go on from there."""

    id: str
    node: str
    job: str
    event: dict[str, Any]
    late: bool = False

    @classmethod
    def of(cls, line: LogLine) -> "LogLineOut":
        return cls(id=line.id, node=line.node, job=line.job, event=line.event, late=line.late)


class LogOut(Body):
    """A piece of a log, and where to go on."""

    lines: list[LogLineOut]
    after: str
    ended: bool


def pipeline_summary(held: StoredPipeline) -> PipelineSummary:
    return PipelineSummary(**_pipeline(held))


def pipeline_out(held: StoredPipeline, notes: list[Problem]) -> PipelineOut:
    return PipelineOut(**_pipeline(held), yaml=held.yaml, notes=[ProblemOut.of(note) for note in notes])


def _pipeline(held: StoredPipeline) -> dict[str, Any]:
    return {
        "identifier": held.identifier,
        "name": held.name,
        "description": held.description,
        "tags": held.tags,
        "org": held.scope.org,
        "project": held.scope.project,
        "version": held.version,
        "executions": held.sequence,
        "created": seconds(held.created_at),
        "updated": seconds(held.updated_at),
    }


def execution_summary(execution: Execution) -> ExecutionSummary:
    return ExecutionSummary(**_execution(execution))


def execution_out(execution: Execution, nodes: list[Node], waiting: Mapping[str, Problem] | None = None) -> ExecutionOut:
    """`waiting`: by path, why the jobs of steps are not running yet."""
    shown = {key: value for key, value in execution.pins.items() if key in ("commits", "approved")}
    shown["previewed"] = {key: seen["digest"] for key, seen in execution.pins.get("previewed", {}).items()}
    told = [node_out(node, (waiting or {}).get(node.path)) for node in nodes]
    return ExecutionOut(**_execution(execution), inputs=execution.inputs, pins=shown, yaml=execution.yaml, nodes=told)


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "execution_id": execution.id,
        "pipeline_identifier": execution.pipeline,
        "name": execution.name,
        "sequence": execution.sequence,
        "status": execution.status,
        "start_ts": _milliseconds(execution.created_at),
        "end_ts": _milliseconds(execution.ended_at),
        "triggered_by": StartedBy(identifier=execution.actor.id, name=execution.actor.name, email=execution.actor.email),
        "trigger_type": str(execution.trigger.get("type", "MANUAL")),
        "rerun_of": execution.rerun_of,
        "tags": execution.tags,
        "problems": [ProblemOut.of(problem) for problem in execution.problems],
    }


def _milliseconds(at: Any) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)


def node_out(node: Node, waiting: Problem | None = None) -> NodeOut:
    return NodeOut(
        path=node.path,
        parent=node.parent,
        kind=node.kind,
        section=node.section,
        identifier=node.identifier,
        name=node.name,
        type=node.type,
        status=node.status,
        phase=node.phase,
        reason=node.reason,
        attempt=node.attempt,
        action=node.action,
        failure=node.failure,
        start_ts=_milliseconds(node.started_at),
        end_ts=_milliseconds(node.ended_at),
        approval=node.carried_out if node.status == "ApprovalWaiting" else None,
        outputs=node.outputs,
        problems=[ProblemOut.of(problem) for problem in node.problems],
        waiting=ProblemOut.of(waiting) if waiting else None,
    )
