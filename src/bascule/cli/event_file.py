"""`--events PATH|fd:N`: events as JSON lines, whole lines only, so that a reader may follow while they are written."""

import os
import threading
import time
from pathlib import Path

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine import events


class EventFile:
    """Appends. An event larger than the limit becomes an `output` that names a file beside this one."""

    def __init__(self, target: str) -> None:
        self._lock = threading.Lock()
        self._large = 0
        self._path: Path | None = None
        try:
            if target.startswith("fd:"):
                self._file = os.dup(int(target[3:]))
            else:
                self._path = Path(target)
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except (OSError, ValueError) as error:
            raise InputError(Problem(code="CLI-003", what=f"events cannot be written to '{target}'", why=str(error))) from error

    def write(self, event: events.Event) -> None:
        line = events.encoder.encode(msgspec.structs.replace(event, at=round(time.time(), 3)))
        with self._lock:
            if len(line) >= events.MAX_EVENT_BYTES:
                line = self._apart(event, line)
            data = line + b"\n"
            while data:
                data = data[os.write(self._file, data) :]

    def _apart(self, event: events.Event, line: bytes) -> bytes:
        """Puts what is too large into a file of its own: an output's value, or the texts of another event."""
        if isinstance(event, events.Output) and self._path is not None:
            self._large += 1
            beside = self._path.with_name(f"{self._path.stem}.{event.name}.{self._large}.json")
            beside.write_bytes(msgspec.json.encode(event.value))
            return events.encoder.encode(events.Output(at=time.time(), name=event.name, file=beside.name))
        if isinstance(event, events.ChangesetFinished):
            return events.encoder.encode(msgspec.structs.replace(event, at=time.time(), sql=[]))
        if isinstance(event, events.StatementRun):
            return events.encoder.encode(msgspec.structs.replace(event, at=time.time(), text=None))
        if isinstance(event, events.Log):
            cut = event.text.encode()[: events.MAX_EVENT_BYTES // 2].decode(errors="ignore") + " …"
            return events.encoder.encode(msgspec.structs.replace(event, at=time.time(), text=cut))
        return line

    def close(self) -> None:
        os.close(self._file)
