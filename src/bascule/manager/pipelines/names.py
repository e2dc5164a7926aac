"""The names that expressions may begin with, for one node of one execution."""

from collections.abc import Callable, Mapping
from typing import Any

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines.document import Pipeline, Variable
from bascule.manager.pipelines.expressions.evaluate import resolve
from bascule.manager.pipelines.expressions.values import SecretRef, StatusWord, Text, from_json
from bascule.manager.pipelines.model import Execution, Node


class Variables(dict[str, Any]):
    """Variables by name; each is evaluated when it is read, so that only what is used must be resolvable."""

    def __init__(self, variables: tuple[Variable, ...], names: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__({variable.name: variable for variable in variables})
        self._names = names
        self._reading: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        variable: Variable = super().__getitem__(name)
        where = str(variable.position)
        if name in self._reading:
            raise InputError(Problem(code="EXP-007", what=f"the variable '{name}' needs its own value", where=where))
        self._reading.add(name)
        try:
            value = resolve(variable.value, self._names(), where)
        finally:
            self._reading.discard(name)
        if variable.type == "Secret" and isinstance(value, str) and value:
            return Text((SecretRef(value),))
        return value

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


def names_for(execution: Execution, pipeline: Pipeline, nodes: Mapping[str, Node], node: Node | None) -> dict[str, Any]:
    """Everything that can be named from this node: Harness's words."""
    names: dict[str, Any] = {}
    iteration: dict[str, Any] = {}
    stage_path = node.path.split("/")[0] if node is not None else ""
    above: Node | None = node
    while above is not None:
        iteration = above.iteration | iteration
        above = nodes.get(above.parent) if above.parent else None
    stages = {stage.identifier: stage for stage in pipeline.all_stages()}
    trees = _trees(nodes)
    known_stages: dict[str, Any] = {}
    for each in nodes.values():
        if each.kind == "stage":
            written = stages.get(each.memory.get("written", each.identifier))
            known_stages[each.identifier] = _facts(each) | {
                "type": written.type if written else "",
                "tags": written.tags if written else {},
                "variables": Variables(written.variables if written else (), lambda: names),
                "spec": {"execution": trees.get(each.path, {"steps": {}, "rollbackSteps": {}})},
            }
    actor = execution.actor
    names |= {
        "pipeline": {
            "identifier": execution.pipeline,
            "name": pipeline.name,
            "executionId": execution.id,
            "sequenceId": execution.sequence,
            "startTs": int(execution.created_at.timestamp() * 1000),
            "tags": pipeline.tags,
            "description": pipeline.description,
            "triggeredBy": {"name": actor.name, "email": actor.email, "identifier": actor.id},
            "triggerType": str(execution.trigger.get("type", "MANUAL")),
            "variables": Variables(pipeline.variables, lambda: names),
            "stages": known_stages,
            **dict.fromkeys(("status", "currentStatus", "liveStatus"), StatusWord(_status_so_far(nodes))),
            "orgIdentifier": execution.scope.org,
            "projectIdentifier": execution.scope.project,
        },
        "org": {"identifier": execution.scope.org},
        "project": {"identifier": execution.scope.project},
        "trigger": execution.trigger,
        **iteration,
    }
    if stage_path in nodes and nodes[stage_path].kind == "stage":
        stage = known_stages[nodes[stage_path].identifier]
        names["stage"] = stage
        names["execution"] = stage["spec"]["execution"]
        names["steps"] = stage["spec"]["execution"]["steps"]
    if node is not None and node.kind == "step":
        names["step"] = {"identifier": node.identifier, "name": node.name, "type": node.type, "retryCount": node.attempt - 1}
    return names


def _facts(node: Node) -> dict[str, Any]:
    facts: dict[str, Any] = {"identifier": node.identifier, "name": node.name}
    facts |= dict.fromkeys(("status", "currentStatus", "liveStatus"), StatusWord(node.status))
    if node.started_at:
        facts["startTs"] = int(node.started_at.timestamp() * 1000)
    if node.ended_at:
        facts["endTs"] = int(node.ended_at.timestamp() * 1000)
    return facts


def _trees(nodes: Mapping[str, Node]) -> dict[str, dict[str, Any]]:
    """Per stage: `{"steps": {group: {"steps": {step: {"output": …}}}}, "rollbackSteps": …}`. A loop's turns stand beside it."""
    trees: dict[str, dict[str, Any]] = {n.path: {"steps": {}, "rollbackSteps": {}} for n in nodes.values() if n.kind == "stage"}
    holders: dict[str, dict[str, Any]] = dict(trees)
    for node in sorted(nodes.values(), key=lambda each: each.number):
        if node.kind == "stage" or node.parent is None or node.parent not in holders:
            continue
        holder = holders[node.parent]
        entry: dict[str, Any] = _facts(node) | ({"spec": from_json(node.spec)} if node.spec else {})
        holder["rollbackSteps" if node.section == "rollback" and "rollbackSteps" in holder else "steps"][node.identifier] = entry
        match node.kind:
            case "group":
                entry |= {"steps": {}, "rollbackSteps": {}}
                holders[node.path] = entry
            case "loop":
                holders[node.path] = holder
            case _ if node.is_finished:
                entry["output"] = node.outputs
    return trees


def _status_so_far(nodes: Mapping[str, Node]) -> str:
    return "Failed" if any(node.is_broken for node in nodes.values() if node.kind == "stage") else "Success"
