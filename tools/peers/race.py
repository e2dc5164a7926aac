"""Both tools started at once on one database: the later one waits for the earlier, then finds nothing left to do."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.compat.databases import Place, history
from tools.peers.liquibase import Liquibase

_WORK_S = 4
_CHANGELOG = f"""databaseChangeLog:
- changeSet: {{id: slow, author: peers, changes: [{{executeCommand: {{executable: sleep, args: [{{arg: {{value: "{_WORK_S}"}}}}]}}}}]}}
- changeSet: {{id: quick, author: peers, changes: [{{createTable: {{tableName: raced, columns: [{{column: {{name: id, type: int}}}}]}}}}]}}
"""
_UPDATE = ("update", "--changelog-file=race.yaml")
_PATIENT = ("--changelog-lock-poll-rate=1", "--changelog-lock-wait-time-in-minutes=2")


def race(place: Place, peer: Liquibase, *, peer_first: bool) -> str | None:
    """What went wrong, or None."""
    (peer.folder / "race.yaml").write_text(_CHANGELOG)
    order: list[Callable[[], int]] = [lambda: _theirs(place, peer), lambda: _ours(place, peer.folder)]
    if not peer_first:
        order.reverse()
    exits: list[int] = []
    ended: list[float] = []

    def run(tool: Callable[[], int]) -> None:
        exits.append(tool())
        ended.append(time.monotonic())

    first = threading.Thread(target=run, args=(order[0],))
    first.start()
    if not _await_lock(place, first):
        first.join()
        return f"the first tool never took the lock (exit {exits})"
    begun = time.monotonic()
    run(order[1])
    first.join()
    waited = max(ended) - begun
    rows = [(row["ID"], row["EXECTYPE"]) for row in history(place)]
    if exits != [0, 0]:
        return f"exit codes {exits}"
    if rows != [("slow", "EXECUTED"), ("quick", "EXECUTED")]:
        return f"history {rows}"
    return None if waited >= _WORK_S / 2 else f"the second tool did not wait: it ended after {waited:.1f} s"


def _await_lock(place: Place, holder: threading.Thread) -> bool:
    """Until the lock's row says that somebody holds it."""
    while holder.is_alive():
        try:
            if place.query("SELECT LOCKEDBY FROM DATABASECHANGELOGLOCK WHERE LOCKEDBY IS NOT NULL"):
                return True
        except Exception:  # the table is not there yet, or SQLite is busy: each driver has its own class for that
            pass
        time.sleep(0.05)
    return False


def _theirs(place: Place, peer: Liquibase) -> int:
    exit_code, _, _ = peer.run(*_PATIENT, *place.arguments, *_UPDATE)
    return exit_code


def _ours(place: Place, folder: Path) -> int:
    command = [str(Path(sys.executable).with_name("bascule")), *_PATIENT, *place.arguments, *_UPDATE]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode
