"""What the suites of the protocol speak by: a manager's delegate routes, and a delegate as an agent is one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine
from starlette.testclient import TestClient

from bascule.core.errors import NotFoundError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.manager.database import reading, writing
from bascule.manager.delegates import bell, endings, fleet, fleet_store, service, store
from bascule.manager.delegates.model import Delegate as KnownDelegate
from bascule.manager.delegates.model import JobFinished, JobOwner, JobRecord
from bascule.manager.delegates.sessions import hash_of
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.wire import sealing
from bascule.wire.delegates import STARTING, EventsAnswer, ExternalSecret, Lease, LeaseAnswer, Registered, ResultAnswer
from bascule.wire.jobs import Command, Job

SECRETS = {"account.password": "hunter22"}
EXTERNAL = {"account.in_a_file": ExternalSecret(kind="DelegateFiles", reference="key")}
STARTED = {"kind": STARTING, "at": 1.0}


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class World:
    """A manager's delegate routes, its clock, and the area that hands out jobs."""

    def __init__(self, engine: Engine, clock: Hands, client: TestClient) -> None:
        self.engine = engine
        self.clock = clock
        self.client = client
        self.finished: list[JobFinished] = []
        self._count = 0

    def token(self, *tags: str, scope: Scope | None = None, **more: Any) -> str:
        with writing(self.engine) as connection:
            return fleet.create_token(connection, SYSTEM, scope or Scope(), "t", self.clock.now(), tags=tags, **more)[1]

    def enqueue(self, **fields: Any) -> str:
        self._count += 1
        job = Job(id=f"job{self._count}", what=fields.pop("what", None) or Command(argv=["status"]), **fields)
        with writing(self.engine) as connection:
            service.enqueue(connection, job, JobOwner(execution_id="e1", phase="plan"), clock=self.clock)
        return job.id

    def record(self, job_id: str) -> JobRecord:
        with reading(self.engine) as connection:
            return store.get_job(connection, job_id)

    def cancel(self, job_id: str) -> None:
        with writing(self.engine) as connection:
            service.cancel(connection, job_id, clock=self.clock)

    def delegates(self) -> list[str]:
        with reading(self.engine) as connection:
            return [delegate.id for delegate in fleet_store.delegates(connection)]

    def expire(self) -> None:
        with writing(self.engine) as connection:
            endings.expire(connection, self.clock.now())

    def pass_time(self, seconds: float) -> None:
        """Long silence, looked after as the manager does: more than once."""
        self.clock.move(seconds)
        self.expire()
        self.expire()

    def stored(self, job_id: str) -> list[tuple[int, dict[str, Any], bool]]:
        with reading(self.engine) as connection:
            return [(event.seq, event.event, event.late) for event in service.events(connection, job_id)]


class Delegate:
    """Speaks the protocol as an agent does."""

    def __init__(self, world: World, token: str, *, key: X25519PrivateKey | None = None, **fields: Any) -> None:
        self.world = world
        self.key = key or sealing.new_key()
        self.registration = {
            "token": token, "name": "d", "version": "1", "public_key": sealing.public_text(self.key), **fields,
        }  # fmt: skip
        self.session = ""
        self.id = ""

    def register(self) -> "Delegate":
        answer = msgspec.json.decode(self.post("register", self.registration, 200), type=Registered)
        self.session = sealing.unseal(answer.session_token, self.key, sealing.SESSION).decode()
        self.id = answer.delegate_id
        return self

    def post(self, call: str, body: Any, status: int, **headers: str) -> bytes:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = {"authorization": f"Bearer {self.session}"} if self.session else {}
        response = self.world.client.post(f"/v1/delegate/{call}", content=content, headers=sent | headers)
        assert response.status_code == status, response.text
        return response.content

    def poll(self, *running: str, free: int = 1, wait_s: float = 0.0) -> LeaseAnswer:
        body = {"free": free, "wait_s": wait_s, "running": list(running)}
        return msgspec.json.decode(self.post("lease", body, 200), type=LeaseAnswer)

    def lease(self, *running: str) -> Lease:
        lease = self.poll(*running).lease
        assert lease is not None
        return lease

    def tell(self, lease: Lease, seq: int, *events: dict[str, Any]) -> EventsAnswer:
        body = {**lease_of(lease), "seq": seq, "events": list(events)}
        return msgspec.json.decode(self.post("events", body, 200), type=EventsAnswer)

    def result(self, lease: Lease, last_seq: int, result: str = "success", **fields: Any) -> ResultAnswer:
        body = {**lease_of(lease), "last_seq": last_seq, "status": result, **fields}
        return msgspec.json.decode(self.post("result", body, 200), type=ResultAnswer)


def lease_of(lease: Lease) -> dict[str, Any]:
    """How a call names the attempt it is about."""
    return {"job_id": lease.job.id, "attempt": lease.attempt, "fence": lease.fence}


def locate(_connection: object, reference: str, _scope: Scope) -> Secret | ExternalSecret:
    if reference in EXTERNAL:
        return EXTERNAL[reference]
    if reference not in SECRETS:
        raise NotFoundError(Problem(code="SEC-404", what=f"there is no secret '{reference}'"))
    return Secret(SECRETS[reference])


def ask(delegate: Delegate, status: int = 200, **body: Any) -> LeaseAnswer:
    content = delegate.post("lease", {"free": 1, "wait_s": 0, **body}, status)
    return msgspec.json.decode(content, type=LeaseAnswer) if status == 200 else LeaseAnswer()


def known(world: World, delegate: Delegate) -> KnownDelegate:
    with reading(world.engine) as connection:
        found = fleet_store.find_delegate(connection, delegate.id)
    assert found is not None
    return found


def waits(world: World, job: str) -> str:
    with reading(world.engine) as connection:
        problem = service.why_waiting(connection, job, world.clock.now())
    return (problem.why or "") if problem else ""


def drain(world: World, delegate: Delegate, **how: bool) -> None:
    with writing(world.engine) as connection:
        fleet.drain(connection, SYSTEM, Scope(), delegate.id, world.clock.now(), **how)


def rotate(world: World, text: str, **how: Any) -> str:
    with writing(world.engine) as connection:
        found = fleet_store.token_of_text(connection, hash_of(text))
        assert found is not None
        return fleet.rotate_token(connection, SYSTEM, Scope(), found[0].id, world.clock.now(), **how)[1]


def is_listened_for(name: str) -> bool:
    return bool(bell._listeners.get(name))


def is_waited_for(name: str) -> bool:
    return any(listener._event._waiters for listener in bell._listeners.get(name, ()))  # type: ignore[attr-defined]
