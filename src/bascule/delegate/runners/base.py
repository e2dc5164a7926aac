"""What runs jobs: the local machine, or pods."""

from functools import cache
from typing import Protocol

import msgspec

from bascule.delegate.folder import JobFolder
from bascule.wire.jobs import Job, Script


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """All that a runner needs to run a job: its workspace has its sources. `secrets` are held in memory only."""

    job: Job
    folder: str
    workspace: str
    secrets: dict[str, str] = {}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent sends the processes that run a job."""

    work: Work
    buffer_bytes: int
    script_user: int | None
    turns: str | None = None

    @classmethod
    def read(cls, content: bytes) -> "Order":
        """The order that a process was sent."""
        return order_decoder().decode(content)


@cache
def order_decoder() -> "msgspec.msgpack.Decoder[Order]":
    """Made once, before forks: it takes milliseconds to learn what a job is."""
    return msgspec.msgpack.Decoder(Order)


def rehearse() -> None:
    """Go through an order's motions while there is time: a fork copies each page that it shares when it first uses it."""
    job = Job(id="", what=Script(text=""))
    Order.read(msgspec.msgpack.encode(Order(work=Work(job=job, folder="", workspace=""), buffer_bytes=0, script_user=None)))


class Runner(Protocol):
    """Starts jobs that outlive the agent: what they tell and how they end is in their folder."""

    async def start(self, work: Work) -> None:
        """Have it running, or ended in its folder. Raises TargetError when nothing was begun."""
        ...

    def is_running(self, folder: JobFolder) -> bool:
        """Whether somebody still writes to that folder."""
        ...

    async def wait(self, folder: JobFolder, at_most_s: float) -> None:
        """Until nobody writes to that folder any more, as far as it is heard at once; else for so long."""
        ...

    def cancel(self, folder: JobFolder) -> None:
        """Ask it to stop: SIGTERM, and SIGKILL after its grace."""
        ...
