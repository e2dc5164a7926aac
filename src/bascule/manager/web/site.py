"""The web site: every area's pages, and the files they load."""

from fastapi import FastAPI

from bascule.manager.approvals import pages as approvals
from bascule.manager.audit import pages as audit
from bascule.manager.changelogs import pages as changelogs
from bascule.manager.connectors import pages as connectors
from bascule.manager.connectors.service import user_of_secret
from bascule.manager.delegates import pages as delegates
from bascule.manager.deps import Deps
from bascule.manager.governance import pages as governance
from bascule.manager.instances import pages as instances
from bascule.manager.instances.service import user_of_connector
from bascule.manager.organizations import pages as organizations
from bascule.manager.pipelines import pages as pipelines
from bascule.manager.secrets import pages as secrets
from bascule.manager.users import pages as users
from bascule.manager.web import overview
from bascule.manager.web.assets import Assets


def mount(app: FastAPI, deps: Deps) -> None:
    """Add the pages to the app."""
    app.mount("/static", Assets(), name="static")
    app.include_router(organizations.router(deps))
    app.include_router(users.router(deps))
    app.include_router(audit.router(deps))
    app.include_router(secrets.router(deps, used_by=user_of_secret))
    app.include_router(connectors.router(deps, used_by=user_of_connector))
    app.include_router(changelogs.router(deps))
    app.include_router(instances.router(deps))
    app.include_router(governance.router(deps))
    app.include_router(approvals.router(deps))
    app.include_router(delegates.router(deps))
    app.include_router(pipelines.router(deps))
    app.include_router(overview.router(deps))
