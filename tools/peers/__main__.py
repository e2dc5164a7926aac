"""`python -m tools.peers [--cases GLOB] [--databases A,B]`: what differs, by name, and a table with counts. Ends 1 if it was unexpected."""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from tests.compat.databases import Place, mariadb_place, postgresql_place, sqlite_place
from tests.compat.player import HERE, names
from tools.peers.liquibase import Liquibase, PeerMissingError, fetch
from tools.peers.race import race
from tools.peers.takeover import Tool, go_through, ours
from tools.servers import Server, ServerMissingError, start_mariadb, start_postgresql

DATABASES = ("sqlite", "postgresql", "mariadb")
EXCEPTIONS = Path(__file__).with_name("exceptions.yaml")
_SHOWN = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.peers", description=__doc__)
    parser.add_argument("--cases", default="*", help="names of cases, as globs with commas between")
    parser.add_argument("--databases", default=",".join(DATABASES))
    chosen = parser.parse_args()
    databases = [name for name in chosen.databases.split(",") if name]
    if unknown := set(databases) - set(DATABASES):
        parser.error(f"no such database: {', '.join(sorted(unknown))}")
    here = Path.cwd()
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bascule-peers-"))) / "work"
            folder.mkdir()
            peer = stack.enter_context(Liquibase(fetch(), folder))
            servers = {name: _server(name, stack) for name in databases}
            return _report(peer, servers, chosen.cases)
    except (PeerMissingError, ServerMissingError) as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        os.chdir(here)


def _server(name: str, stack: ExitStack) -> Server | None:
    if name == "sqlite":
        return None
    server = start_postgresql() if name == "postgresql" else start_mariadb()
    stack.callback(server.stop)
    return server


def _place(name: str, server: Server | None, stack: ExitStack) -> AbstractContextManager[Place]:
    """An empty database for one way through a case."""
    if server is None:
        return sqlite_place(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bascule-peers-db-"))))
    return postgresql_place(server) if name == "postgresql" else mariadb_place(server)


def _report(peer: Liquibase, servers: dict[str, Server | None], pattern: str) -> int:
    tally: dict[str, Counter[str]] = {name: Counter() for name in servers}
    for what, database, verdict, details in _verdicts(peer, servers, pattern):
        tally[database][verdict] += 1
        if verdict != "equal":
            print(f"{verdict:10} {what}/{database}", *details, sep="\n           ", flush=True)
    print(f"\n{'database':12}{'rounds':>8}{'equal':>8}{'excepted':>10}{'UNEQUAL':>9}{'equal or excepted':>20}")
    for name, counts in tally.items():
        total = sum(counts.values())
        share = f"{100 * (total - counts['UNEQUAL']) / total:.1f} %" if total else "-"
        print(f"{name:12}{total:>8}{counts['equal']:>8}{counts['excepted']:>10}{counts['UNEQUAL']:>9}{share:>20}")
    return 1 if any(counts["UNEQUAL"] for counts in tally.values()) else 0


def _verdicts(peer: Liquibase, servers: dict[str, Server | None], pattern: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """(round and case, database, verdict, what differs): two rounds for each case, two races for each database."""
    for case, database in names():
        if database not in servers or not _is_chosen(case, pattern):
            continue
        theirs: Tool = peer.run
        found = {}
        for way, tools in {"peer alone": (theirs, theirs), "L→B→L": (theirs, ours), "B→L→B": (ours, theirs)}.items():
            with ExitStack() as stack:
                place = stack.enter_context(_place(database, servers[database], stack))
                found[way] = go_through(case, place, peer, tools)
        reasons = _reasons(case, database)
        for way in ("L→B→L", "B→L→B"):
            differing = found["peer alone"].differing(found[way])
            unexpected = {aspect: pair for aspect, pair in differing.items() if not any(fnmatchcase(aspect, known) for known in reasons)}
            verdict = "UNEQUAL" if unexpected else "excepted" if differing else "equal"
            yield f"{way} {case}", database, verdict, [_shown(aspect, *pair) for aspect, pair in (unexpected or differing).items()]
    for database, server in servers.items() if _is_chosen("both-at-once", pattern) else ():
        for way, peer_first in {"L first": True, "B first": False}.items():
            with ExitStack() as stack:
                wrong = race(stack.enter_context(_place(database, server, stack)), peer, peer_first=peer_first)
            yield f"{way} both-at-once", database, "UNEQUAL" if wrong else "equal", [wrong] if wrong else []


def _is_chosen(case: str, globs: str) -> bool:
    return any(fnmatchcase(case, glob) for glob in globs.split(","))


def _reasons(case: str, database: str) -> dict[str, str]:
    """The aspects that may differ: those of the recorded cases, which differ for the same reasons, and those of these rounds."""
    known: dict[str, str] = {}
    for file in (HERE / "departures.yaml", EXCEPTIONS):
        listed: dict[str, dict[str, str]] = yaml.safe_load(file.read_text()) or {}
        for key in (case, f"{case}/{database}"):
            known.update(listed.get(key, {}))
    if "history" in known:
        known["*: history"] = known["history"]
    return known


def _shown(aspect: str, alone: Any, mixed: Any) -> str:
    if isinstance(alone, list) and isinstance(mixed, list):
        alone, mixed = [item for item in alone if item not in mixed], [item for item in mixed if item not in alone]
    return f"{aspect}: alone {str(alone)[:_SHOWN]} | together {str(mixed)[:_SHOWN]}"


if __name__ == "__main__":
    sys.exit(main())
