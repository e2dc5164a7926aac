"""The web site: every area's pages, and the files they load."""

from fastapi import FastAPI

from bascule.manager.audit import pages as audit
from bascule.manager.deps import Deps
from bascule.manager.organizations import pages as organizations
from bascule.manager.users import pages as users
from bascule.manager.web.assets import Assets


def mount(app: FastAPI, deps: Deps) -> None:
    """Add the pages to the app."""
    app.mount("/static", Assets(), name="static")
    for area in (organizations, users, audit):
        app.include_router(area.router(deps))
