"""Hears what other managers on the same PostgreSQL ring: one connection of its own, read by the event loop when something comes.

It is the quick way, not the only one: whoever waits also looks again every 2 s, so that a connection that is lost costs that much.
"""

import asyncio
import logging
from typing import Any

import anyio.to_thread
from sqlalchemy import Engine

from bascule.manager.delegates import bell

logger = logging.getLogger(__name__)

_AGAIN_S = 2.0


async def hear(engine: Engine) -> None:
    """Until cancelled. On other stores there is nobody else to hear."""
    if engine.dialect.name != "postgresql":
        return
    while True:
        try:
            connection = await anyio.to_thread.run_sync(_listening, engine)
        except Exception:
            logger.warning("rings of other managers are not heard; trying again", exc_info=True)
        else:
            bell.ring_all()  # what was rung meanwhile
            try:
                await _read(connection)
            except Exception:
                logger.warning("the connection that hears other managers is lost; trying again", exc_info=True)
            finally:
                connection.close()
        await asyncio.sleep(_AGAIN_S)


def _listening(engine: Engine) -> Any:
    """A connection of its own, taken out of the pool, that listens."""
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    connection.autocommit = True
    connection.execute(f"LISTEN {bell.CHANNEL}")
    return connection


async def _read(connection: Any) -> None:
    """Ring what comes. Raises the driver's error when the connection has ended."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def come() -> None:
        try:
            connection.pgconn.consume_input()
            while notice := connection.pgconn.notifies():
                bell.heard(notice.extra.decode())
        except Exception as error:
            loop.remove_reader(descriptor)
            if not ended.done():
                ended.set_exception(error)

    descriptor = connection.fileno()
    loop.add_reader(descriptor, come)
    try:
        await ended
    finally:
        loop.remove_reader(descriptor)
