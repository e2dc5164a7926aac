"""A pod's watch, whatever the cluster says."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from bascule.delegate.pods.kube import Kube
from bascule.delegate.pods.pod import PodWatch


class Odd:
    """Says something odd first, then that the pod is there, then that it is gone."""

    def __init__(self) -> None:
        self.asked = 0

    async def pod(self, *_: str) -> Any:
        self.asked += 1
        return {"metadata": {}} if self.asked == 1 else {"metadata": {"resourceVersion": "7"}}

    async def changes(self, *_: str) -> AsyncIterator[None]:
        yield None
        await asyncio.sleep(60)


def test_what_it_cannot_read_does_not_end_it() -> None:
    async def until_gone() -> bool:
        watch = PodWatch(cast("Kube", Odd()), "ns", "pod", lambda text: None)
        watching = asyncio.create_task(watch.run())
        async with asyncio.timeout(5):
            while not watch.is_gone:
                await asyncio.sleep(0.01)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        return watch.is_gone

    assert asyncio.run(until_gone())
