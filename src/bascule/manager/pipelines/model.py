"""An execution and its nodes: what the tables hold, as values. Statuses are spelled as Harness spells them."""

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from bascule.core.problems import Problem
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.pipelines.intents import Answer, Intent

Status = Literal[
    "NotStarted", "Running", "AsyncWaiting", "ApprovalWaiting", "Success", "Failed", "Skipped", "IgnoreFailed", "Aborted", "Expired",
    "ApprovalRejected", "Errored",
]  # fmt: skip
NodeKind = Literal["stage", "group", "step", "loop"]
Section = Literal["execution", "rollback"]

FINISHED: frozenset[Status] = frozenset(
    {"Success", "Failed", "Skipped", "IgnoreFailed", "Aborted", "Expired", "ApprovalRejected", "Errored"}
)
BROKEN: frozenset[Status] = frozenset({"Failed", "Aborted", "Expired", "ApprovalRejected", "Errored"})
"""Statuses that make what contains them fail."""
_LONGEST_PATH = 150
"""The store has room for 256 characters, with the execution's id before it."""


class Node(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A stage, step group, step or loop of one execution. Changed in place during a turn, stored at its end.

    `path` is made of identifiers (`deploy/db/apply_qa`; `deploy/~rollback/undo`). `act` counts the intents of the node: an answer names the
    act it answers, so that late and double answers fall away.
    """

    path: str
    parent: str | None
    number: int
    kind: NodeKind
    identifier: str
    name: str
    type: str = ""
    section: Section = "execution"
    status: Status = "NotStarted"
    reason: str = ""
    """Why it was skipped, ignored or ended otherwise than by itself."""
    act: int = 0
    phase: str = ""
    intent: Intent | None = None
    """What it waits for; None when it does not."""
    carried_out: str = ""
    """The job's or approval's id of this act."""
    spec: dict[str, Any] = {}
    memory: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    problems: list[Problem] = []
    failure: str = ""
    """The error class it failed with."""
    action: str = ""
    """What its failure strategy did."""
    attempt: int = 1
    iteration: dict[str, Any] = {}
    """What a matrix or repeat gives this turn of the loop: `{"matrix": {…}}`."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    deadline: datetime | None = None
    wake_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def is_broken(self) -> bool:
        return self.status in BROKEN


class Execution(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One run of a pipeline: the document and inputs it was started with, and how far it has come after `turn` turns."""

    id: str
    scope: Scope
    pipeline: str
    name: str
    sequence: int
    yaml: str
    inputs: dict[str, Any] = {}
    actor: Actor
    trigger: dict[str, Any] = {}
    status: Status = "NotStarted"
    turn: int = 0
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    deadline: datetime | None = None
    wake_at: datetime | None = None
    rolling_back: bool = False
    """PipelineRollback was asked for."""
    aborted_by: str = ""
    jobs: list[tuple[str, str]] = []
    """Every job (its id, its node's path) in the order they were handed out."""
    pins: dict[str, Any] = {}
    """What is decided once per execution: commits of sources, digests shown and approved."""
    problems: list[Problem] = []
    rerun_of: str | None = None
    tags: dict[str, str] = {}

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    def workspace_of(self, path: str) -> str:
        """The name of the workspace of that stage or step group, by which its pod is named, too. A long path ends in a hash."""
        if len(path) > _LONGEST_PATH:
            path = f"{path[: _LONGEST_PATH - 17]}~{hashlib.sha256(path.encode()).hexdigest()[:16]}"
        return f"{self.id}/{path}"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """Something an execution is told: the answer to a node's act, `abort`, or that the pod number `act` of a step group is gone."""

    topic: Literal["answer", "abort", "pod"]
    node: str = ""
    act: int = 0
    answer: Answer | None = None
    by: str = ""


class StoredPipeline(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline as it is kept. `version` counts its changes."""

    id: str
    scope: Scope
    identifier: str
    name: str
    description: str = ""
    tags: dict[str, str] = {}
    yaml: str
    version: int = 1
    sequence: int = 0
    created_at: datetime
    updated_at: datetime


class InputSet(msgspec.Struct, frozen=True, kw_only=True):
    """Values for the inputs of a pipeline, by a name."""

    id: str
    scope: Scope
    pipeline: str
    identifier: str
    name: str
    inputs: dict[str, Any]
    created_at: datetime
    updated_at: datetime
