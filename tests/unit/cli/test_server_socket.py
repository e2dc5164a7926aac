"""The manager's socket."""

import asyncio
import socket

from bascule.cli.server import _listening


def test_an_answer_is_sent_at_once() -> None:
    """Without TCP_NODELAY the second part of each answer waits up to 40 ms for the acknowledgement of the first."""

    async def option() -> int:
        seen: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def connected(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listening("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(connected, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                writer.close()
                return await seen

    assert asyncio.run(option()) == 1
