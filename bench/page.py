"""Figures on the page that keeps them, each suite between its own two marks."""

import os
import platform
import re
from pathlib import Path


def machine() -> str:
    """What the figures were measured on: processors and their kind, memory, system, Python."""
    cpus = os.cpu_count() or 1
    kind = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024**2  # type: ignore[index]  # Linux has it
    processor = " ".join(kind[1].split()) if kind else platform.machine()
    return f"{cpus} × {processor}, {memory:.0f} GiB, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def written(page: str, suite: str, rows: list[str], where: str) -> str:
    """The page with these rows as the suite's table. Raises ValueError when it has no marks for it."""
    begin, end = f"<!-- {suite}: written by `python -m bench --write {suite}` -->\n", f"<!-- end of {suite} -->"
    before, mark, rest = page.partition(begin)
    _, end_mark, after = rest.partition(end)
    if not mark or not end_mark:
        raise ValueError(f"the page has no place for the figures of '{suite}'")
    table = "\n".join(["| what | best | median | budget |", "|---|---|---|---|", *rows])
    return f"{before}{begin}\nMeasured on {where}.\n\n{table}\n\n{end}{after}"
