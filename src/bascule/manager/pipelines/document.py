"""A pipeline as its author wrote it: typed where the driver reads it, with the place of everything."""

from typing import Any, Literal

import msgspec

from bascule.core.problems import Position
from bascule.manager.pipelines.infrastructure import Infrastructure

StageType = Literal["Custom", "Deployment", "Approval"]
WhenStatus = Literal["Success", "Failure", "All"]
Action = Literal[
    "Ignore", "MarkAsFailure", "MarkAsSuccess", "Abort", "StageRollback", "StepGroupRollback", "PipelineRollback", "Retry"
]  # fmt: skip

ERROR_CLASSES = (
    "AllErrors", "Unknown", "Authentication", "Connectivity", "Timeout", "Authorization", "Verification", "DelegateProvisioning",
    "PolicyEvaluationFailure", "InputTimeoutError", "ApprovalRejection", "DelegateRestart", "UserMarkedFailure",
)  # fmt: skip
"""The kinds of failure a strategy may name."""


class When(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a node runs: by what came before it, and by a condition."""

    status: WhenStatus = "Success"
    condition: str = ""
    position: Position


class OnFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One failure strategy. `then` is what Retry turns to when its attempts are used up."""

    errors: tuple[str, ...]
    action: Action
    retries: int = 0
    intervals_s: tuple[float, ...] = ()
    then: Action = "MarkAsFailure"


class Strategy(msgspec.Struct, frozen=True, kw_only=True):
    """Run several times. `written` is the matrix, repeat or parallelism as written: it may hold expressions."""

    kind: Literal["matrix", "repeat", "parallelism"]
    written: Any
    position: Position
    at_once: Any = None
    """`maxConcurrency` beside it."""
    stops_at_failure: bool = False
    """Turns that have not begun are left out once one has failed."""


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    type: Literal["String", "Number", "Secret"] = "String"
    value: Any = None
    required: bool = False
    position: Position


class _Node(msgspec.Struct, frozen=True, kw_only=True):
    identifier: str
    name: str
    position: Position
    when: When | None = None
    on_failure: tuple[OnFailure, ...] = ()
    strategy: Strategy | None = None
    timeout: str | None = None
    """As written: it may be an expression."""
    selectors: tuple[str, ...] = ()


class Step(_Node, frozen=True, kw_only=True):
    """One step: `spec` is plain JSON with expressions in it, `places` leads from its keys to where they stand."""

    type: str
    spec: dict[str, Any]
    places: dict[str, Position]
    policy_sets: tuple[str, ...] = ()
    in_pod: bool = False
    """Whether a step group around it has a pod of its own."""


class Parallel(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes that run beside each other."""

    items: tuple["Item", ...]


class StepGroup(_Node, frozen=True, kw_only=True):
    """Steps that share a workspace; with an infrastructure, in a pod of their own."""

    items: tuple["Item", ...]
    rollback: tuple["Item", ...] = ()
    variables: tuple[Variable, ...] = ()
    infrastructure: Infrastructure | None = None


Item = Step | StepGroup | Parallel


class Stage(_Node, frozen=True, kw_only=True):
    type: StageType
    items: tuple[Item, ...]
    rollback: tuple[Item, ...] = ()
    variables: tuple[Variable, ...] = ()
    tags: dict[str, str] = {}


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document. `stages` run in order; those of one inner tuple run beside each other."""

    identifier: str
    name: str
    org: str | None
    project: str | None
    stages: tuple[tuple[Stage, ...], ...]
    variables: tuple[Variable, ...] = ()
    tags: dict[str, str] = {}
    description: str = ""
    timeout: str | None = None
    selectors: tuple[str, ...] = ()

    def all_stages(self) -> tuple[Stage, ...]:
        return tuple(stage for together in self.stages for stage in together)


def steps_of(items: tuple[Item, ...]) -> list[Step]:
    """Every step below, in the order written."""
    found: list[Step] = []
    for item in items:
        match item:
            case Step():
                found.append(item)
            case StepGroup():
                found += steps_of(item.items) + steps_of(item.rollback)
            case Parallel():
                found += steps_of(item.items)
    return found
