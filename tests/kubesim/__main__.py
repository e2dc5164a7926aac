"""`python -m tests.kubesim`: a cluster to try things on, until Ctrl-C.

kubectl needs `--validate=false`: it wants schemas in a form of its own.
"""

import argparse
import contextlib
import signal
import sys
import tempfile
import threading
from pathlib import Path

from tests.kubesim.cluster import Cluster
from tests.kubesim.runc import RuncRuntime, why_not
from tests.kubesim.runtimes import Image


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kubesim", description=__doc__)
    parser.add_argument("--image", action="append", default=["localhost/bb:2"], help="a name of an image, run with this machine's programs")
    parser.add_argument("--version", default="1.36", help="whose schemas are used")
    parser.add_argument("--runc", action="store_true", help="run containers with runc instead of as processes")
    asked = parser.parse_args()
    if asked.runc and (reason := why_not()):
        parser.error(reason)
    with tempfile.TemporaryDirectory() as folder:
        runtime = RuncRuntime(Path(folder) / "runc") if asked.runc else None
        image = Image(environment={"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"})  # `bascule` is in all of them
        with Cluster(Path(folder), dict.fromkeys(asked.image, image), runtime, asked.version) as cluster:
            print(f"export KUBECONFIG={cluster.kubeconfig()}", flush=True)
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins with it ignored
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()


if __name__ == "__main__":
    main()
