"""Containers by runc: their own root file system, user, capabilities and memory limit; the network is this machine's."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from tests.kubesim.logs import Log
from tests.kubesim.runtimes import Container, Ended, Running, pump

_BINDS = ("/usr", "/etc/ssl", "/etc/ca-certificates", "/etc/passwd", "/etc/group", "/etc/resolv.conf", "/etc/hosts", "/etc/alternatives")
_LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}
_DEFAULT_CAPABILITIES = (
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
    "CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
)  # fmt: skip


def why_not() -> str | None:
    """Why runc cannot be used here; None when it can."""
    if os.geteuid() != 0:
        return "runc needs root"
    if shutil.which("runc") is None:
        return "runc is not installed"
    return None


class _Container:
    def __init__(self, process: asyncio.subprocess.Process, printing: "asyncio.Task[None]", name: str, root: Path, limited: bool) -> None:
        self._process, self._printing, self._name, self._root, self._limited = process, printing, name, root, limited
        self._memory, self._unified = Path("/sys/fs/cgroup/memory/kubesim", name), Path("/sys/fs/cgroup/kubesim", name)
        self._reason = ""

    async def wait(self) -> Ended:
        code = await self._process.wait()
        await self._printing
        number = code if code >= 0 else 128 - code
        fat = number == 137 and self._killed_for_memory()
        with contextlib.suppress(FileNotFoundError):
            await asyncio.to_thread(subprocess.run, self._words("delete", "--force", self._name), capture_output=True, check=False)
        return Ended(number, "OOMKilled" if fat else self._reason or ("Completed" if number == 0 else "Error"))

    def _killed_for_memory(self) -> bool:
        """By what its control group counted, in either of their two generations; the group stands until the container is deleted."""
        for told in (self._memory / "memory.oom_control", self._unified / "memory.events") if self._limited else ():
            with contextlib.suppress(OSError):
                counts = dict(line.split() for line in told.read_text().splitlines())
                return counts.get("oom_kill", "0") != "0"
        return False

    def _words(self, *words: str) -> list[str]:
        return ["runc", "--root", str(self._root), *words]

    def signal(self, number: signal.Signals) -> None:
        subprocess.run(self._words("kill", self._name, number.name), capture_output=True, check=False)

    def kill(self, reason: str = "Error") -> None:
        self._reason = reason
        subprocess.run(self._words("kill", "--all", self._name, "SIGKILL"), capture_output=True, check=False)


class RuncRuntime:
    """Read-only folders of this machine as the image, true mounts at the manifest's paths."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def start(self, container: Container, log: Log) -> Running:
        name = f"kubesim-{secrets.token_hex(6)}"
        bundle = Path(container.folder) / name
        rootfs = bundle / "rootfs"
        rootfs.mkdir(parents=True)
        for link, to in _LINKS.items():
            (rootfs / link).symlink_to(to)
        for folder in ("proc", "sys", "dev", "tmp", "etc", "var/run"):
            (rootfs / folder).mkdir(parents=True, exist_ok=True)
        (rootfs / "tmp").chmod(0o1777)
        (bundle / "config.json").write_text(json.dumps(_configuration(container, name)))
        process = await asyncio.create_subprocess_exec(
            "runc",
            "--root",
            str(self._root),
            "run",
            "--keep",
            "--bundle",
            str(bundle),
            name,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None
        printing = asyncio.create_task(pump(process.stdout, log))
        return _Container(process, printing, name, self._root, container.memory_limit is not None)


def _configuration(container: Container, name: str) -> dict[str, Any]:
    security = container.security
    dropped = {f"CAP_{word}" for word in (security.get("capabilities") or {}).get("drop", [])}
    kept = [] if "CAP_ALL" in dropped else [word for word in _DEFAULT_CAPABILITIES if word not in dropped]
    kept += [f"CAP_{word}" for word in (security.get("capabilities") or {}).get("add", [])]
    user = security.get("runAsUser", 0)
    groups = [security["fsGroup"]] if "fsGroup" in security else []
    resources: dict[str, Any] = {"devices": [{"allow": False, "access": "rwm"}]}
    if container.memory_limit:
        resources["memory"] = {"limit": container.memory_limit, "swap": container.memory_limit}
    return {
        "ociVersion": "1.0.2",
        "hostname": container.environment.get("HOSTNAME", "pod"),
        "root": {"path": "rootfs", "readonly": bool(security.get("readOnlyRootFilesystem"))},
        "process": {
            "terminal": False,
            "user": {"uid": user, "gid": security.get("runAsGroup", user), "additionalGids": groups},
            "args": list(container.argv),
            "env": [f"{key}={value}" for key, value in container.environment.items()],
            "cwd": container.working_directory or "/",
            "capabilities": {kind: kept if user == 0 or kind == "bounding" else [] for kind in ("bounding", "effective", "permitted")},
            "noNewPrivileges": security.get("allowPrivilegeEscalation") is False,
        },
        "mounts": [*_system(), *_image(container, below=False), *_volumes(container), *_image(container, below=True)],
        "linux": {
            "cgroupsPath": f"/kubesim/{name}",
            "resources": resources,
            "namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")],
            "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/sysrq-trigger"],
            "readonlyPaths": ["/proc/sys", "/proc/irq", "/proc/bus"],
        },
    }


def _system() -> list[dict[str, Any]]:
    devices = ["nosuid", "strictatime", "mode=755", "size=65536k"]
    return [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": devices},
        {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
    ]


def _bind(source: str, path: str, *, read_only: bool) -> dict[str, Any]:
    return {"destination": path, "type": "bind", "source": source, "options": ["rbind", "ro" if read_only else "rw"]}


def _image(container: Container, *, below: bool) -> list[dict[str, Any]]:
    """The image's folders; those `below` a volume (a checkout in /tmp is) are mounted after it, or it would hide them."""
    volumes = [Path(path) for _, path, _ in container.mounts]
    found = [Path(path) for path in (*_BINDS, *container.image.binds) if Path(path).exists()]
    return [_bind(str(path), str(path), read_only=True) for path in found if any(v in path.parents for v in volumes) is below]


def _volumes(container: Container) -> list[dict[str, Any]]:
    return [_bind(source, path, read_only=read_only) for source, path, read_only in container.mounts]
