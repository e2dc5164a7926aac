"""The cluster of the demo's pods: the stand-in of the tests on this machine, or the one that DEMO_KUBECONFIG names.

Either way the demo makes a namespace of its own, applies `deploy/kubernetes/rbac.yaml` in it, and asks for a token of that service account.
"""

import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

if TYPE_CHECKING:
    from lightkube import Client

RBAC = Path(__file__).resolve().parents[1] / "deploy" / "kubernetes" / "rbac.yaml"
OWN_IMAGE, STEP_IMAGE = "bascule:demo", "busybox:1.36"
LOOPBACK = "127.0.0.1"


class ClusterError(Exception):
    """The cluster that was named cannot be used; the text says why."""


@dataclass(frozen=True)
class Named:
    """A cluster that the user has named; pods must be able to reach this machine at `host`."""

    kubeconfig: Path
    image: str
    host: str

    @classmethod
    def by_environment(cls) -> "Named | None":
        """What DEMO_KUBECONFIG, DEMO_IMAGE and DEMO_HOST say; None without the first. Raises ClusterError."""
        given = os.environ.get("DEMO_KUBECONFIG", "")
        if not given:
            return None
        image = os.environ.get("DEMO_IMAGE", "")
        if not image:
            raise ClusterError(
                "DEMO_KUBECONFIG needs DEMO_IMAGE as well: an image of Bascule that the cluster can pull (deploy/build.sh makes one)"
            )
        kubeconfig = Path(given).expanduser()
        if not kubeconfig.is_file():
            raise ClusterError(f"DEMO_KUBECONFIG: there is no file {kubeconfig}")
        return cls(kubeconfig, image, os.environ.get("DEMO_HOST") or _this_machine(_server(kubeconfig)))


@dataclass
class Ground:
    """Where the demo's pods are made."""

    client: "Client"
    admin: Path
    """A kubeconfig that may do more than the delegate: makes the namespace, looks into it."""
    namespace: str
    kubeconfig: Path
    """Logs in as the delegate's service account, which may do what rbac.yaml grants."""
    image: str

    def left(self) -> list[str]:
        """The pods and Secrets in the namespace."""
        from lightkube.resources.core_v1 import Pod, Secret

        found = [f"pod {_name(pod)}" for pod in self.client.list(Pod, namespace=self.namespace)]
        return found + [f"Secret {_name(secret)}" for secret in self.client.list(Secret, namespace=self.namespace)]


@contextmanager
def ground(folder: Path, named: Named | None) -> Iterator[Ground]:
    """A namespace to make pods in; gone afterwards."""
    if named:
        with _prepared(folder, named.kubeconfig, named.image) as ready:
            yield ready
        return
    from tests.kubesim.cluster import Cluster
    from tests.kubesim.runtimes import Image

    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    images = {OWN_IMAGE: Image(environment={"PATH": path}), STEP_IMAGE: Image()}
    with Cluster(folder / "cluster", images) as cluster, _prepared(folder, cluster.kubeconfig(), OWN_IMAGE) as ready:
        yield ready


@contextmanager
def _prepared(folder: Path, kubeconfig: Path, image: str) -> Iterator[Ground]:
    from lightkube import ApiError, Client, KubeConfig
    from lightkube.models.authentication_v1 import TokenRequestSpec
    from lightkube.models.meta_v1 import ObjectMeta
    from lightkube.resources.core_v1 import Namespace, ServiceAccountToken

    namespace = f"bascule-demo-{secrets.token_hex(3)}"
    client = Client(KubeConfig.from_file(kubeconfig), namespace=namespace)
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    try:
        client.create(Namespace(metadata=ObjectMeta(name=namespace, labels=labels)))
    except (ApiError, OSError) as error:
        raise ClusterError(f"{kubeconfig}: no namespace can be made: {error}") from error
    try:
        account = _apply_rights(client, namespace)
        asked = ServiceAccountToken(metadata=ObjectMeta(), spec=TokenRequestSpec(audiences=[], expirationSeconds=3600))
        answer = client.create(asked, account, namespace=namespace)
        token = answer.status.token if answer.status else ""
        yield Ground(client, kubeconfig, namespace, _kubeconfig_with(folder / "kubeconfig", kubeconfig, token, namespace), image)
    finally:
        client.delete(Namespace, namespace)


def _apply_rights(client: "Client", namespace: str) -> str:
    """rbac.yaml as it is shipped, but for the namespace; the name of its service account."""
    from lightkube import codecs

    for item in codecs.load_all_yaml(RBAC.read_text().replace("namespace: bascule\n", f"namespace: {namespace}\n")):
        client.create(item)
        if item.kind == "ServiceAccount":
            account = _name(item)
    return account


def _kubeconfig_with(file: Path, kubeconfig: Path, token: str, namespace: str) -> Path:
    """The same cluster, with a token in place of who the user is."""
    cluster = dict(_cluster(kubeconfig))
    if "certificate-authority" in cluster:
        cluster["certificate-authority"] = str(kubeconfig.parent / cluster["certificate-authority"])
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "clusters": [{"name": "demo", "cluster": cluster}],
        "users": [{"name": "demo", "user": {"token": token}}],
        "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "demo", "namespace": namespace}}],
    }
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(document))
    return file


def _cluster(kubeconfig: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(kubeconfig.read_text())
        context = next(item["context"] for item in document["contexts"] if item["name"] == document["current-context"])
        found: dict[str, Any] = next(item["cluster"] for item in document["clusters"] if item["name"] == context["cluster"])
    except (yaml.YAMLError, KeyError, TypeError, StopIteration) as error:
        raise ClusterError(f"{kubeconfig} is no kubeconfig with a current context") from error
    return found


def _server(kubeconfig: Path) -> str:
    return str(_cluster(kubeconfig).get("server", ""))


def _this_machine(server: str) -> str:
    """The address that this machine has towards the cluster; towards the world, where the cluster is on this machine."""
    host = urlsplit(server).hostname or ""
    towards = "192.0.2.1" if host in ("localhost", LOOPBACK, "0.0.0.0", "::1") else host
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((towards, 9))  # sends nothing
            return str(probe.getsockname()[0])
    except OSError as error:
        raise ClusterError(f"no address of this machine that pods could reach was found ({error}): name it with DEMO_HOST") from error


def _name(item: Any) -> str:
    return str(item.metadata.name)
