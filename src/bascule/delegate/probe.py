"""Whether this delegate reaches a target: one TCP connection, closed at once. What speaks there is the job's affair."""

import asyncio
import contextlib
import socket

PATIENCE_S = 3.0


async def why_not(endpoint: str, patience_s: float = PATIENCE_S) -> str:
    """Why host:port cannot be reached from here; empty when it can."""
    host, _, port = endpoint.rpartition(":")
    try:
        async with asyncio.timeout(patience_s):
            _, writer = await asyncio.open_connection(host.removeprefix("[").removesuffix("]"), int(port))
    except TimeoutError:
        return f"no answer within {patience_s:.0f} s"
    except socket.gaierror as error:
        return f"its name is not known here: {error.strerror or 'DNS'}"
    except ConnectionRefusedError:
        return "connection refused"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return ""
