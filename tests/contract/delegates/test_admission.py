"""Who is let in, and as whom: rotation, proofs, names, versions."""

import threading
import time
from datetime import timedelta

import msgspec
import pytest

from bascule import __version__
from bascule.core.errors import ConflictError
from bascule.manager.database import writing
from bascule.manager.delegates import bell, fleet
from bascule.manager.delegates.sessions import SESSION
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.wire import proofs, sealing
from bascule.wire.delegates import PROVES, LeaseAnswer, Registered
from tests.contract.delegates.world import Delegate, World, ask, is_listened_for, known, rotate

# Rotation


def test_a_rotated_token_keeps_its_delegates_for_the_grace_and_lets_no_new_one_in(world: World) -> None:
    former = world.token()
    old = Delegate(world, former).register()
    text = rotate(world, former, grace=timedelta(hours=3))
    world.clock.move(2 * 3600)  # its session ended: it registers again, as it does every hour
    old.register()
    assert ask(old) == LeaseAnswer()
    assert b"DEL-003" in Delegate(world, former).post("register", Delegate(world, former).registration, 401)
    Delegate(world, text).register()
    world.clock.move(3600)
    ask(old, 401)
    old.post("register", old.registration, 401)
    old.registration["token"] = text
    assert old.register().id == known(world, old).id  # still the same delegate, by its key


def test_a_rotated_token_may_let_new_ones_in_for_the_grace(world: World) -> None:
    former = world.token()
    rotate(world, former, grace=timedelta(hours=3), admits=True)
    Delegate(world, former).register()
    world.clock.move(3 * 3600)
    late = Delegate(world, former)
    late.post("register", late.registration, 401)


def test_a_token_rotated_without_grace_cuts_its_delegates_at_their_next_call(world: World) -> None:
    former = world.token()
    old = Delegate(world, former).register()
    rotate(world, former, grace=timedelta())
    ask(old, 401)


def test_a_token_rotated_twice_forgets_its_first_text(world: World) -> None:
    first = world.token()
    old = Delegate(world, first).register()
    rotate(world, rotate(world, first))
    ask(old, 401)


def test_a_token_of_one_delegate_is_not_rotated(world: World) -> None:
    with pytest.raises(ConflictError):
        rotate(world, world.token(single_use=True))


def test_a_revoked_token_ends_an_open_poll_at_once(world: World) -> None:
    delegate = Delegate(world, world.token()).register()
    answered: list[bytes] = []
    poll = threading.Thread(target=lambda: answered.append(delegate.post("lease", {"free": 1, "wait_s": 20}, 401)))
    poll.start()
    while not is_listened_for(bell.JOBS):
        time.sleep(0.01)
    with writing(world.engine) as connection:
        fleet.revoke_token(connection, SYSTEM, Scope(), known(world, delegate).token_id, world.clock.now())
    poll.join(5)
    assert answered
    assert b"DEL-003" in answered[0]


# Proofs


class Signing(Delegate):
    """Signs its calls as an agent does."""

    proof_key = b""
    nonce = 0
    age_ms = 0

    def register(self) -> "Signing":
        self.registration["features"] = [PROVES]
        answer = msgspec.json.decode(Delegate.post(self, "register", self.registration, 200), type=Registered)
        assert answer.proof_key is not None
        self.session = sealing.unseal(answer.session_token, self.key, sealing.SESSION).decode()
        self.proof_key = sealing.unseal(answer.proof_key, self.key, sealing.PROOF)
        self.id = answer.delegate_id
        return self

    def header(self, call: str, body: bytes) -> str:
        self.nonce += 1
        return proofs.sign(self.proof_key, call, self.age_ms, f"n{self.nonce}", body)


POLL = b'{"free":0,"wait_s":0}'


def test_a_signed_call_is_heard(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    delegate.post("lease", POLL, 200, **{proofs.HEADER: delegate.header("lease", POLL)})


def test_a_stolen_session_token_opens_nothing(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    for call in ("lease", "events", "artifact", "result"):
        assert b"DEL-043" in delegate.post(call, POLL, 401)
    thief = proofs.sign(b"another key", "lease", 0, "n", POLL)
    assert b"DEL-043" in delegate.post("lease", POLL, 401, **{proofs.HEADER: thief})


def test_a_call_is_heard_once(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    overheard = delegate.header("lease", POLL)
    delegate.post("lease", POLL, 200, **{proofs.HEADER: overheard})
    assert b"made before" in delegate.post("lease", POLL, 401, **{proofs.HEADER: overheard})


def test_a_proof_is_of_one_call_and_one_body(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    delegate.post("lease", b'{"free":9,"wait_s":0}', 401, **{proofs.HEADER: delegate.header("lease", POLL)})
    delegate.post("lease", POLL, 401, **{proofs.HEADER: delegate.header("result", POLL)})


def test_what_is_remembered_of_a_proof_is_short(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    header = proofs.sign(delegate.proof_key, "lease", 0, "n" * 65, POLL)
    assert b"not signed" in delegate.post("lease", POLL, 401, **{proofs.HEADER: header})


def test_a_proof_does_not_keep(world: World) -> None:
    delegate = Signing(world, world.token()).register()
    world.clock.move(600)
    assert b"too long ago" in delegate.post("lease", POLL, 401, **{proofs.HEADER: delegate.header("lease", POLL)})
    delegate.age_ms = 600_000
    delegate.post("lease", POLL, 200, **{proofs.HEADER: delegate.header("lease", POLL)})
    world.clock.move(SESSION.total_seconds())
    assert b"DEL-002" in delegate.post("lease", POLL, 401, **{proofs.HEADER: delegate.header("lease", POLL)})


@pytest.mark.parametrize("header", ["", ".", "1", "1.n", "1.n.", "x.n.s", "-1.n.s", "1.n.ä", "9" * 20 + ".n.s"])
def test_what_is_no_proof_is_refused(world: World, header: str) -> None:
    delegate = Signing(world, world.token()).register()
    sent = {"authorization": f"Bearer {delegate.session}".encode(), proofs.HEADER: header.encode()}
    assert world.client.post("/v1/delegate/lease", content=POLL, headers=sent).status_code == 401


# Names


def test_a_delegate_is_selected_by_its_name(world: World) -> None:
    Delegate(world, world.token(), name="other").register()
    named = Delegate(world, world.token("prod"), name="near").register()
    assert known(world, named).tags == ("prod", "near")
    job = world.enqueue(selectors=["near", "prod"])
    assert named.lease().job.id == job


def test_a_name_gives_nobody_a_tag_that_another_token_carries(world: World) -> None:
    world.token("prod")
    claims = Delegate(world, world.token("qa"), name="prod").register()
    assert known(world, claims).tags == ("qa",)


def test_a_name_that_a_delegate_of_another_token_has_is_not_shared(world: World) -> None:
    first = Delegate(world, world.token(), name="near").register()
    second = Delegate(world, world.token(), name="near").register()
    assert (known(world, first).tags, known(world, second).tags) == (("near",), ())


def test_a_token_does_not_carry_the_name_of_a_delegate_as_a_tag(world: World) -> None:
    Delegate(world, world.token(), name="near").register()
    with pytest.raises(ConflictError) as raised:
        world.token("near")
    assert raised.value.problems[0].code == "DEL-041"


def test_what_another_project_calls_its_delegates_stands_in_nobodys_way(world: World) -> None:
    ours, theirs = Scope("o", "ours"), Scope("o", "theirs")
    Delegate(world, world.token("prod", scope=theirs), name="near").register()
    mine = Delegate(world, world.token("near", scope=ours), name="prod").register()
    assert known(world, mine).tags == ("near", "prod")
    with pytest.raises(ConflictError):
        world.token("near", scope=Scope("o"))  # which serves that project, too
    above = Delegate(world, world.token(scope=Scope()), name="prod").register()
    assert known(world, above).tags == ()


# Versions


def test_another_protocol_is_refused_with_both_versions_and_the_fix(world: World) -> None:
    newer = Delegate(world, world.token(), protocol=2, version="9.1.0")
    said = newer.post("register", newer.registration, 400)
    assert b"bascule 9.1.0" in said
    assert __version__.encode() in said
    assert b"upgrade the manager" in said
