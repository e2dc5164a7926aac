"""Secrets of the Kubernetes cluster that the delegate runs in, or that its kubeconfig leads to; as the delegate itself."""

import base64
import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem
from bascule.delegate.secrets.base import (
    LOGIN_S,
    READ_S,
    busy,
    decoded,
    denied,
    login_ends,
    missing_extra,
    not_there,
    split,
    unreachable,
    untrusted,
)
from bascule.delegate.settings import DelegateSettings


class KubernetesSecrets:
    """One cluster, as one service account."""

    def __init__(self, client: Any, namespace: str, expires_at: float) -> None:
        self._client = client
        self._namespace = namespace
        self.expires_at = expires_at

    def read(self, reference: str) -> str:
        from lightkube.resources.core_v1 import Secret

        path, key = split(reference)
        where = f"KubernetesSecrets {reference}"
        namespace, _, name = path.rpartition("/")
        if "/" in namespace:
            what = f"'{path}' is no name of a secret"
            raise InputError(Problem(code="SEC-030", what=what, where=where, fix="write namespace/name#key, or name#key"))
        with _told(where):
            data: dict[str, str] = self._client.get(Secret, name, namespace=namespace or self._namespace).data or {}
        if key is None and len(data) == 1:
            key = next(iter(data))
        if key is None or key not in data:
            what = f"there is no key '{key}'" if key else "the secret has several keys"
            why = f"its keys: {', '.join(sorted(data)) or 'none'}"
            raise InputError(Problem(code="SEC-025", what=what, where=where, why=why, fix="name one of them after the #"))
        return decoded(base64.b64decode(data[key]), where)


def log_in(options: Mapping[str, str], _credentials: Mapping[str, str], _settings: DelegateSettings) -> KubernetesSecrets:
    """By the service account that is mounted, or by KUBECONFIG."""
    try:
        import httpx2
        from lightkube import Client, KubeConfig
        from lightkube.core.exceptions import ConfigError
    except ImportError as error:
        raise missing_extra("kubernetes") from error
    try:
        config = KubeConfig.from_env().get()
        if config is None:
            raise ConfigError("no context")
    except ConfigError as error:
        raise denied("Kubernetes", "the delegate has neither a service account nor a kubeconfig", login=True) from error
    with _told("Kubernetes", login=True):
        client = Client(config=config, timeout=httpx2.Timeout(READ_S), trust_env=False)
    return KubernetesSecrets(client, options.get("namespace") or config.namespace, login_ends(LOGIN_S))


@contextlib.contextmanager
def _told(where: str, *, login: bool = False) -> Iterator[None]:
    """The API server's errors in our words."""
    import httpx2
    from lightkube.core.exceptions import ApiError, LoadResourceError

    try:
        yield
    except BasculeError:
        raise
    except ApiError as error:
        said, code = error.status.message, error.status.code or 0
        if code == 404:
            raise not_there(where, said) from error
        raise (busy(where, said) if code == 429 or code >= 500 else denied(where, said, login=login or code == 401)) from error
    except httpx2.TransportError as error:
        raise (untrusted if "CERTIFICATE_VERIFY" in str(error) else unreachable)(where, error) from error
    except (LoadResourceError, httpx2.HTTPError) as error:
        raise busy(where, error) from error
