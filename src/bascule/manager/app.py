"""The manager put together by hand."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Engine

from bascule import __version__
from bascule.core.clock import Clock, SystemClock
from bascule.manager import api_errors
from bascule.manager.approvals import api as approvals
from bascule.manager.approvals.service import running as sweeping_approvals
from bascule.manager.audit import api as audit
from bascule.manager.audit.service import running as sealing
from bascule.manager.changelogs import api as changelogs
from bascule.manager.connectors import api as connectors
from bascule.manager.connectors import harness as harness_connectors
from bascule.manager.database import open_store
from bascule.manager.delegates import api as delegates
from bascule.manager.delegates import metrics as delegate_metrics
from bascule.manager.delegates.routes import Protocol
from bascule.manager.deps import Deps
from bascule.manager.gateway import Gateway
from bascule.manager.governance import api as governance
from bascule.manager.governance.evaluators import running as judging
from bascule.manager.instances import api as instances
from bascule.manager.organizations import api as organizations
from bascule.manager.organizations import harness as harness_organizations
from bascule.manager.pipelines import api as pipelines
from bascule.manager.pipelines.durable import running as taking_turns
from bascule.manager.secrets import api as secrets
from bascule.manager.secrets import harness as harness_secrets
from bascule.manager.secrets.keyring import open_keyring, unlock
from bascule.manager.secrets.service import guard, locate
from bascule.manager.settings import Settings
from bascule.manager.users import api as users
from bascule.manager.uses import user_of_connector, user_of_secret
from bascule.manager.web import site


def create_app(settings: Settings, *, engine: Engine | None = None, clock: Clock | None = None) -> FastAPI:
    """The manager as an ASGI app. Its store must be migrated already (`bascule server` does that)."""
    deps = Deps(settings=settings, engine=engine or open_store(settings.store_url), clock=clock or SystemClock())

    unlock(deps.engine, open_keyring(settings.master_key_path, make=settings.master_key_file is None))

    delegate_calls = Protocol(deps, locate)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            # What runs beside the requests, one line each.
            await stack.enter_async_context(sealing(deps))
            await stack.enter_async_context(sweeping_approvals(deps))
            await stack.enter_async_context(judging(deps))
            await stack.enter_async_context(delegate_calls.running())
            await stack.enter_async_context(taking_turns(deps))
            yield
        deps.engine.dispose()

    app = FastAPI(title="Bascule", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.deps = deps
    app.add_middleware(Gateway)
    api_errors.install(app)

    app.include_router(organizations.router(deps))
    app.include_router(harness_organizations.router(deps))
    app.include_router(users.router(deps))
    app.include_router(audit.router(deps))
    app.include_router(secrets.router(deps, used_by=user_of_secret))
    app.include_router(harness_secrets.router(deps, used_by=user_of_secret))
    app.include_router(connectors.router(deps, used_by=user_of_connector, guard=guard))
    app.include_router(harness_connectors.router(deps, used_by=user_of_connector, guard=guard))
    app.include_router(changelogs.router(deps))  # before `instances`: its `overview` is no DB schema
    app.include_router(instances.router(deps))
    app.include_router(governance.router(deps))
    app.include_router(approvals.router(deps))
    app.include_router(delegates.router(deps))
    app.include_router(pipelines.router(deps))
    app.router.routes[:0] = delegate_calls.routes()  # first, for they come all the time
    app.router.routes.extend(delegate_metrics.routes(deps))

    @app.get("/health", tags=["Health"], operation_id="health", summary="Whether the manager answers")
    def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    site.mount(app, deps)
    return app
