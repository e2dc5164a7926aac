"""What a step is: fields read from its `spec`, and two functions that decide what happens next. `_jobs.py` makes the jobs."""

from collections.abc import Callable, Iterator
from datetime import datetime
from difflib import get_close_matches
from typing import Any, ClassVar, TypeVar

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.core.registry import Registry
from bascule.manager.pipelines import document, infrastructure, keys
from bascule.manager.pipelines.expressions.evaluate import Names
from bascule.manager.pipelines.expressions.values import Text
from bascule.manager.pipelines.intents import Answer, Failed, Intent, JobFailed, TimedOut
from bascule.manager.pipelines.model import Execution, Node
from bascule.manager.pipelines.targets import InstanceFacts, Instances, resolved


class StepContext:
    """What a step may know and keep. `memory` is the node's own, `pins` the execution's; both are stored with the turn."""

    def __init__(
        self,
        execution: Execution,
        node: Node,
        written: document.Step,
        instances: Instances,
        names: Callable[[], Names],
        selectors: tuple[str, ...],
        now: datetime,
    ) -> None:
        self.execution = execution
        self.node = node
        self.policy_sets = tuple(str(item) for item in node.memory.get("policy_sets", ()))
        self._selectors = selectors
        self.now = now
        self._written = written
        self._instances = instances
        self._names = names
        self.facts: InstanceFacts | None = None
        """The instance that the step asked for last."""

    @property
    def memory(self) -> dict[str, Any]:
        return self.node.memory

    @property
    def pins(self) -> dict[str, Any]:
        return self.execution.pins

    @property
    def selectors(self) -> tuple[str, ...]:
        """The tags a delegate must have: of the spec, the step, or what encloses it."""
        written = self.node.spec.get("delegateSelectors")
        return tuple(str(tag) for tag in written) if isinstance(written, list) and written else self._selectors

    @property
    def timeout_s(self) -> float:
        """What is left of the step's time."""
        return (self.node.deadline - self.now).total_seconds() if self.node.deadline else 600.0

    @property
    def workspace(self) -> str:
        """The step group's folder, or the stage's for steps outside groups."""
        return self.execution.workspace_of(self.node.parent or self.node.path)

    def job_id(self) -> str:
        """The id of the next act's job: the same however often the turn is tried."""
        return f"job_{self.execution.id.removeprefix('exec_')}_{self.node.number}_{self.node.act + 1}"

    def instance(self, schema: str, instance: str, permission: str) -> InstanceFacts:
        """The instance, its own expressions evaluated. Raises NotFoundError, DeniedError, InputError."""
        found = resolved(self._instances(self.execution.actor, self.execution.scope, schema, instance, permission), self._names())
        self.facts = found
        return found

    def where(self, key: str) -> str:
        """Where a key of the spec stands."""
        return str(self._written.places.get(key, self._written.position))


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The base: fields are the keys of `spec`, no default means required. A field typed Any may hold a `Text` with secrets."""

    default_timeout: ClassVar[str] = "10m"
    permission: ClassVar[str] = ""
    """The right on its DB instance that whoever runs it needs."""
    noted: ClassVar[dict[str, str]] = {}
    """Keys of `spec` accepted without effect, with the reason."""
    own_container: ClassVar[bool] = False
    """Whether, in a pod, an `image` gives it a container of its own."""

    def start(self, ctx: StepContext) -> Intent:
        """What is done first."""
        raise NotImplementedError

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        """What follows once `phase` is answered."""
        raise NotImplementedError

    def check(self, where: str) -> Iterator[Problem]:
        """What is wrong with the fields together."""
        yield from ()


def failed(answer: Answer) -> Failed:
    """The failure that an unwanted answer amounts to."""
    match answer:
        case JobFailed(problems=problems, status=status, failure=failure, outputs=outputs):
            said = problems or (Problem(code="PIP-030", what=f"the job ended: {status}" + (f" ({failure})" if failure else "")),)
            return Failed(said, _ERROR_CLASSES.get(failure or "", "Unknown"), outputs)
        case TimedOut():
            return Failed((Problem(code="PIP-031", what="the step's time is over"),), "Timeout")
        case _:
            return Failed((Problem(code="PIP-032", what=f"the step cannot go on from '{type(answer).__name__}'"),))


_ERROR_CLASSES = {
    "DeniedError": "Authorization",
    "TargetError": "Connectivity",
    "Timeout": "Timeout",
    "DelegateLost": "DelegateRestart",
    "PodError": "DelegateProvisioning",
}
"""What a job's failure is called in failure strategies."""

STEPS: Registry[type[Step]] = Registry("step type", "bascule.manager.pipelines.steps", "PIP-011")
Kind = TypeVar("Kind", bound=type[Step])


def bind(written: document.Step, spec: dict[str, Any]) -> Step:
    """A step from its resolved spec. Raises InputError."""
    kind = STEPS.get(written.type, str(written.position))
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    values = {key: value for key, value in spec.items() if key in fields and value is not None}
    problems = list(_misfits(written, kind, values, resolved=True))
    if problems:
        raise InputError(problems)
    bound = msgspec.convert(values, kind, strict=False)
    if wrong := list(bound.check(str(written.position))):
        raise InputError(wrong)
    return bound


def check(written: document.Step) -> Iterator[Problem]:
    """What is wrong with a step as written, before any expression has a value."""
    try:
        kind = STEPS.get(written.type, str(written.position))
    except InputError as error:
        yield from error.problems
        return
    fields = {field.encode_name for field in msgspec.structs.fields(kind)}
    noted = keys.STEP_SPEC_NOTED | kind.noted
    if written.in_pod:
        honoured = infrastructure.CONTAINER_KEYS | {"envVariables"}
        noted = {key: why for key, why in noted.items() if key not in honoured}
        noted |= {} if kind.own_container else dict.fromkeys(("image", "connectorRef"), keys.OWN_IMAGE)
        fields |= honoured - noted.keys()
        yield from infrastructure.check_container(written.spec, lambda key: str(written.places.get(key, written.position)))
    for key in written.spec:
        where = str(written.places.get(key, written.position))
        if key in fields:
            continue
        if key in noted:
            yield Problem(code="PIP-002", what=f"'{key}' is accepted and has no effect", where=where, why=noted[key], severity="info")
        else:
            near = get_close_matches(key, sorted(fields | set(noted)), n=1, cutoff=0.6)
            yield Problem(
                code="PIP-004",
                what=f"a {written.type} step has no key '{key}'",
                where=where,
                fix=f"did you mean '{near[0]}'?" if near else None,
            )
    values = {key: value for key, value in written.spec.items() if value is not None}
    problems = list(_misfits(written, kind, values, resolved=False))
    yield from problems
    if not problems and not any(_holds_expression(value) for value in values.values()):
        known = {key: value for key, value in values.items() if key in fields}
        yield from msgspec.convert(known, kind, strict=False).check(str(written.position))


def _misfits(written: document.Step, kind: type[Step], values: dict[str, Any], *, resolved: bool) -> Iterator[Problem]:
    for field in msgspec.structs.fields(kind):
        key = field.encode_name
        where: Position = written.places.get(key, written.position)
        if key not in values:
            if field.required:
                yield Problem(code="PIP-006", what=f"a {written.type} step needs '{key}'", where=str(where))
            continue
        if not resolved and _holds_expression(values[key]):
            continue
        try:
            msgspec.convert(values[key], field.type, strict=False)
        except msgspec.ValidationError as error:
            secret = isinstance(values[key], Text)
            yield Problem(
                code="PIP-012",
                what=f"'{key}' does not fit",
                where=str(where),
                why="a secret cannot stand here" if secret else str(error),
            )


def _holds_expression(value: Any) -> bool:
    match value:
        case str():
            return "<+" in value
        case dict():
            return any(_holds_expression(item) for item in value.values())
        case list():
            return any(_holds_expression(item) for item in value)
        case _:
            return False


step = STEPS.add
"""`@step("DBSchemaApply")` registers a class; its module's name is the snake_case of that."""

__all__ = ["STEPS", "Step", "StepContext", "bind", "check", "failed", "step"]
