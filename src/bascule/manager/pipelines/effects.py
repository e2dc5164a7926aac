"""What a turn wants done, in the transaction that stores it."""

from dataclasses import dataclass
from typing import Any

from bascule.manager.pipelines.model import Node
from bascule.wire.jobs import Job


@dataclass(frozen=True)
class Dispatch:
    """Hand the job to the delegates."""

    node: Node
    job: Job


@dataclass(frozen=True)
class CancelJob:
    """Nobody waits for the job any more."""

    job_id: str


@dataclass(frozen=True)
class OpenApproval:
    """Ask people."""

    node: Node
    spec: dict[str, Any]


@dataclass(frozen=True)
class CloseApproval:
    """The approval is no longer waited for."""

    approval_id: str


@dataclass(frozen=True)
class StartPod:
    """Have the pod made that a step group's jobs wait for."""

    node: Node
    job: Job


@dataclass(frozen=True)
class LeavePods:
    """Nothing more comes for the pods at or below that path; of the whole execution when it is empty."""

    path: str


Effect = Dispatch | CancelJob | OpenApproval | CloseApproval | StartPod | LeavePods
