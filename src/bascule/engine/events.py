"""What a run tells while it runs: the contract with whoever watches (CLI, delegate, manager).

Written as JSON lines to `--events=PATH|fd:N`. An event is at most 256 KiB; larger values go to a file beside it and are named by an
`output` event with `file`. Version 1: fields may be added, never changed; readers skip kinds they do not know.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from bascule.core.problems import Problem

EVENTS_VERSION = 1
MAX_EVENT_BYTES = 256 * 1024

ResultStatus = Literal["success", "failure", "cancelled"]


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    at: float = 0.0
    """Epoch seconds; the writer fills it in."""


class Started(_Event, frozen=True, kw_only=True, tag="started"):
    """The verb begins. After this the attempt's outcome matters: a job without a `result` is unknown."""

    version: int = EVENTS_VERSION
    verb: str
    bascule: str
    target: str | None = None
    """The database's URL without credentials."""
    deployment_id: str | None = None


class ChangesetStarted(_Event, frozen=True, kw_only=True, tag="changeset.started"):
    """A changeset begins to run. `fqn` is `fileName::id::author`, as Harness writes it."""

    fqn: str
    id: str
    author: str
    file: str
    index: int
    total: int
    direction: Literal["update", "rollback"] = "update"


class StatementRun(_Event, frozen=True, kw_only=True, tag="statement"):
    """One statement was sent and answered."""

    fqn: str | None = None
    sha256: str
    text: str | None = None
    """None where the instance is set to hash only."""
    rows: int | None = None
    seconds: float = 0.0


class Progress(_Event, frozen=True, kw_only=True, tag="progress"):
    """How far a long act is: `done` of `total` (None: unknown) `unit`s."""

    what: str
    done: int
    total: int | None = None
    unit: str = ""


class ChangesetFinished(_Event, frozen=True, kw_only=True, tag="changeset.finished"):
    """A changeset's work and its history row are committed (or, status `failed`, undone).

    `row` is the history row as now stored (DATABASECHANGELOG column → text), None once rolled back or not recorded.
    """

    fqn: str
    id: str
    author: str
    file: str
    direction: Literal["update", "rollback"] = "update"
    status: Literal["EXECUTED", "RERAN", "MARK_RAN", "SKIPPED", "FAILED", "ROLLED_BACK"]
    seconds: float = 0.0
    sql: list[str] = []
    row: dict[str, str | int | None] | None = None
    error: str | None = None


class Log(_Event, frozen=True, kw_only=True, tag="log"):
    """A line for people, without its end."""

    text: str
    level: Literal["debug", "info", "warning", "error"] = "info"
    stream: Literal["stdout", "stderr"] = "stdout"


class Output(_Event, frozen=True, kw_only=True, tag="output"):
    """A named result that later steps may read: inline `value` (JSON), or `file` beside the events file when larger than an event."""

    name: str
    value: Any = None
    file: str | None = None


class ProblemFound(_Event, frozen=True, kw_only=True, tag="problem"):
    """Something is wrong."""

    problem: Problem


class Result(_Event, frozen=True, kw_only=True, tag="result"):
    """The outcome, the last event. `exit_code` is the program's; `failure` names the kind of error (its class name) when not success."""

    status: ResultStatus
    exit_code: int
    failure: str | None = None
    problems: list[Problem] = []
    summary: dict[str, Any] = {}


Event = Started | ChangesetStarted | StatementRun | Progress | ChangesetFinished | Log | Output | ProblemFound | Result

Emit = Callable[[Event], None]
"""Where a run tells its events."""

encoder = msgspec.json.Encoder()
decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class _Kind(msgspec.Struct):
    kind: str


_kind_decoder = msgspec.json.Decoder(_Kind)
_KINDS = frozenset({"started", "changeset.started", "statement", "progress", "changeset.finished", "log", "output", "problem", "result"})


def read(line: bytes | str) -> Event | None:
    """One line of an events file; None for a kind this version does not know. Raises msgspec.ValidationError when it is none."""
    if _kind_decoder.decode(line).kind not in _KINDS:
        return None
    return decoder.decode(line)
