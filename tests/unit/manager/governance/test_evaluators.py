"""Which evaluator a manager judges by."""

import asyncio

from bascule.manager.deps import Deps
from bascule.manager.governance.evaluators import evaluator_of, running
from bascule.manager.settings import Settings
from bascule.policy.opa import OpaServer
from bascule.policy.workers import default_pool


def test_the_workers_judge_unless_an_opa_server_is_named(deps: Deps) -> None:
    async def run(extra: dict[str, str]) -> object:
        settings = Settings(data_directory=deps.settings.data_directory, extra=extra)
        async with running(Deps(settings=settings, engine=deps.engine, clock=deps.clock)):
            return evaluator_of(deps.engine)

    assert asyncio.run(run({})) is default_pool()
    assert isinstance(asyncio.run(run({"governance.opa_url": "http://127.0.0.1:1"})), OpaServer)
    assert evaluator_of(deps.engine) is default_pool()
