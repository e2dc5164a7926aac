"""What nobody asks for any more, and would grow for ever: removed now and then, by any manager.

Not the jobs of executions, their events and outcomes: those are their history.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from bascule.manager.delegates.tables import ARTIFACTS, ATTEMPTS, DELEGATES, EVENTS, JOBS, REACHES, TOKENS

EVERY_S = 3600.0
ERRANDS_KEPT = timedelta(days=1)
"""So long a job of no execution is kept after its end: a connection test, secrets looked up for a pod, the pod of a default runner."""
TOKENS_KEPT = timedelta(days=30)
"""So long a token is listed after it was revoked or has ended."""
REACHES_KEPT = timedelta(days=30)
"""So long it is known of a delegate whether it reached a target that nobody has asked for since."""


def remove(connection: Connection, now: datetime) -> None:
    """Remove what is left over at that moment."""
    ended = select(JOBS.c.id).where(JOBS.c.state == "finished", JOBS.c.finished_at < now - ERRANDS_KEPT)
    connection.execute(delete(ARTIFACTS).where(ARTIFACTS.c.job_id.in_(ended)))  # of attempts that have never told their result
    errands = ended.where(JOBS.c.execution_id == "")
    for table in (EVENTS, ATTEMPTS):
        connection.execute(delete(table).where(table.c.job_id.in_(errands)))
    connection.execute(delete(JOBS).where(JOBS.c.id.in_(errands)))
    ended_at = func.coalesce(TOKENS.c.revoked_at, TOKENS.c.expires_at)
    in_use = select(DELEGATES.c.token_id)
    connection.execute(delete(TOKENS).where(ended_at < now - TOKENS_KEPT, TOKENS.c.id.not_in(in_use)))
    told_at = func.coalesce(REACHES.c.checked_at, REACHES.c.asked_at)
    connection.execute(delete(REACHES).where(told_at < now - REACHES_KEPT))
