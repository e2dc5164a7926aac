"""What evaluates Rego for a manager: our workers, or the OPA server its settings name (`governance.opa_url`, `governance.opa_token`)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from bascule.manager.deps import Deps
from bascule.policy.evaluator import RegoEvaluator
from bascule.policy.opa import OpaServer
from bascule.policy.workers import default_pool

_configured: WeakKeyDictionary[Engine, RegoEvaluator] = WeakKeyDictionary()


def evaluator_of(engine: Engine) -> RegoEvaluator:
    """The evaluator of the manager that has this store."""
    return _configured.get(engine) or default_pool()


@asynccontextmanager
async def running(deps: Deps) -> AsyncIterator[None]:
    """Use the configured OPA server while the manager runs."""
    url = deps.settings.extra.get("governance.opa_url")
    if not url:
        yield
        return
    server = OpaServer(url, deps.settings.extra.get("governance.opa_token"))
    _configured[deps.engine] = server
    try:
        yield
    finally:
        del _configured[deps.engine]
        await run_in_threadpool(server.close)
