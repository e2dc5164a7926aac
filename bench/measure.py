"""Timing whole processes and pieces of code: several runs, minimum and median, never an average."""

import compileall
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bascule


@dataclass(frozen=True)
class Figure:
    """One measured line: seconds (or `unit`), the budget beside it, and what it is compared with."""

    what: str
    values: tuple[float, ...]
    unit: str = "ms"
    budget: float | None = None
    note: str = ""

    @property
    def best(self) -> float:
        return min(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def row(self) -> str:
        """As a line of a table in Markdown."""
        kept = "" if self.budget is None or self.median <= self.budget else ": **not kept**"
        budget = "" if self.budget is None else f"{self.budget:g} {self.unit}{kept}"
        remarks = "; ".join(text for text in (budget, self.note) if text)
        return f"| {self.what} | {self.best:.1f} {self.unit} | {self.median:.1f} {self.unit} | {remarks} |"

    def __str__(self) -> str:
        budget = "" if self.budget is None else f"{self.budget:>9.0f}"
        return f"{self.what:<58} {self.best:>9.1f} {self.median:>9.1f} {budget:>9} {self.unit:<6} {self.note}".rstrip()


HEADER = f"{'':<58} {'best':>9} {'median':>9} {'budget':>9}"


def environment(**more: str) -> dict[str, str]:
    """Ours without what would distort a timing."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **more}


def installed(folder: Path) -> str:
    """A compiled copy of our package in `folder`, for PYTHONPATH: as an installed one it does not look at the age of its own code."""
    copy = folder / "site" / "bascule"
    if not copy.exists():
        shutil.copytree(Path(bascule.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__", "static"))
        compileall.compile_dir(copy, quiet=2)
    return str(copy.parent)


def process(
    argv: list[str], *, runs: int = 7, env: dict[str, str] | None = None, cwd: Path | None = None, warm: bool = True
) -> tuple[float, ...]:
    """Wall milliseconds of a whole process, `runs` times after one to warm up; without that, of the first. Raises when it fails."""
    values = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        done = subprocess.run(argv, env=env or environment(), cwd=cwd, capture_output=True, text=True, check=False)
        values.append((time.perf_counter() - began) * 1000)
        if done.returncode:
            raise RuntimeError(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return tuple(values[1:] if warm else values)


def peak_mib(argv: list[str], *, env: dict[str, str] | None = None) -> float:
    """The largest resident size of a process, MiB."""
    child = os.fork()
    if child == 0:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.execvpe(argv[0], argv, env or environment())
    _, _, usage = os.wait4(child, 0)
    return usage.ru_maxrss / 1024


def call(work: Callable[[], object], *, runs: int = 5) -> tuple[float, ...]:
    """Wall milliseconds of a call."""
    values = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        values.append((time.perf_counter() - began) * 1000)
    return tuple(values)


def cpu_seconds(pid: int) -> float:
    """CPU seconds a running process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """A running process's resident size, MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no VmRSS of process {pid}")
