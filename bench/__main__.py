"""`python -m bench [--write] [engine] [size] [manager] [peers]`: prints each figure beside its budget.

With `--write` they go into docs/benchmarks.md. The peers are run when named, or when PEERS=1 is set: they are fetched.
"""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import engine, manager, peers, size
from bench.measure import HEADER
from bench.page import machine, written

SUITES = {"engine": engine.figures, "size": size.figures, "manager": manager.figures, "peers": peers.figures}
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main(arguments: list[str]) -> int:
    """Runs the suites named, or all but the peers."""
    names = [name for name in arguments if name != "--write"]
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"no such suite: {', '.join(unknown)}; there are {', '.join(SUITES)}", file=sys.stderr)
        return 2
    usual = [name for name in SUITES if name != "peers" or os.environ.get("PEERS") == "1"]
    print(f"Python {platform.python_version()} on {platform.machine()}; milliseconds unless said\n{HEADER}")
    for name in names or usual:
        rows = []
        for figure in SUITES[name]():
            print(figure, flush=True)
            rows.append(figure.row())
        if "--write" in arguments:
            PAGE.write_text(written(PAGE.read_text(), name, rows, f"{machine()}, {datetime.now(UTC):%Y-%m-%d}"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
