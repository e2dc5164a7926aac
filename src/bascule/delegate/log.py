"""The delegate's own log: files of bounded size and age in its data directory, and the last lines at hand for who asks by the manager."""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bascule.delegate.masking import Masker

FILE_BYTES = 10 * 1024 * 1024
FILES = 5
"""50 MiB in all."""
KEPT_DAYS = 10
LINES = 1000
_LINE = 4000
_NO_FACTS = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class OwnLog(logging.Handler):
    """Writes masked lines to `folder/delegate.log`, remembers the last. Guards the order of their moments: no two are the same."""

    def __init__(self, folder: Path, hidden: Iterable[str]) -> None:
        super().__init__(logging.INFO)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._file = RotatingFileHandler(folder / "delegate.log", maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
        self._lines: deque[tuple[int, str]] = deque(maxlen=LINES)
        self._always = tuple(hidden)
        self._secrets: dict[str, tuple[str, ...]] = {}
        self._masker = Masker(self._always)
        self._mutex = threading.Lock()
        self.setFormatter(LogFormatter())
        self._file.setFormatter(logging.Formatter("%(message)s"))

    def hide(self, job_id: str, secrets: Iterable[str]) -> None:
        """These are secrets as long as the job is in hand."""
        self._secrets[job_id] = tuple(secrets)
        self._mask()

    def forget(self, job_id: str) -> None:
        """The job has ended."""
        if self._secrets.pop(job_id, None):
            self._mask()

    def mask(self, text: str) -> str:
        """Without any secret of now."""
        return self._masker.text(text)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.mask(self.format(record))
            with self._mutex:
                moment = max(int(record.created * 1000), self._lines[-1][0] + 1 if self._lines else 0)
                self._lines.append((moment, text[:_LINE]))
            line = logging.LogRecord(record.name, record.levelno, record.pathname, record.lineno, text, (), None)
            self._file.emit(line)
        except Exception:
            self.handleError(record)

    def after(self, moment: int) -> list[tuple[int, str]]:
        """The lines since that moment, of those at hand."""
        with self._mutex:
            return [line for line in self._lines if line[0] > moment]

    def drop_old(self) -> None:
        """Remove files that nobody has written to for too long."""
        for path in self._folder.glob("delegate.log.*"):
            if time.time() - path.stat().st_mtime > KEPT_DAYS * 24 * 3600:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _mask(self) -> None:
        self._masker = Masker([*self._always, *(secret for secrets in self._secrets.values() for secret in secrets)])


class LogFormatter(logging.Formatter):
    """Puts a record's facts (its `extra`) after its message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        facts = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _NO_FACTS)
        return f"{super().formatMessage(record)}  {facts}" if facts else super().formatMessage(record)


class Masked(logging.Formatter):
    """Another's lines, without the secrets that the delegate's own log leaves out."""

    def __init__(self, inner: logging.Formatter | None, log: OwnLog) -> None:
        super().__init__()
        self._inner = inner or LogFormatter()
        self._log = log

    def format(self, record: logging.LogRecord) -> str:
        return self._log.mask(self._inner.format(record))
