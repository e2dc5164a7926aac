"""The image: its Dockerfile is clean, and what its steps make runs as nobody in particular on a file system it may not write."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bascule import __version__
from tests.deploy.dockerfile import Build, Instruction, Namespace, Stage, instructions
from tests.kubesim.runc import why_not
from tools.servers import free_port

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
EXTRAS = "server,postgresql,mysql,kubernetes"
"""Less than `all`, for the clouds' libraries take a minute more to install and show nothing else."""
_REASON = why_not()
if _REASON and os.environ.get("REQUIRE_RUNC") == "1":
    raise RuntimeError(_REASON)
needs_runc = pytest.mark.skipif(_REASON is not None, reason=str(_REASON))


def test_the_dockerfile_has_no_finding() -> None:
    done = subprocess.run([ROOT / "deploy" / "build.sh", "--lint"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_linter_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    for name in ("build.sh", "hadolint.yaml"):
        shutil.copy(ROOT / "deploy" / name, tmp_path / "deploy")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "deploy" / "Dockerfile").write_text(DOCKERFILE.read_text() + "ADD https://example.com/x /x\nUSER root\n")
    done = subprocess.run([tmp_path / "deploy" / "build.sh", "--lint"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DL3002" in done.stdout


def test_the_image_is_nobodys_and_begins_with_bascule() -> None:
    last = {one.word: one.text for one in instructions(DOCKERFILE.read_text())}
    assert (last["USER"], last["ENTRYPOINT"]) == ("65532:65532", '["bascule"]')


def test_an_instruction_that_is_not_carried_out_here_is_refused() -> None:
    with pytest.raises(ValueError, match="HEALTHCHECK"):
        list(instructions("FROM x\nHEALTHCHECK CMD true\n"))
    assert list(instructions("RUN a \\\n # why\n && b\n")) == [Instruction("RUN", "a   && b")]


class Container:
    """A container of the image by runc: read-only, uid 65532, no capability; the network is this machine's."""

    def __init__(self, namespace: Namespace, image: Stage, folder: Path, *words: str) -> None:
        self._namespace, self._folder = namespace, folder
        self.data = folder / "data"
        self.data.mkdir(parents=True, mode=0o700, exist_ok=True)
        os.chown(self.data, 65532, 65532)
        self._name = f"image-{os.getpid()}-{folder.name}"
        (folder / "config.json").write_text(json.dumps(_configuration(image, self.data, words)))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            command = namespace.within("runc", "--root", str(folder / "runc"), "run", "--bundle", str(folder), self._name)
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def stop(self) -> int:
        """SIGTERM to PID 1, and what it exits with."""
        subprocess.run(
            self._namespace.within("runc", "--root", str(self._folder / "runc"), "kill", self._name, signal.SIGTERM.name), check=True
        )
        return self.process.wait(60)

    def end(self) -> None:
        subprocess.run(
            self._namespace.within("runc", "--root", str(self._folder / "runc"), "delete", "--force", self._name),
            check=False,
            capture_output=True,
        )
        self.process.wait(30)


def _configuration(image: Stage, data: Path, words: tuple[str, ...]) -> dict[str, object]:
    uid, gid = (int(part) for part in image.user.split(":"))
    return {
        "ociVersion": "1.0.2",
        "root": {"path": str(image.root), "readonly": True},
        "process": {
            "terminal": False,
            "user": {"uid": uid, "gid": gid},
            "args": list(words),
            "env": [f"{name}={value}" for name, value in image.environment.items()],
            "cwd": image.folder,
            "capabilities": {kind: [] for kind in ("bounding", "effective", "permitted")},
            "noNewPrivileges": True,
        },
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=64m"]},
            {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777", "size=256m"]},
            {"destination": "/var/lib/bascule", "type": "bind", "source": str(data), "options": ["rbind", "rw"]},
        ],
        "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")], "resources": {}},
    }


def until(said: Callable[[], bool], containers: list[Container], patience_s: float = 60) -> None:
    ends = time.monotonic() + patience_s
    while not said():
        assert time.monotonic() < ends, "\n".join(one.log.read_text() for one in containers)
        time.sleep(0.1)


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    made = Namespace()
    yield made
    made.close()


@needs_runc
def test_its_steps_make_an_image_that_runs_manager_and_delegate_on_a_read_only_root(namespace: Namespace, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # a bind mount's source is reached by root; its parents need not be open
    folder = tmp_path / "build"
    folder.mkdir()
    image = Build(namespace, folder, ROOT, DOCKERFILE, {"EXTRAS": EXTRAS}).stages[-1]
    assert image.labels["org.opencontainers.image.licenses"] == "Apache-2.0"

    def said(*words: str) -> str:
        one = Container(namespace, image, tmp_path / f"run-{len(list(tmp_path.iterdir()))}", *words)
        assert one.process.wait(60) == 0, one.log.read_text()
        return one.log.read_text()

    assert said(*image.entrypoint, "--version") == f"bascule {__version__}\n"
    assert "delegate" in said(*image.entrypoint, *image.command)
    assert said(
        "sh",
        "-c",
        "id -u; touch /opt/x 2>&1 || true; python3 -c 'import lightkube, psycopg, pymysql, regorus' && git --version && ssh -V",
    ).startswith("65532\ntouch: cannot touch '/opt/x': Read-only file system\n")
    where = said("/opt/bascule/bin/python", "-c", "import bascule; print(bascule.__file__)")
    assert where.startswith("/opt/bascule/lib/")

    port = free_port()
    manager = Container(namespace, image, tmp_path / "manager", *image.entrypoint, "server", "--port", str(port))
    containers = [manager]
    try:
        until(lambda: "bascule is at" in manager.log.read_text(), containers)
        assert httpx.get(f"http://127.0.0.1:{port}/health").json() == {"status": "ok", "version": __version__}
        headers = {"x-api-key": (manager.data / "admin-token").read_text().strip()}
        made = httpx.post(f"http://127.0.0.1:{port}/v1/delegate-tokens", headers=headers, json={"name": "image"})
        assert made.status_code == 201, made.text
        token = made.json()["value"]
        (tmp_path / "delegate" / "data").mkdir(parents=True)
        (tmp_path / "delegate" / "data" / "token").write_text(token)
        (tmp_path / "delegate" / "data" / "token").chmod(0o444)
        words = ("delegate", "--manager", f"http://127.0.0.1:{port}", "--token-file", "/var/lib/bascule/token", "--name", "in-a-box")
        delegate = Container(namespace, image, tmp_path / "delegate", *image.entrypoint, *words)
        containers.append(delegate)
        until(lambda: "registered" in delegate.log.read_text(), containers)
        assert "in-a-box" in httpx.get(f"http://127.0.0.1:{port}/v1/delegates", headers=headers).text
        assert delegate.stop() == 0, delegate.log.read_text()
        assert manager.stop() == 0, manager.log.read_text()
    finally:
        for one in containers:
            one.end()
