"""`bascule`: where the program begins. Says its version without importing what commands need."""

import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0 done, 1 an error, 2 wrong usage, 130 or 143 cancelled.

    May be called in-process any number of times: nothing global is left changed.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments == ["--version"]:
        from bascule import __version__

        print(f"bascule {__version__}")  # click would take four times as long to import as all of this
        return 0
    if os.getpid() == 1:  # a container's first process
        from bascule.core.first_process import step_aside

        step_aside()
    from bascule.cli.program import run

    return run(arguments)
