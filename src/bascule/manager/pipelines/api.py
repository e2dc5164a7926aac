"""Pipelines and executions over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Body, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from bascule.core.documents import plain
from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.yaml_reader import read_yaml
from bascule.manager.api_errors import ERRORS
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.entity import Identifier
from bascule.manager.identity.api import CurrentActor
from bascule.manager.identity.model import Scope
from bascule.manager.paging import PagingQuery
from bascule.manager.pipelines import logs, service
from bascule.manager.pipelines.shapes import (
    AskedOut,
    Document,
    ExecuteIn,
    ExecuteOut,
    ExecutionOut,
    ExecutionSummary,
    InputSetIn,
    InputSetOut,
    InputsOut,
    LogLineOut,
    LogOut,
    PipelineOut,
    PipelineSummary,
    ProblemOut,
    Validation,
    execution_out,
    execution_summary,
    pipeline_out,
    pipeline_summary,
)
from bascule.manager.scopes import ProjectScope

_BASE = "/v1/orgs/{org}/projects/{project}"
Term = Annotated[str | None, Query(description="occurs in identifier or name", max_length=128)]
PipelinePath = Annotated[str, Path(max_length=128, description="Pipeline identifier")]
ExecutionPath = Annotated[str, Path(max_length=64, description="Execution id")]
NodeQuery = Annotated[str | None, Query(description="a node's path; its children count too", max_length=1000)]
AfterQuery = Annotated[str, Query(description="the id of the last line read", max_length=20_000)]
IfMatch = Annotated[str | None, Header(description='the ETag read before: the change is refused if the pipeline was changed since ("3")')]


def router(deps: Deps) -> APIRouter:
    """Routes of the area."""
    api = APIRouter(responses=ERRORS)
    _mount_pipelines(api, deps)
    _mount_input_sets(api, deps)
    _mount_executions(api, deps)
    _mount_logs(api, deps)
    return api


def _mount_pipelines(api: APIRouter, deps: Deps) -> None:
    tags: list[Any] = ["Pipelines"]

    @api.get(f"{_BASE}/pipelines", operation_id="get-pipelines", tags=tags)
    def list_pipelines(
        response: Response, actor: CurrentActor, scope: ProjectScope, paging: PagingQuery, search_term: Term = None
    ) -> list[PipelineSummary]:
        with reading(deps.engine) as connection:
            page = service.list_pipelines(connection, actor, scope, search_term, paging)
        return [pipeline_summary(held) for held in page.announce(response)]

    @api.post(f"{_BASE}/pipelines", status_code=201, operation_id="create-pipeline", tags=tags)
    def create(response: Response, actor: CurrentActor, scope: ProjectScope, document: Document) -> PipelineOut:
        service.judge_saving(deps.engine, actor, scope, document.yaml, clock=deps.clock)
        with writing(deps.engine) as connection:
            held = service.create_pipeline(connection, actor, scope, document.yaml, clock=deps.clock)
        response.headers["ETag"] = f'"{held.version}"'
        return pipeline_out(held, service.validate(held.yaml))

    @api.post(f"{_BASE}/pipelines/validate", operation_id="validate-pipeline", tags=tags)
    def validate(actor: CurrentActor, scope: ProjectScope, document: Document) -> Validation:
        found = service.validate(document.yaml, scope)
        return Validation(valid=all(p.severity != "error" for p in found), problems=[ProblemOut.of(problem) for problem in found])

    @api.get(f"{_BASE}/pipelines/{{pipeline}}", operation_id="get-pipeline", tags=tags)
    def get(response: Response, actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath) -> PipelineOut:
        with reading(deps.engine) as connection:
            held = service.get_pipeline(connection, actor, scope, pipeline)
        response.headers["ETag"] = f'"{held.version}"'
        return pipeline_out(held, service.validate(held.yaml))

    @api.put(f"{_BASE}/pipelines/{{pipeline}}", operation_id="update-pipeline", tags=tags)
    def update(
        response: Response, actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath, document: Document, if_match: IfMatch = None
    ) -> PipelineOut:
        service.judge_saving(deps.engine, actor, scope, document.yaml, clock=deps.clock)
        with writing(deps.engine) as connection:
            version = _version(if_match)
            held = service.update_pipeline(connection, actor, scope, pipeline, document.yaml, version=version, clock=deps.clock)
        response.headers["ETag"] = f'"{held.version}"'
        return pipeline_out(held, service.validate(held.yaml))

    @api.delete(f"{_BASE}/pipelines/{{pipeline}}", status_code=204, operation_id="delete-pipeline", tags=tags)
    def delete(actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath) -> None:
        with writing(deps.engine) as connection:
            service.delete_pipeline(connection, actor, scope, pipeline, clock=deps.clock)

    @api.get(f"{_BASE}/pipelines/{{pipeline}}/inputs", operation_id="get-pipeline-inputs", tags=tags)
    def inputs(actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath) -> InputsOut:
        with reading(deps.engine) as connection:
            template, asked = service.asked(connection, actor, scope, pipeline)
        return InputsOut(template=template, inputs=[AskedOut.of(each) for each in asked])

    @api.post(f"{_BASE}/pipelines/{{pipeline}}/execute", status_code=201, operation_id="execute-pipeline", tags=tags)
    def execute(actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath, body: ExecuteIn | None = None) -> ExecuteOut:
        asked = body or ExecuteIn()
        execution_id = service.execute(
            deps.engine,
            actor,
            scope,
            pipeline,
            asked.inputs | _document(asked.inputs_yaml),
            input_sets=asked.input_sets,
            trigger={"type": "MANUAL", **asked.trigger},
            clock=deps.clock,
        )
        return ExecuteOut(execution_id=execution_id, pipeline_identifier=pipeline)

    @api.post("/pipeline/api/pipeline/execute/{pipeline}", operation_id="execute-pipeline-harness", tags=tags)
    def execute_as_harness(
        actor: CurrentActor,
        pipeline: PipelinePath,
        org: Annotated[str, Query(alias="orgIdentifier", max_length=128)],
        project: Annotated[str, Query(alias="projectIdentifier", max_length=128)],
        runtime: Annotated[str | None, Body(media_type="application/yaml")] = None,
    ) -> dict[str, Any]:
        """The path that clients of Harness call, with the runtime input YAML as the body."""
        execution_id = service.execute(deps.engine, actor, Scope(org, project), pipeline, _document(runtime), clock=deps.clock)
        return {"status": "SUCCESS", "data": {"planExecution": {"uuid": execution_id, "status": "RUNNING"}}}


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    written = if_match.strip().removeprefix("W/").strip('"')
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise InputError(Problem(code="PIP-029", what="If-Match is not an ETag of a pipeline", where="If-Match", fix='write "3"'))
    return int(written)


def _document(text: str | None) -> dict[str, Any]:
    """Runtime inputs from YAML."""
    if not text or not text.strip():
        return {}
    node = read_yaml(text, "inputs.yaml")
    value = plain(node) if node is not None else {}
    if not isinstance(value, dict):
        raise InputError(Problem(code="PIP-021", what="inputs must be a mapping", where="inputs.yaml"))
    return value


def _mount_input_sets(api: APIRouter, deps: Deps) -> None:
    tags: list[Any] = ["Input sets"]
    base = f"{_BASE}/pipelines/{{pipeline}}/input-sets"

    @api.get(base, operation_id="get-input-sets", tags=tags)
    def list_all(
        response: Response, actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath, paging: PagingQuery
    ) -> list[InputSetOut]:
        with reading(deps.engine) as connection:
            page = service.list_input_sets(connection, actor, scope, pipeline, paging)
        return [InputSetOut.of(held) for held in page.announce(response)]

    @api.get(f"{base}/{{input_set}}", operation_id="get-input-set", tags=tags)
    def get(actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath, input_set: Identifier) -> InputSetOut:
        with reading(deps.engine) as connection:
            return InputSetOut.of(service.get_input_set(connection, actor, scope, pipeline, input_set))

    @api.put(f"{base}/{{input_set}}", operation_id="put-input-set", tags=tags)
    def put(actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath, input_set: Identifier, body: InputSetIn) -> InputSetOut:
        with writing(deps.engine) as connection:
            held = service.put_input_set(connection, actor, scope, pipeline, input_set, body.name, body.inputs, clock=deps.clock)
        return InputSetOut.of(held)

    @api.delete(f"{base}/{{input_set}}", status_code=204, operation_id="delete-input-set", tags=tags)
    def delete(actor: CurrentActor, scope: ProjectScope, pipeline: PipelinePath, input_set: Identifier) -> None:
        with writing(deps.engine) as connection:
            service.delete_input_set(connection, actor, scope, pipeline, input_set, clock=deps.clock)


def _mount_executions(api: APIRouter, deps: Deps) -> None:
    tags: list[Any] = ["Executions"]

    @api.get(f"{_BASE}/executions", operation_id="get-executions", tags=tags)
    def list_all(
        response: Response,
        actor: CurrentActor,
        scope: ProjectScope,
        paging: PagingQuery,
        pipeline: Annotated[str | None, Query(max_length=128)] = None,
        status: Annotated[list[str] | None, Query(description="may be repeated", max_length=20)] = None,
    ) -> list[ExecutionSummary]:
        with reading(deps.engine) as connection:
            page = service.list_executions(connection, actor, scope, paging, pipeline=pipeline, statuses=status or ())
        return [execution_summary(execution) for execution in page.announce(response)]

    @api.get(f"{_BASE}/executions/{{execution}}", operation_id="get-execution", tags=tags)
    def get(actor: CurrentActor, scope: ProjectScope, execution: ExecutionPath) -> ExecutionOut:
        with reading(deps.engine) as connection:
            found = service.get_execution(connection, actor, scope, execution)
            nodes, now = service.nodes(connection, found), deps.clock.now()
            waiting = {node.path: problem for node in nodes if (problem := service.waiting(connection, found, node, now))}
            return execution_out(found, nodes, waiting)

    @api.get(f"{_BASE}/executions/{{execution}}/outputs", operation_id="get-execution-outputs", tags=tags)
    def outputs(actor: CurrentActor, scope: ProjectScope, execution: ExecutionPath) -> dict[str, dict[str, Any]]:
        with reading(deps.engine) as connection:
            found = service.get_execution(connection, actor, scope, execution)
            return service.outputs(service.nodes(connection, found))

    @api.post(f"{_BASE}/executions/{{execution}}/abort", status_code=202, operation_id="abort-execution", tags=tags)
    def abort(actor: CurrentActor, scope: ProjectScope, execution: ExecutionPath) -> dict[str, str]:
        service.abort(deps.engine, actor, scope, execution, clock=deps.clock)
        return {"executionId": execution}

    @api.post(f"{_BASE}/executions/{{execution}}/rerun", status_code=201, operation_id="rerun-execution", tags=tags)
    def rerun(actor: CurrentActor, scope: ProjectScope, execution: ExecutionPath) -> dict[str, str]:
        return {"executionId": service.rerun(deps.engine, actor, scope, execution, clock=deps.clock)}


def _mount_logs(api: APIRouter, deps: Deps) -> None:
    tags: list[Any] = ["Executions"]

    @api.get(f"{_BASE}/executions/{{execution}}/logs", operation_id="get-execution-logs", tags=tags)
    def page(
        actor: CurrentActor,
        scope: ProjectScope,
        execution: ExecutionPath,
        node: NodeQuery = None,
        after: AfterQuery = "",
        limit: Annotated[int, Query(ge=1, le=2000)] = 500,
    ) -> LogOut:
        with reading(deps.engine) as connection:
            found = service.get_execution(connection, actor, scope, execution)
            lines, position = logs.read(connection, found, node=node, after=after, limit=limit)
        return LogOut(lines=[LogLineOut.of(line) for line in lines], after=position, ended=found.is_finished and not lines)

    @api.get(f"{_BASE}/executions/{{execution}}/logs/stream", operation_id="stream-execution-logs", tags=tags)
    async def stream(
        request: Request,
        actor: CurrentActor,
        scope: ProjectScope,
        execution: ExecutionPath,
        node: NodeQuery = None,
        after: AfterQuery = "",
        last_event_id: Annotated[str | None, Header(max_length=20_000)] = None,
    ) -> StreamingResponse:
        """Server-sent events: each line as it comes, its `id` to resume from; then `end` with the execution's status."""
        place = last_event_id or after
        await run_in_threadpool(_may_read, deps, actor, scope, execution, place)
        told = _told(deps, execution, node, place)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(told, media_type="text/event-stream", headers=headers)


def _may_read(deps: Deps, actor: Any, scope: Scope, execution: str, place: str) -> None:
    """What would be refused, before the stream begins."""
    with reading(deps.engine) as connection:
        logs.read(connection, service.get_execution(connection, actor, scope, execution), after=place, limit=1)


async def _told(deps: Deps, execution: str, node: str | None, place: str) -> AsyncIterator[bytes]:
    yield b": the log begins\n\n"
    async for line in logs.follow(deps.engine, execution, node=node, after=place):
        data = msgspec.json.encode(line).decode()
        yield f"id: {line.id}\nevent: line\ndata: {data}\n\n".encode()
    yield b"event: end\ndata: {}\n\n"
