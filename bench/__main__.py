"""`python -m bench [engine] [manager]`: prints each figure beside its budget."""

import platform
import sys

from bench import engine, manager
from bench.measure import HEADER

SUITES = {"engine": engine.figures, "manager": manager.figures}


def main(names: list[str]) -> int:
    """Runs the suites named, or all."""
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"no such suite: {', '.join(unknown)}; there are {', '.join(SUITES)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()} on {platform.machine()}; milliseconds unless said\n{HEADER}")
    for name in names or SUITES:
        for figure in SUITES[name]():
            print(figure, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
