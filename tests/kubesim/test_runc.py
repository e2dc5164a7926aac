"""With runc what a manifest says of users, file systems and memory is real."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kubesim.cluster import Cluster
from tests.kubesim.runc import RuncRuntime, why_not
from tests.kubesim.runtimes import Image
from tests.kubesim.test_cluster import client, ended, log, pod, run, terminated, until

_REASON = why_not()
if _REASON and os.environ.get("REQUIRE_RUNC") == "1":
    raise RuntimeError(_REASON)
pytestmark = pytest.mark.skipif(_REASON is not None, reason=str(_REASON))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    runtime = RuncRuntime(tmp_path / "runc")
    with Cluster(tmp_path / "cluster", {"localhost/bb:2": Image()}, runtime) as running:
        yield running
        assert not running.unimplemented, running.unimplemented


def test_a_container_is_its_own_user_on_a_file_system_it_may_not_write(cluster: Cluster) -> None:
    secure: dict[str, Any] = {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    mounted = {"securityContext": secure, "volumeMounts": [{"name": "w", "mountPath": "/work"}]}
    script = "id -u; touch /here 2>&1; echo kept > /work/file && cat /work/file; grep CapEff /proc/self/status; ls /root 2>&1"
    own = {"runAsUser": 65532, "runAsNonRoot": True}
    with client(cluster) as http:
        run(http, pod("p", script, securityContext=own, volumes=[{"name": "w", "emptyDir": {}}], container=mounted))
        until(http, "p", ended)
        lines = log(http, "p").splitlines()
        assert lines[:4] == ["65532", "touch: cannot touch '/here': Read-only file system", "kept", "CapEff:\t0000000000000000"]


def test_a_container_that_takes_too_much_memory_is_killed(cluster: Cluster) -> None:
    script = "import time\ntaken = []\nwhile True:\n    taken.append(bytearray(8 << 20))"
    limits = {"resources": {"limits": {"memory": "64Mi"}}, "command": ["/usr/bin/python3", "-c", script]}
    with client(cluster) as http:
        run(http, pod("p", container=limits))
        assert terminated(until(http, "p", ended))["reason"] == "OOMKilled"


def test_a_first_process_that_is_deaf_is_killed_after_its_grace(cluster: Cluster) -> None:
    cluster.set_scale(20)
    with client(cluster) as http:
        run(http, pod("p", "echo up; sleep 600; echo never", activeDeadlineSeconds=3))
        status = until(http, "p", ended)
        assert (status["reason"], terminated(status)["exitCode"]) == ("DeadlineExceeded", 137)
        assert log(http, "p") == "up\n"
