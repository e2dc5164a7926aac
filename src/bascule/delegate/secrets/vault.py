"""HashiCorp Vault and OpenBao: KV version 1 and 2; log-in by token, AppRole or a Kubernetes service account."""

import contextlib
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from bascule.core.errors import BasculeError, DeniedError, InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.secrets.base import (
    CONNECT_S,
    LOGIN_S,
    READ_S,
    busy,
    denied,
    login_ends,
    missing_extra,
    not_there,
    split,
    unreachable,
    untrusted,
    value_at,
)
from bascule.delegate.secrets.files import read_below
from bascule.delegate.settings import DelegateSettings

DEFAULT_KEY = "value"
"""What is read where a reference names no key, as Harness has it."""
_SERVICE_ACCOUNTS = Path("/var/run/secrets")
_SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"


class Vault:
    """One Vault, as one identity."""

    def __init__(self, client: Any, options: Mapping[str, str], expires_at: float) -> None:
        self._client = client
        self._options = options
        self.expires_at = expires_at

    def read(self, reference: str) -> str:
        path, key = split(reference)
        where = f"Vault {reference}"
        if not {".", ".."}.isdisjoint(path.split("/")):  # they would be taken as ways to Vault's other addresses, also to its own token's
            raise InputError(Problem(code="SEC-030", what=f"'{path}' is no path of a secret", where=where, fix="write it without '..'"))
        with _told(where):
            engine, version, path = self._place(path.strip("/"), where)
            if version == "1":
                values = self._client.secrets.kv.v1.read_secret(path, mount_point=engine)["data"]
            else:
                answer = self._client.secrets.kv.v2.read_secret_version(path, mount_point=engine, raise_on_deleted_version=True)
                values = answer["data"]["data"]
        return value_at(values, key or DEFAULT_KEY, where)

    def _place(self, path: str, where: str) -> tuple[str, str, str]:
        """Engine, its version, and the path in it. What the connector does not say, Vault is asked."""
        engine = self._options.get("engine", "").strip("/")
        version = self._options.get("version")
        if engine and version:
            return engine, version, path
        whole = f"{engine}/{path}" if engine else path
        mount = self._client.adapter.get(f"/v1/sys/internal/ui/mounts/{whole}")["data"]
        if mount.get("type") not in ("kv", "generic"):
            what = f"the engine '{mount.get('path')}' is of type {mount.get('type')}, not kv"
            raise InputError(Problem(code="SEC-030", what=what, where=where, fix="name a secret of a KV engine"))
        engine = str(mount["path"]).strip("/")
        return engine, version or str((mount.get("options") or {}).get("version", "1")), whole.removeprefix(engine).lstrip("/")


def log_in(options: Mapping[str, str], credentials: Mapping[str, str], settings: DelegateSettings) -> Vault:
    """Raises DeniedError when Vault does not know us."""
    try:
        import hvac
    except ImportError as error:
        raise missing_extra("vault") from error
    url = options["url"]
    session = _session(url, options.get("ca"))
    client = hvac.Client(url=url, namespace=options.get("namespace"), session=session, timeout=(CONNECT_S, READ_S))
    mount = options.get("mount", "")
    with _told(url, login=True):
        match options.get("auth"):
            case "approle":
                answer = client.auth.approle.login(options["role_id"], credentials["secret_id"], mount_point=mount)
            case "kubernetes":
                answer = client.auth.kubernetes.login(options["role"], _service_account(options, settings), mount_point=mount)
            case _:
                client.token = credentials["token"]
                return Vault(client, options, login_ends(LOGIN_S))
    return Vault(client, options, login_ends(answer["auth"].get("lease_duration") or LOGIN_S))


def _service_account(options: Mapping[str, str], settings: DelegateSettings) -> str:
    """The token that shows who the delegate is. Read from where such tokens are mounted only: a manager names the path."""
    path = Path(options.get("jwt_path") or _SERVICE_ACCOUNT)
    for root in (_SERVICE_ACCOUNTS, settings.secret_files):
        if root is not None and path.is_relative_to(root):
            return read_below(root, str(path.relative_to(root)), str(path)).decode().strip()
    what = "the service account's token may not be read from there"
    fix = f"name a file below {_SERVICE_ACCOUNTS}, or below the delegate's --secret-files"
    raise DeniedError(Problem(code="SEC-029", what=what, where=str(path), fix=fix))


def _session(url: str, ca: str | None) -> Any:
    """Trusts the authorities given, or the system's; follows no redirection to another host: our token, or log-in, would go there too."""
    import requests
    from requests.adapters import HTTPAdapter

    try:
        context = ssl.create_default_context(cadata=ca)
    except ssl.SSLError as error:
        raise untrusted(url, "the connector's caCertificate is no certificate in PEM") from error

    class Trusting(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **more: Any) -> None:
            super().init_poolmanager(*args, **more, ssl_context=context)

        def cert_verify(self, conn: Any, *_: Any) -> None:
            conn.cert_reqs = "CERT_REQUIRED"

    class Staying(requests.Session):
        def get_redirect_target(self, resp: Any) -> str | None:
            to = super().get_redirect_target(resp)
            if to is not None and self.should_strip_auth(resp.url, urljoin(resp.url, to)):
                what, why = "the secret manager leads to another host", f"it redirects to {urlsplit(urljoin(resp.url, to)).netloc}"
                fix = "give the connector the address of the one that answers"
                raise TargetError(Problem(code="SEC-038", what=what, where=url, why=why, fix=fix))
            return to

    session = Staying()
    session.mount("https://", Trusting())
    return session


@contextlib.contextmanager
def _told(where: str, *, login: bool = False) -> Iterator[None]:
    """Vault's errors in our words."""
    import requests
    from hvac import exceptions

    try:
        yield
    except BasculeError:
        raise
    except exceptions.InvalidPath as error:
        raise (denied(where, error, login=True) if login else not_there(where, _said(error))) from error
    except (exceptions.Forbidden, exceptions.Unauthorized) as error:
        raise denied(where, _said(error), login=login) from error
    except exceptions.InvalidRequest as error:
        raise denied(where, _said(error), login=login) from error
    except exceptions.VaultError as error:
        raise busy(where, _said(error)) from error
    except requests.exceptions.SSLError as error:
        raise untrusted(where, _cause(error)) from error
    except requests.exceptions.RequestException as error:
        raise unreachable(where, _cause(error)) from error


def _said(error: Any) -> str:
    """What Vault says, without the address."""
    return "; ".join(error.errors or []) or str(getattr(error, "text", "") or error)


def _cause(error: Exception) -> str:
    """The reason at the bottom of what is wrapped four times."""
    reason: Any = error.args[0] if error.args else error
    reason = getattr(reason, "reason", reason)
    return str(reason).rpartition(": ")[2] if "Connection" in type(reason).__name__ else str(reason)
