"""Which cluster pods are made at, and how it is logged in to."""

import os
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.pods.kube import Kube
from bascule.delegate.settings import PodSettings
from bascule.wire.pods import Cluster

if TYPE_CHECKING:
    import httpx2
    from lightkube.config.kubeconfig import SingleConfig
    from lightkube.config.models import UserExec

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_EXEC_V1 = "client.authentication.k8s.io/v1"
_EXEC_V1BETA1 = "client.authentication.k8s.io/v1beta1"
_TIMEOUT_S = 20.0
_PATIENCE_S = 30.0
_UNUSABLE = (OSError, ValueError, LookupError, TypeError, AttributeError)
"""What else reading a kubeconfig may end with: it may hold anything."""


def is_in_cluster() -> bool:
    """Whether this program runs in a pod that may talk to its cluster."""
    return "KUBERNETES_SERVICE_HOST" in os.environ and (SERVICE_ACCOUNT / "token").exists()


def connect(settings: PodSettings, cluster: Cluster, secrets: dict[str, str], patience_s: float = _PATIENCE_S) -> Kube:
    """A client; nothing is asked yet. Raises TargetError or InputError for settings that cannot be read."""
    try:
        import lightkube  # noqa: F401 - whether it is there
    except ImportError as error:
        raise TargetError(
            Problem(
                code="K8S-001",
                what="this delegate cannot talk to Kubernetes: lightkube is not installed",
                fix="install bascule[kubernetes]",
            )
        ) from error
    import yaml
    from lightkube.core.exceptions import ConfigError

    try:
        if cluster.url is not None:
            return _given(cluster, secrets, patience_s)
        return _own(settings, patience_s)
    except (ConfigError, yaml.YAMLError, *_UNUSABLE) as error:
        where = cluster.url or str(settings.kubeconfig or "the service account of this delegate")
        what = "the delegate cannot log in to its cluster" if cluster.url is None else "the cluster's connector cannot be used"
        problem = Problem(code="K8S-002", what=what, where=where, why=str(error), fix="check its address and credentials")
        raise TargetError(problem) from error


def _own(settings: PodSettings, patience_s: float) -> Kube:
    from lightkube.config.client_adapter import verify_cluster
    from lightkube.config.kubeconfig import KubeConfig
    from lightkube.config.models import User

    if settings.kubeconfig is not None:
        known = KubeConfig.from_file(settings.kubeconfig)
    else:
        known = KubeConfig.from_service_account(SERVICE_ACCOUNT)
    config = known.get(settings.context)
    if config is None:
        raise ValueError("it has no current context")
    trust = verify_cluster(config.cluster, config.user or User(), config.abs_file)
    return _kube(config, trust, settings.namespace or config.namespace, patience_s)


def _given(cluster: Cluster, secrets: dict[str, str], patience_s: float) -> Kube:
    """The job's own cluster. Its client key is on disk only while it is read."""
    from lightkube.config import models
    from lightkube.config.kubeconfig import KubeConfig

    def secret(name: str | None) -> str | None:
        return secrets[name] if name else None

    ca = secret(cluster.ca_secret) or cluster.ca
    trust = ssl.create_default_context(cadata=ca)
    certificate, key = secret(cluster.client_certificate_secret), secret(cluster.client_key_secret)
    if (certificate is None) != (key is None):
        raise InputError(
            Problem(
                code="K8S-002",
                what="a client certificate needs its key, and a key its certificate",
                where=cluster.url,
                fix="give the cluster's connector both, or neither",
            )
        )
    if certificate is not None and key is not None:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(f"{certificate}\n{key}\n")
            file.flush()
            trust.load_cert_chain(file.name)
    name = secret(cluster.username_secret) or cluster.username
    user = models.User(token=secret(cluster.token_secret), username=name, password=secret(cluster.password_secret))
    config = KubeConfig.from_one(cluster=models.Cluster(server=cluster.url or ""), user=user).get()
    if config is None:
        raise ValueError("no context")
    return _kube(config, trust, "default", patience_s)


def _kube(config: "SingleConfig", trust: ssl.SSLContext, namespace: str, patience_s: float) -> Kube:
    import httpx2
    from lightkube import AsyncClient
    from lightkube.config.models import Cluster as Server
    from lightkube.config.models import User

    from bascule.delegate.pods.transport import Patient

    url = config.cluster.server
    transport = Patient(httpx2.AsyncHTTPTransport(verify=trust, proxy=_proxy(url)), patience_s)
    user = config.user or User()
    login = User(exec=_program(user.exec), username=user.username, password=user.password, token=user.token, token_file=user.token_file)
    bare = config._replace(cluster=Server(server=url, insecure=True), user=login)  # who is trusted is the transport's affair
    client = AsyncClient(bare, namespace=namespace, timeout=httpx2.Timeout(_TIMEOUT_S), transport=transport)
    return Kube(client, url, namespace)


def _program(asked: "UserExec | None") -> "UserExec | None":
    """The program that tells a token, as lightkube can run it: of v1 it knows nothing.

    What v1 has more than v1beta1 is that the program always finds KUBERNETES_EXEC_INFO (client-go credential plugins).
    """
    from lightkube.config.models import NameValue, UserExec

    if asked is None or asked.apiVersion != _EXEC_V1:
        return asked
    info = {"apiVersion": _EXEC_V1, "kind": "ExecCredential", "spec": {"interactive": False}}
    told = NameValue(name="KUBERNETES_EXEC_INFO", value=msgspec.json.encode(info).decode())
    return UserExec(apiVersion=_EXEC_V1BETA1, command=asked.command, args=asked.args, env=[*(asked.env or ()), told])


def _proxy(url: str) -> "httpx2.Proxy | None":
    """The proxy of this process' environment for that address."""
    import httpx2

    host = urlsplit(url).hostname or ""
    found = None if proxy_bypass(host) else getproxies().get(urlsplit(url).scheme)
    return httpx2.Proxy(found) if found else None
