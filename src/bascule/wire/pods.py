"""The pod of a step group: an ephemeral delegate with its step containers, as a permanent delegate is asked to make it."""

from typing import Any, Literal

import msgspec

PullPolicy = Literal["Always", "Never", "IfNotPresent"]


class Cluster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The API server that pods are made at. Without `url` the delegate's own: its service account, or its kubeconfig.

    Log-in is one of a bearer token, a client certificate with its key, or a user and password; each `*_secret` is a name in `Job.secrets`.
    """

    url: str | None = None
    ca: str | None = None
    """PEM; or `ca_secret`."""
    ca_secret: str | None = None
    token_secret: str | None = None
    client_certificate_secret: str | None = None
    client_key_secret: str | None = None
    username: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None


class Reach(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="reach", omit_defaults=True):
    """Make nothing: tell whether pods could be made there. Only a delegate with Kubernetes is given it.

    Its outputs are `version` of the API server, `namespace`, and `allowed`: the deeds of the delegate's Role (`create pods`) that are.
    """

    cluster: Cluster = Cluster()
    namespace: str | None = None
    """By default where a pod goes whose group names none."""


class Registry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where images are pulled from, with a login that becomes an `imagePullSecret`. `url` is the host (`https://index.docker.io/v2/`)."""

    url: str
    username: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None


class Resources(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Kubernetes quantities as written: `{"cpu": "400m", "memory": "500Mi"}`."""

    limits: dict[str, str] = {}
    requests: dict[str, str] = {}


class Container(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A container of its own image for the script jobs that name it (`Script.container`). It waits for its turn."""

    name: str
    image: str
    pull_policy: PullPolicy | None = None
    privileged: bool = False
    run_as_user: int | None = None
    resources: Resources = Resources()
    environment: dict[str, str] = {}
    """No secrets: those reach a script by its job."""


class Pod(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="pod", omit_defaults=True):
    """Make a pod, stay with it to its end, leave nothing behind.

    The delegate inside leases the jobs whose `Job.pod` is `key`. Its registration token is the secret `token` of this job. `deadline_s`
    becomes activeDeadlineSeconds; a pod that has not registered after `init_timeout_s` is given up with what stood in its way.
    """

    key: str
    cluster: Cluster = Cluster()
    namespace: str | None = None
    service_account: str | None = None
    automount_service_account_token: bool | None = None
    init_timeout_s: float = 600.0
    deadline_s: float = 3600.0
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    node_selector: dict[str, str] = {}
    tolerations: list[dict[str, Any]] = []
    """As in a pod's spec; Harness's `operator`, `key`, `value`, `effect`, `tolerationSeconds`."""
    volumes: list[dict[str, Any]] = []
    """As in Harness's document: `mountPath`, `type` (EmptyDir, PersistentVolumeClaim, HostPath, ConfigMap, Secret), `spec`."""
    security_context: dict[str, Any] = {}
    """`containerSecurityContext` as in Harness's document; laid over the safe defaults, for every container."""
    run_as_user: int | None = None
    priority_class: str | None = None
    host_names: list[str] = []
    operating_system: str = "Linux"
    image: str | None = None
    """Of the delegate's container; by default what the permanent delegate is configured with."""
    pull_policy: PullPolicy | None = None
    privileged: bool = False
    resources: Resources = Resources()
    environment: dict[str, str] = {}
    capacity: int = 4
    """How many jobs the delegate inside runs at once."""
    containers: list[Container] = []
    registries: list[Registry] = []
