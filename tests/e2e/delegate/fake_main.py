"""A stand-in for the command line that jobs run, and a program that runs an agent with it.

It keeps the contract of a verb: `started` first, `result` last, events to `--events`, SIGTERM cancels.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from bascule.delegate import agent
from bascule.delegate.settings import DelegateSettings


def main(argv: list[str]) -> int:
    """`VERB --events PATH [ARGUMENT]`."""
    verb, argument = argv[0], argv[3] if len(argv) > 3 else ""
    with Path(argv[2]).open("a") as file:

        def tell(kind: str, **fields: object) -> None:
            file.write(json.dumps({"kind": kind, "at": time.time(), **fields}) + "\n")
            file.flush()

        if verb == "usage":
            print("no such option", file=sys.stderr)
            return 2
        tell("started", verb=verb, bascule="0", version=1)
        match verb:
            case "say":
                print(argument)
                tell("log", text=argument)
            case "until":  # until the file is there: the test decides when
                print("waiting")
                while not Path(argument).exists():
                    time.sleep(0.02)
                print("seen")
            case "cancellable":
                stopped: list[int] = []
                signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
                print("waiting")
                while not stopped:
                    time.sleep(0.02)
                tell("result", status="cancelled", exit_code=143, failure="Cancelled")
                return 143
            case "secrets":
                descriptor = int(os.environ["BASCULE_SECRETS_FD"])
                secrets = json.loads(os.read(descriptor, 65536))
                password = secrets["password"]
                print("password is", password)
                print("in two", password[:5], end="", flush=True)
                print(password[5:], file=sys.stderr)
                tell("log", text=f"event with {password}")
                tell("output", name="leak", value={"url": f"x://{password}@host", password: 1})
                tell("output", name="target", value={"url": secrets["url"], "username": secrets["username"], "length": len(password)})
                tell("problem", problem={"code": "X-1", "what": f"bad {password}"})
                problem = {"code": "X-2", "what": f"worse {password}"}
                tell("result", status="failure", exit_code=1, failure="TargetError", problems=[problem])
                return 1
            case "large":
                Path(argv[2]).with_name("events.plan.1.json").write_text(json.dumps({"text": "x" * 3_000_000}))
                tell("output", name="plan", file="events.plan.1.json")
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "cat":
                print(Path(argument).read_text())
        tell("output", name="argument", value=argument)
        tell("result", status="success", exit_code=0)
    return 0


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    for name in ("data_directory", "secret_files"):
        if name in settings:
            settings[name] = Path(settings[name])
    sys.exit(agent.run(DelegateSettings(**settings), main))
