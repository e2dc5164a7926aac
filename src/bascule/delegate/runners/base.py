"""What runs jobs: the local machine, or pods."""

from typing import Protocol

import msgspec

from bascule.delegate.folder import JobFolder
from bascule.wire.jobs import Job


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """All that a runner needs to run a job: its workspace has its sources. `secrets` are held in memory only."""

    job: Job
    folder: str
    workspace: str
    secrets: dict[str, str] = {}


class Runner(Protocol):
    """Starts jobs that outlive the agent: what they tell and how they end is in their folder."""

    async def start(self, work: Work) -> None:
        """Have it running, or ended in its folder. Raises TargetError when nothing was begun."""
        ...

    def is_running(self, folder: JobFolder) -> bool:
        """Whether somebody still writes to that folder."""
        ...

    def cancel(self, folder: JobFolder) -> None:
        """Ask it to stop: SIGTERM, and SIGKILL after its grace."""
        ...
