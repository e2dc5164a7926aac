"""The warm parent: a process with everything imported and one thread, from which jobs are forked in milliseconds.

It is forked from the delegate before any thread or event loop exists. One fork always waits for the next job: it is handed one end of a
socket by the agent and reads the work from it, so that secrets never enter the parent, which forks the next to wait meanwhile.
"""

import gc
import importlib
import logging
import os
import select
import signal
import socket
import time
import traceback
from collections.abc import Callable, Sequence

from bascule.core.errors import BasculeError
from bascule.delegate.runners.base import order_decoder
from bascule.delegate.runners.supervisor import supervise

logger = logging.getLogger(__name__)

JobMain = Callable[[list[str]], int]
"""The command line's `main`: argv without the program's name → exit status."""

_AFTER_A_DEATH_S = 0.25


def start(job_main: JobMain, preload: Sequence[str], *, not_for_jobs: int | None = None) -> socket.socket:
    """Fork the parent. The returned socket is how it is asked; it ends when that is closed. Call before the first thread starts.

    `not_for_jobs` is the descriptor of the delegate's own lock: a job that outlives its delegate must not hold it, or no other could adopt
    the job.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        if not_for_jobs is not None:
            os.close(not_for_jobs)
        status = 1
        try:
            _serve(theirs, job_main, preload)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    theirs.close()
    return ours


def _serve(asked: socket.socket, job_main: JobMain, preload: Sequence[str]) -> None:
    os.setsid()  # a Ctrl-C in the delegate's terminal is the delegate's affair
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for supervisors: they report by their folder
    for module in preload:
        try:
            importlib.import_module(module)
        except BasculeError:  # its driver is no part of this installation
            logger.debug("not warmed up: %s", module)
        except Exception:  # a job that needs it will say so; the others need not suffer
            logger.warning("a module cannot be imported: %s", module, exc_info=True)
    order_decoder()
    gc.collect()
    gc.freeze()  # what forks share stays shared
    while not _is_over(asked):
        if not _one_job(asked, job_main):
            time.sleep(_AFTER_A_DEATH_S)


def _one_job(asked: socket.socket, job_main: JobMain) -> bool:
    """Have a fork wait for a job; return when it has one. False when it has ended without, as when the agent has, or cannot be made."""
    heard, taken = os.pipe()
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError:  # a job that comes waits for the system to have room again
        logger.exception("no process can be forked to wait for the next job; trying again")
        os.close(heard)
        os.close(taken)
        return False
    if pid == 0:
        os.close(heard)
        status = 1
        try:
            supervise(asked, parent, taken, job_main)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(taken)
    try:
        return bool(os.read(heard, 1))
    finally:
        os.close(heard)


def _is_over(asked: socket.socket) -> bool:
    """Whether the agent has closed its end."""
    poll = select.poll()
    poll.register(asked, select.POLLHUP)
    return bool(poll.poll(0))
