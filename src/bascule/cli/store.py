"""The manager's store, made and brought up to date by our own engine: the manager itself must not open a database for writing DDL."""

from pathlib import Path

from bascule.core.errors import ConflictError
from bascule.core.problems import Problem

CHANGELOG = "changelog.yaml"


def migrate_store(store_url: str) -> int:
    """Apply `manager/migrations/changelog.yaml`; returns how many changesets ran. Raises ConflictError for a store newer than we."""
    import bascule.manager.migrations
    from bascule.engine.commands.session import Request, ignore, session
    from bascule.engine.commands.status import unexpected
    from bascule.engine.commands.update import UpdateReport, update
    from bascule.engine.target import TargetSettings
    from bascule.engine.urls import parse

    (folder,) = bascule.manager.migrations.__path__
    request = Request(target=TargetSettings(url=parse(store_url)), changelog=CHANGELOG, search_path=(Path(folder),))
    report = UpdateReport()
    with session(request, ignore) as opened:
        newer = unexpected(opened)
        if newer:
            raise ConflictError(
                Problem(
                    code="SRV-001",
                    what="the store was made by a newer bascule",
                    why=f"it has {len(newer)} changesets that this version does not know, the first is {newer[0].fqn}",
                    fix="start the newer version; a store is never taken back",
                )
            )
        update(opened, report)
    return report.run
