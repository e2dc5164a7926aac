"""Who is let in: a delegate with a token and a key, for a session; later its session."""

from collections.abc import Set
from datetime import datetime

from sqlalchemy import Connection

from bascule import __version__
from bascule.core.clock import new_id
from bascule.core.errors import DeniedError, InputError
from bascule.core.problems import Problem
from bascule.manager.delegates import fleet_store, proofs, sessions
from bascule.manager.delegates.model import Delegate, DelegateToken, meet
from bascule.manager.identity import NotLoggedInError
from bascule.wire import sealing
from bascule.wire.delegates import PROTOCOL_VERSION, PROVES, Register, Registered


def register(connection: Connection, request: Register, session_key: bytes, now: datetime) -> Registered:
    """Let a delegate in. The same key with the same token is the same delegate again.

    Raises NotLoggedInError for a token that is not valid, DeniedError for tags or a key that the token does not allow.
    """
    if request.protocol != PROTOCOL_VERSION:
        older = "the delegate" if request.protocol < PROTOCOL_VERSION else "the manager"
        problem = Problem(
            code="DEL-005",
            what=f"this manager speaks delegate protocol {PROTOCOL_VERSION}, not {request.protocol}",
            where=request.name,
            why=f"the delegate is bascule {request.version}, the manager is bascule {__version__}",
            fix=f"upgrade {older}: a delegate may be one minor version older than its manager",
        )
        raise InputError(problem)
    sealing.check_public_key(request.public_key)
    token, generation = fleet_store.token_of_text(connection, sessions.hash_of(request.token)) or (None, 0)
    known = _known(connection, request.public_key, token.id, now) if token is not None else None
    if token is None or not (token.admits(generation, now) or (known is not None and token.keeps(generation, now))):
        problem = Problem(
            code="DEL-003",
            what="this delegate token is not valid",
            why="it was revoked or rotated, has ended, or is of another manager",
            fix="start the delegate with a token from the manager's delegates page",
        )
        raise NotLoggedInError(problem)
    if foreign := sorted(set(request.tags) - {*token.tags, request.name}):
        problem = Problem(
            code="DEL-004",
            what=f"the token does not carry {', '.join(repr(tag) for tag in foreign)}",
            why="a delegate's tags come from its token; it may leave some out, never add any",
            fix="make a token with these tags, or drop --tags",
        )
        raise DeniedError(problem)
    if token.single_use and not fleet_store.bind_token(connection, token.id, request.public_key):
        raise DeniedError(
            Problem(code="DEL-008", what="this token belongs to another delegate", why="it binds to the first key it is used with")
        )
    delegate = Delegate(
        id=known.id if known else new_id("del", now),
        token_id=token.id,
        name=request.name,
        public_key=request.public_key,
        scope=token.scope,
        tags=_tags(connection, request, token, known, now),
        version=request.version,
        hostname=request.hostname,
        capacity=max(1, request.capacity),
        allow_scripts=request.allow_scripts,
        kubernetes=request.kubernetes,
        default_runner=request.default_runner,
        pod=token.pod,
        registered_at=known.registered_at if known else now,
        last_seen_at=now,
        generation=generation,
        start=request.start,
        features=tuple(request.features),
        draining_at=known.draining_at if known else None,
        is_leaving=known.is_leaving and known.start == request.start if known else False,
    )
    fleet_store.put_delegate(connection, delegate)
    proves = PROVES in request.features
    session, expires_at = sessions.issue(session_key, delegate.id, delegate.public_key, now, proves=proves)
    return Registered(
        delegate_id=delegate.id,
        session_token=sealing.seal(session.encode(), delegate.public_key, sealing.SESSION),
        expires_at=expires_at.timestamp(),
        proof_key=sealing.seal(proofs.key_of(session_key, session), delegate.public_key, sealing.PROOF) if proves else None,
    )


def _tags(connection: Connection, request: Register, token: DelegateToken, known: Delegate | None, now: datetime) -> tuple[str, ...]:
    """What selectors may ask of it: tags of its token, and its name. Unless others' jobs would come to it by that name: where another
    token that may serve the same jobs carries it as a tag, or let in a delegate of that name. One inside a pod is found by the pod's key
    alone.
    """
    chosen = tuple(tag for tag in request.tags if tag in token.tags) or token.tags
    if token.pod is not None or not request.name or request.name in chosen:
        return chosen
    others = [other for other in fleet_store.other_tokens(connection, token.id) if other.is_valid(now) and meet(other.scope, token.scope)]
    if any(request.name in other.tags for other in others) or _is_taken(connection, request.name, {other.id for other in others}):
        return chosen
    return (*chosen, request.name)


def _is_taken(connection: Connection, name: str, tokens: Set[str]) -> bool:
    """Whether a delegate of one of these tokens has that name as a tag."""
    return any(other.token_id in tokens and name in other.tags for other in fleet_store.delegates_named(connection, name))


def _known(connection: Connection, public_key: str, token_id: str, now: datetime) -> Delegate | None:
    """The delegate with that key: of the same token, or of one that is no longer valid (so that tokens can be rotated)."""
    for delegate in fleet_store.delegates_with_key(connection, public_key):
        token = fleet_store.find_token(connection, delegate.token_id)
        if delegate.token_id == token_id or token is None or not token.is_valid(now):
            return delegate
    return None


def authenticate(connection: Connection, session_token: str, session_key: bytes, now: datetime) -> Delegate:
    """The delegate that calls. Raises NotLoggedInError when it has to register again: ended session, deleted, token revoked."""
    session = sessions.verify(session_key, session_token, now)
    delegate, token = fleet_store.find_with_token(connection, session.delegate_id) or (None, None)
    if delegate is None or sessions.hash_of(delegate.public_key) != session.key_hash:
        raise NotLoggedInError(Problem(code="DEL-009", what="this delegate is not registered any more", fix="register again"))
    if token is None or not token.keeps(delegate.generation, now):
        raise NotLoggedInError(
            Problem(code="DEL-003", what="this delegate's token is not valid any more", why="it was revoked or rotated, or has ended")
        )
    return delegate
