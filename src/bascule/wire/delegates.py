"""The delegate protocol: five outbound calls, JSON, idempotent.

POST {prefix}/register · /lease (long poll) · /events · /artifact · /result, prefix `/v1/delegate`. All but register carry
`Authorization: Bearer <session token>`. A session token is short-lived (one hour) and bound to the delegate's public key; 401 means
register again. A delegate that registers with the feature `proof` also signs each call (`wire/proofs.py`).
"""

from typing import Any, Literal

import msgspec

from bascule.wire.jobs import Job

PROTOCOL_VERSION = 1
HEARTBEAT_S = 5.0
LEASE_S = 60.0
MAX_BODY_BYTES = 8 * 1024 * 1024
"""Of one request, unpacked."""

STARTING = "delegate.starting"
"""The kind of an attempt's first event, the delegate's own. The delegate runs nothing before the manager has stored it: from then on the
attempt's outcome matters, and a lease that expires earlier can safely be offered again."""


PROVES, PROBES, LOGS = "proof", "probe", "log"
"""Features of a delegate: it signs its calls, tries targets when asked to (`LeaseAnswer.probe`), tells its own log (`log_after`)."""


class Register(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`token` is the delegate token; `public_key` is base64 of the delegate's raw X25519 key, to which secrets are sealed (HPKE)."""

    token: str
    name: str
    public_key: str
    version: str
    protocol: int = PROTOCOL_VERSION
    tags: list[str] = []
    """Narrow the token's tags; a tag that the token does not carry is refused."""
    capacity: int = 4
    allow_scripts: bool = False
    kubernetes: bool = False
    """Whether it can make pods."""
    default_runner: Literal["local", "kubernetes"] = "local"
    """Where it runs jobs of executions that are in no step group with an infrastructure of its own."""
    hostname: str = ""
    start: str = ""
    """Random, made when the process starts: by it one that was told to leave is known from the one started after it."""
    features: list[str] = []


class SealedSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """Sealed to the delegate's key (`wire/sealing.py`). All base64. In a lease: a JSON object name → value, bound to job id and fence."""

    encapsulated_key: str
    ciphertext: str


class ExternalSecret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A secret in a secret manager that only delegates can ask: `kind` and `options` are the manager's, `reference` the secret's.

    `credentials` are what the manager is logged in to with: option → name of a secret sealed in the same lease.
    """

    kind: str
    reference: str
    options: dict[str, str] = {}
    credentials: dict[str, str] = {}


CREDENTIAL = "manager:"
"""Begins the names, in a lease, of secrets that are no secrets of its job: secret managers are logged in to with them."""


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """`session_token` is sealed to the delegate's key: only who holds that key can act as this delegate."""

    delegate_id: str
    session_token: SealedSecrets
    expires_at: float
    heartbeat_s: float = HEARTBEAT_S
    lease_s: float = LEASE_S
    proof_key: SealedSecrets | None = None
    """What each call of this session is to be signed with; sealed to the delegate's key, and never sent again."""


class LeaseRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for one job, if `free`. Held open up to `wait_s`. One at a time per delegate.

    `running` are the job ids in hand, from lease to accepted result: their leases go on, and a lease that was given but is not among
    them (its answer was lost) is given again.
    """

    free: int = 1
    wait_s: float = 25.0
    running: list[str] = []
    handed_back: list[str] = []
    """Jobs that were leased and will not be begun here: nothing of them has run, so others may have them at once."""
    reached: list[str] = []
    unreachable: dict[str, str] = {}
    """What came of trying the targets of `LeaseAnswer.probe`: host:port, and why not."""
    log: list[tuple[int, str]] | None = None
    """Lines of the delegate's own log, as `LeaseAnswer.log_after` asked for them: milliseconds since the epoch, each larger than the one
    before, and text, masked."""


class Lease(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A job with its `attempt` (1, 2, …) and `fence`: a number that only grows, by which stale writers are known."""

    job: Job
    attempt: int
    fence: int
    expires_at: float
    secrets: SealedSecrets | None = None
    external: dict[str, ExternalSecret] = {}
    """Secrets of this job that the delegate asks a secret manager for: name in `Job.secrets` → where it is."""
    sealed_elsewhere: SealedSecrets | None = None
    """Secrets of this job that another delegate has looked up (`Seal`) and sealed to this one's key."""


class LeaseAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`lease` is None when the poll ended without work. `cancel` names running jobs that should be cancelled."""

    lease: Lease | None = None
    cancel: list[str] = []
    leave: bool = False
    """Take no more jobs; end when the last one in hand has ended: the delegate is drained, or its pod's group is over."""
    probe: list[str] = []
    """Targets (host:port) to try, for jobs that wait for somebody who reaches them; the next request tells what came of it."""
    log_after: int | None = None
    """Somebody looks at this delegate's log: send the lines after this moment with the next request."""


class EventBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Events of one attempt from `seq` on (each counts one). Also the heartbeat; `events` may be empty."""

    job_id: str
    attempt: int
    fence: int
    seq: int
    events: list[dict[str, Any]] = []


class EventsAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`next_seq`: the first one not yet stored; send from there. `order` tells what to do with the job."""

    next_seq: int
    order: Literal["continue", "cancel"] = "continue"


class ArtifactPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a large output; `data` is base64. Parts are numbered from 0; the same part again is harmless."""

    job_id: str
    attempt: int
    fence: int
    name: str
    part: int
    last: bool = False
    data: str


class ResultReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The job has ended. Taken only when no event up to `last_seq` (-1: there are none) is missing; else `accepted` is false.

    The last events may come with it, as in an `EventBatch` from `seq` on; a manager that does not know of that misses them, and says so.
    `status` is `unknown` when the process ended without a `result` event.
    """

    job_id: str
    attempt: int
    fence: int
    last_seq: int
    status: Literal["success", "failure", "cancelled", "unknown"]
    exit_code: int | None = None
    failure: str | None = None
    problems: list[dict[str, Any]] = []
    outputs: dict[str, Any] = {}
    artifacts: list[str] = []
    """Outputs too large to stand here: each is JSON, sent before as an artifact of that name."""
    commit: str | None = None
    """The commit the git source was pinned to."""
    seq: int = 0
    events: list[dict[str, Any]] = []


class ResultAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Not `accepted`: send the events from `next_seq` on, then the result again."""

    accepted: bool
    next_seq: int
