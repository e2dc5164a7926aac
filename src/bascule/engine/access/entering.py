"""Before each connection: the tunnel is up, and the password is a fresh one."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.access.model import Access, Tokens
from bascule.engine.access.wrapper import take_out
from bascule.engine.urls import Url


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """A URL without what is no business of a driver, who logs in, and the address to connect to in place of the URL's."""

    url: Url
    username: str | None
    password: Secret | None
    by_token: bool = False
    via: tuple[str, int] | None = None


def enter(url: Url, username: str | None, password: Secret | None, access: Access | None) -> Entered:
    """Raises InputError or TargetError when there is no token to be had, or no way through."""
    url, tokens = take_out(url)
    tokens = (access.tokens if access else None) or tokens
    via = None
    if access is not None and access.tunnel is not None:
        from bascule.engine.access.tunnel import through

        if url.also:
            what = "a tunnel leads to one server, the URL names several"
            raise InputError(Problem(code="CON-055", what=what, where=url.shown, fix="name the one to migrate"))
        via = ("127.0.0.1", through(access.tunnel, url.host, url.port))
    if tokens is None:
        return Entered(url=url, username=username, password=password, via=via)
    username, password = _asked(tokens, url, username)
    return Entered(url=url, username=username, password=password, by_token=True, via=via)


def _asked(tokens: Tokens, url: Url, username: str | None) -> tuple[str | None, Secret]:
    from bascule.engine.access.tokens import TOKENS
    from bascule.engine.access.tokens.base import Question

    provider = TOKENS.get(tokens.provider, url.shown)
    question = Question(url=url, username=username, options=tokens.options, secrets=tokens.secrets, run_as=tokens.run_as)
    with _environment(tokens.environment):
        answer = provider(question)
    if not answer.username:
        what = f"no user is named for {url.host}, and the token tells none"
        raise InputError(Problem(code="CON-064", what=what, where=url.shown, fix="give the database user that the identity is mapped to"))
    return answer.username, answer.password


@contextmanager
def _environment(given: dict[str, str]) -> Iterator[None]:
    """These variables, for as long as the cloud's library is asked: no script and no client of the same job sees them."""
    import os

    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
