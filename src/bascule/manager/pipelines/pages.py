"""Pages of pipelines and executions: the editor, the run form, a run with its steps, approvals and live log."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from bascule.core.errors import BasculeError
from bascule.manager.api_errors import status_of
from bascule.manager.approvals import service as approvals
from bascule.manager.approvals.model import Approval
from bascule.manager.approvals.pages import obstacle_of
from bascule.manager.database import reading, writing
from bascule.manager.deps import Deps
from bascule.manager.governance import service as governance
from bascule.manager.governance.model import EvaluationSummary
from bascule.manager.paging import Paging
from bascule.manager.pipelines import inputs as runtime_inputs
from bascule.manager.pipelines import live, logs, service
from bascule.manager.pipelines.model import Execution, Node, StoredPipeline
from bascule.manager.web.forms import PageForm
from bascule.manager.web.problems import placed
from bascule.manager.web.rendering import PREFIX, PageRoute, ProjectView, View

_ALL = Paging(0, 100)
_RECENT = 12
SHOWS: dict[str, tuple[str, ...]] = {
    "running": ("NotStarted", "Running", "AsyncWaiting"),
    "waiting": ("ApprovalWaiting",),
    "success": ("Success", "IgnoreFailed"),
    "failed": ("Failed", "Errored", "Expired", "ApprovalRejected"),
    "aborted": ("Aborted",),
}
NEW = """pipeline:
  name: New pipeline
  identifier: new_pipeline
  projectIdentifier: {project}
  orgIdentifier: {org}
  stages:
    - stage:
        name: Deploy
        identifier: deploy
        type: Custom
        spec:
          execution:
            steps:
              - stepGroup:
                  name: Database
                  identifier: db
                  steps:
                    - step:
                        type: DBSchemaApply
                        name: Apply
                        identifier: apply
                        timeout: 10m
                        spec:
                          dbSchema: my_schema
                          dbInstance: my_instance
"""


def router(deps: Deps) -> APIRouter:
    """Routes of the area's pages."""
    pages = APIRouter(prefix=PREFIX, route_class=PageRoute, include_in_schema=False)
    _mount_pipelines(pages, deps)
    _mount_runs(pages, deps)
    _mount_executions(pages, deps)
    _mount_live(pages, deps)
    return pages


def _mount_pipelines(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/pipelines")
    def pipelines(view: ProjectView, search: str = "", page: int = 0) -> Response:
        with reading(deps.engine) as connection:
            found = service.list_pipelines(connection, view.actor, view.scope, search or None, Paging(page, 30))
            recent = {pipeline.identifier: _recent(connection, view, pipeline) for pipeline in found.items}
        return view.render("pipelines/pipelines.html", title="Pipelines", active="pipelines", found=found, recent=recent, search=search)

    @pages.get("/pipelines/-new")
    def new_pipeline(view: ProjectView) -> Response:
        return _editor(view, None, NEW.format(org=view.scope.org, project=view.scope.project), ())

    @pages.post("/pipelines/-validate")
    async def validate(view: ProjectView, request: Request) -> Response:
        text = (await request.body()).decode("utf-8", "replace")
        return JSONResponse({"problems": placed(await run_in_threadpool(service.validate, text, view.scope))})

    @pages.post("/pipelines")
    def create(view: ProjectView, form: PageForm) -> Response:
        try:
            service.judge_saving(deps.engine, view.actor, view.scope, form.raw("yaml"), clock=deps.clock)
            with writing(deps.engine) as connection:
                made = service.create_pipeline(connection, view.actor, view.scope, form.raw("yaml"), clock=deps.clock)
        except BasculeError as error:
            return _editor(view, None, form.raw("yaml"), error.problems, status_of(error))
        return view.redirect(view.url("pipelines", made.identifier), f"Pipeline {made.name} is saved")

    @pages.get("/pipelines/{pipeline}")
    def pipeline(view: ProjectView, pipeline: str) -> Response:
        with reading(deps.engine) as connection:
            found = service.get_pipeline(connection, view.actor, view.scope, pipeline)
        return _editor(view, found, found.yaml, ())

    @pages.post("/pipelines/{pipeline}")
    def save(view: ProjectView, pipeline: str, form: PageForm) -> Response:
        version = int(form.text("version")) if form.text("version").isdecimal() else None
        try:
            text = form.raw("yaml")
            service.judge_saving(deps.engine, view.actor, view.scope, text, clock=deps.clock)
            with writing(deps.engine) as connection:
                after = service.update_pipeline(connection, view.actor, view.scope, pipeline, text, version=version, clock=deps.clock)
        except BasculeError as error:
            with reading(deps.engine) as connection:
                found = service.get_pipeline(connection, view.actor, view.scope, pipeline)
            return _editor(view, found, form.raw("yaml"), error.problems, status_of(error))
        return view.redirect(view.url("pipelines", pipeline), f"Saved as version {after.version}")

    @pages.post("/pipelines/{pipeline}/delete")
    def delete(view: ProjectView, pipeline: str) -> Response:
        with writing(deps.engine) as connection:
            service.delete_pipeline(connection, view.actor, view.scope, pipeline, clock=deps.clock)
        return view.redirect(view.url("pipelines"), f"Pipeline {pipeline} is deleted")


def _mount_runs(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/pipelines/{pipeline}/run")
    def run_form(view: ProjectView, pipeline: str, set: str = "") -> Response:
        values: dict[str, Any] = {}
        if set:
            with reading(deps.engine) as connection:
                held = service.get_input_set(connection, view.actor, view.scope, pipeline, set)
            values = {f"input.{path}": value for path, value in runtime_inputs.given(held.inputs).items()}
        return _run_form(view, deps, pipeline, values, (), chosen=set)

    @pages.post("/pipelines/{pipeline}/run")
    def run(view: ProjectView, pipeline: str, form: PageForm) -> Response:
        inputs = {path: value for path, value in form.prefixed("input.").items() if value}
        try:
            execution = service.execute(deps.engine, view.actor, view.scope, pipeline, inputs, clock=deps.clock)
        except BasculeError as error:
            return _run_form(view, deps, pipeline, dict(form.values()), error.problems, status=status_of(error))
        return view.redirect(view.url("executions", execution))


def _mount_executions(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/executions")
    def executions(view: ProjectView, pipeline: str = "", show: str = "", page: int = 0) -> Response:
        with reading(deps.engine) as connection:
            at, statuses = Paging(page, 30), SHOWS.get(show, ())
            found = service.list_executions(connection, view.actor, view.scope, at, pipeline=pipeline or None, statuses=statuses)
            listed = service.list_pipelines(connection, view.actor, view.scope, None, _ALL).items
        return view.render(
            "pipelines/executions.html",
            title="Executions",
            active="executions",
            found=found,
            pipelines=listed,
            pipeline=pipeline,
            show=show,
            shows=[(key, key.capitalize()) for key in SHOWS],
            url=view.url("executions", pipeline=pipeline, show=show),
        )

    @pages.get("/executions/{execution}")
    def execution(view: ProjectView, execution: str, step: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = service.get_execution(connection, view.actor, view.scope, execution)
            nodes = service.nodes(connection, found)
            shown = live.current(nodes, step)
            details = _details(connection, view, deps, found, shown)
        children: dict[str | None, list[Node]] = defaultdict(list)
        for node in nodes:
            children[node.parent].append(node)
        return view.render(
            "pipelines/execution.html",
            title=f"{found.name} #{found.sequence}",
            active="executions",
            crumbs=[("Executions", view.url("executions"))],
            here=view.url("executions", execution, step=step),
            execution=found,
            children=children,
            current=shown,
            pinned="1" if step else "",
            version=live.version(found, shown, details["waiting"]),
            state=live.state(found, nodes, shown, details["waiting"]),
            jobs=live.jobs_of(found, shown),
            **details,
        )

    @pages.post("/executions/{execution}/abort")
    def abort(view: ProjectView, execution: str) -> Response:
        service.abort(deps.engine, view.actor, view.scope, execution, clock=deps.clock)
        return view.redirect(view.url("executions", execution), "The execution is asked to stop", "info")

    @pages.post("/executions/{execution}/rerun")
    def rerun(view: ProjectView, execution: str) -> Response:
        again = service.rerun(deps.engine, view.actor, view.scope, execution, clock=deps.clock)
        return view.redirect(view.url("executions", again), "Started again with the same inputs")


def _mount_live(pages: APIRouter, deps: Deps) -> None:
    @pages.get("/executions/{execution}/stream")
    def stream(view: ProjectView, request: Request, execution: str, step: str = "", pinned: str = "", seen: str = "") -> Response:
        wanted = live.Wanted(
            actor=view.actor,
            scope=view.scope,
            execution_id=execution,
            step=step,
            pinned=bool(pinned),
            seen=seen,
            after=request.headers.get("last-event-id", ""),
        )
        with reading(deps.engine) as connection:
            service.get_execution(connection, view.actor, view.scope, execution)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(live.stream(deps.engine, wanted), media_type="text/event-stream", headers=headers)

    @pages.get("/executions/{execution}/log.txt")
    def download(view: ProjectView, execution: str, step: str = "") -> Response:
        with reading(deps.engine) as connection:
            found = service.get_execution(connection, view.actor, view.scope, execution)
        name = f"{found.pipeline}-{found.sequence}.log"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_log_text(deps, found, step), media_type="text/plain; charset=utf-8", headers=headers)


def _log_text(deps: Deps, execution: Execution, step: str) -> Iterator[str]:
    """The log as text, a part at a time."""
    position = ""
    while True:
        with reading(deps.engine) as connection:
            lines, position = logs.read(connection, execution, node=step or None, below=False, after=position)
        for line in lines:
            for told in live.told(line):
                at = datetime.fromtimestamp(told["at"], UTC).isoformat(timespec="milliseconds") if told["at"] else ""
                yield f"{at} {told['text']}\n"
        if not lines:
            return


def _recent(connection: Connection, view: View, pipeline: StoredPipeline) -> list[Execution]:
    at = Paging(0, _RECENT)
    return list(service.list_executions(connection, view.actor, view.scope, at, pipeline=pipeline.identifier).items)


def _editor(view: View, pipeline: StoredPipeline | None, text: str, problems: Any, status: int = 200) -> Response:
    return view.render(
        "pipelines/pipeline.html",
        title=pipeline.name if pipeline else "New pipeline",
        active="pipelines",
        crumbs=[("Pipelines", view.url("pipelines"))],
        pipeline=pipeline,
        yaml=text,
        problems=problems,
        status=status,
    )


def _run_form(
    view: View, deps: Deps, pipeline: str, values: dict[str, Any], problems: Any, *, chosen: str = "", status: int = 200
) -> Response:
    with reading(deps.engine) as connection:
        found = service.get_pipeline(connection, view.actor, view.scope, pipeline)
        _, asked = service.asked(connection, view.actor, view.scope, pipeline)
        sets = service.list_input_sets(connection, view.actor, view.scope, pipeline, _ALL).items
    return view.render(
        "pipelines/run.html",
        title="Run",
        active="pipelines",
        crumbs=[("Pipelines", view.url("pipelines")), (found.name, view.url("pipelines", pipeline))],
        pipeline=found,
        asked=asked,
        sets=sets,
        chosen=chosen,
        values=values,
        problems=problems,
        status=status,
    )


def _details(connection: Connection, view: View, deps: Deps, execution: Execution, node: Node | None) -> dict[str, Any]:
    """All that the page shows about one step besides its log."""
    approval = _approval(connection, view, execution, node)
    return {
        "approval": approval,
        "obstacle": obstacle_of(view, approval) if approval else None,
        "evaluations": _evaluations(connection, view, execution, node),
        "changesets": list(_changesets(connection, execution, node)) if node else [],
        "waiting": service.waiting(connection, execution, node, deps.clock.now()) if node else None,
        "sql": node.outputs.get("sqlCommands", []) if node else [],
        "shown_outputs": {key: value for key, value in node.outputs.items() if key != "sqlCommands"} if node else {},
    }


def _approval(connection: Connection, view: View, execution: Execution, node: Node | None) -> Approval | None:
    if node is None or node.type != "HarnessApproval":
        return None
    found = approvals.list_approvals(connection, view.actor, view.scope, _ALL, execution_id=execution.id).items
    return next((approval for approval in found if approval.owner.node_id == str(node.number)), None)


def _evaluations(connection: Connection, view: View, execution: Execution, node: Node | None) -> list[EvaluationSummary]:
    if node is None or node.kind != "step" or not view.may("core_governancePolicySets_view"):
        return []
    found = governance.list_evaluations(connection, view.actor, view.scope, _ALL, execution_id=execution.id).items
    digest = node.outputs.get("planDigest") or node.memory.get("digest")
    return [evaluation for evaluation in found if digest and (evaluation.subject, evaluation.entity) == (digest, node.path)]


def _changesets(connection: Connection, execution: Execution, node: Node) -> Iterator[dict[str, Any]]:
    """What the step's jobs did, changeset by changeset."""
    if not live.jobs_of(execution, node):
        return
    position = ""
    while True:
        lines, position = logs.read(connection, execution, node=node.path, after=position)
        for line in lines:
            if line.event.get("kind") == "changeset.finished":
                yield {"error": None} | line.event
        if not lines:
            return
