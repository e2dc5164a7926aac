"""The real Liquibase: fetched from npm once, then run command by command in one Java virtual machine."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from types import TracebackType

PACKAGE = "liquibase@4.28.1"
CACHE = Path(__file__).parents[2] / ".peers"
DRIVER = Path(__file__).with_name("Driver.java")
JARS = Path("/usr/share/java")
LOGGING = ("slf4j-api.jar", "slf4j-nop.jar")
"""What SQLite's JDBC driver wants, and the package has not."""

_SEPARATOR = "\x01"
_QUIET = ("--show-banner=false", "--log-level=severe")


class PeerMissingError(Exception):
    """What running the peer needs is not here; the text says what to install."""


def fetch() -> Path:
    """The folder of the distribution, downloaded where the cache has none."""
    return npm_package(PACKAGE) / "dist" / "liquibase"


def npm_package(name: str) -> Path:
    """The contents of a package of npm, `name@version`, downloaded where the cache has none."""
    folder = CACHE / name
    if (folder / "package").is_dir():
        return folder / "package"
    if shutil.which("npm") is None:
        raise PeerMissingError(f"npm is not installed: it fetches the package {name}")
    folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["npm", "pack", name, "--silent"], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder, filter="data")
    (folder / packed).unlink()
    return folder / "package"


def logging_jars() -> list[Path]:
    """The jars of LOGGING, as the system installs them."""
    found = [next(iter(sorted(JARS.rglob(name))), None) for name in LOGGING]
    if None in found:
        raise PeerMissingError(
            f"the peer's SQLite driver wants {' and '.join(LOGGING)} below {JARS} (for example: apt-get install libslf4j-java)"
        )
    return [jar for jar in found if jar is not None]


class Liquibase:
    """The peer's command line, working in `folder`."""

    def __init__(self, home: Path, folder: Path) -> None:
        if shutil.which("java") is None:
            raise PeerMissingError("java is not installed: the peer wants version 17")
        self.folder = folder
        self._jars = [home / "internal" / "lib" / "*", home / "lib" / "*", *logging_jars()]
        self._out, self._err = (folder.with_name(f"{folder.name}.{stream}") for stream in ("out", "err"))

    def __enter__(self) -> "Liquibase":
        jars = os.pathsep.join(map(str, self._jars))
        options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx600m", "-Duser.timezone=UTC"]
        self._machine = subprocess.Popen(
            ["java", *options, "-cp", jars, str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=self.folder
        )
        self._answer("ready")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._machine.kill()
        self._machine.wait()
        self._out.unlink(missing_ok=True)
        self._err.unlink(missing_ok=True)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output, errors."""
        assert self._machine.stdin is not None
        self._machine.stdin.write(_SEPARATOR.join([str(self._out), str(self._err), *_QUIET, *arguments]) + "\n")
        self._machine.stdin.flush()
        exit_code = int(self._answer())
        return exit_code, self._out.read_text(errors="replace"), self._err.read_text(errors="replace")

    def _answer(self, expected: str | None = None) -> str:
        assert self._machine.stdout is not None
        line = self._machine.stdout.readline().strip()
        if not line or (expected is not None and line != expected):
            raise PeerMissingError(f"the peer's machine does not work: {line or 'it ended'}")
        return line
