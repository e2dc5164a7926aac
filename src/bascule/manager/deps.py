"""What every area's `router(deps)` is given."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bascule.core.clock import Clock
from bascule.manager.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Deps:
    """The store, the clock and the settings: made once, in `app.create_app`."""

    settings: Settings
    engine: Engine
    clock: Clock
