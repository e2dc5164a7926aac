"""Who reaches which target: what delegates have told about it, and what of that still counts. Pure."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from bascule.wire.jobs import Command, Job

REACHED_FRESH = timedelta(minutes=5)
"""So long it counts that a delegate has reached a target. A job that succeeds there says so again."""
UNREACHED_FRESH = timedelta(seconds=5)
"""After so long a delegate that did not reach a target is asked to try again, while a job waits for it."""
ASK_AGAIN = timedelta(seconds=5)
"""After so long without an answer it is asked again."""
PATIENCE = timedelta(seconds=10)
"""So long a job waits for somebody who is known to reach its target; then whoever may take it tries, and says what is wrong."""
MOST_PROBES = 16
"""How many targets a delegate is asked to try at once."""

_PORTS = {"postgresql": 5432, "postgres": 5432, "mariadb": 3306, "mysql": 3306}
_HOST = re.compile(r"[A-Za-z0-9._:%-]{1,255}")
_UNPROBED = frozenset({"connect"})
"""Verbs whose work is to find out whether a target can be reached: they say what is wrong better than a probe does."""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one delegate and one target. `is_reached` is None as long as it was asked and has not answered.

    `ran_at` is when a job that it ran there succeeded last.
    """

    delegate_id: str
    endpoint: str
    is_reached: bool | None = None
    why: str = ""
    asked_at: datetime | None = None
    checked_at: datetime | None = None
    ran_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it has reached the target lately."""
        return self.is_reached is True and self.checked_at is not None and now - self.checked_at < REACHED_FRESH

    def is_to_ask(self, now: datetime) -> bool:
        """Whether it should try (again): it has not lately, and is not about to tell."""
        if self.is_good(now) or (self.asked_at is not None and now - self.asked_at < ASK_AGAIN):
            return False
        return self.is_reached is not False or self.checked_at is None or now - self.checked_at >= UNREACHED_FRESH


def endpoint_of(job: Job) -> str | None:
    """host:port of the job's target; None when it has none that could be tried: a file, a service name, a list of hosts, behind a tunnel."""
    if (
        job.target is None
        or job.target.tunnel is not None
        or (isinstance(job.what, Command) and job.what.argv[:1] and job.what.argv[0] in _UNPROBED)
    ):
        return None
    return host_and_port(job.target.url)


def host_and_port(url: str) -> str | None:
    """`jdbc:postgresql://db/app` → `db:5432`; None for a URL without exactly one host."""
    try:
        parts = urlsplit(url.removeprefix("jdbc:"))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    usual = _PORTS.get(parts.scheme.partition("+")[0])
    if usual is None or not host or not _HOST.fullmatch(host):
        return None
    return f"[{host}]:{port or usual}" if ":" in host else f"{host}:{port or usual}"


def cannot_reach(endpoint: str, reach: Reach) -> str:
    """Why a delegate is refused a job there."""
    return f"it cannot reach {endpoint} ({reach.why})" if reach.why else f"it cannot reach {endpoint}"
