"""Google Secret Manager: by a service account's key file, or as the delegate itself (application default credentials).

Over REST: gRPC keeps threads of its own.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

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
    part_of,
    split,
    unreachable,
    untrusted,
)
from bascule.delegate.settings import DelegateSettings

_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
_NAME = re.compile(r"(?:projects/(?P<project>[\w.:-]+)/secrets/)?(?P<name>[\w-]+)(?:/versions/(?P<version>\w+))?")


class GoogleSecrets:
    """As one service account."""

    def __init__(self, client: Any, project: str | None, expires_at: float) -> None:
        self._client = client
        self._project = project
        self.expires_at = expires_at

    def read(self, reference: str) -> str:
        path, key = split(reference)
        where = f"GcpSecretManager {reference}"
        found = _NAME.fullmatch(path)
        if found is None:
            fix = "write name, name/versions/7 or projects/PROJECT/secrets/name"
            raise InputError(Problem(code="SEC-030", what=f"'{path}' is no name of a secret", where=where, fix=fix))
        project = found["project"] or self._project
        if project is None:
            fix = "give the connector a projectId, or write projects/PROJECT/secrets/name"
            raise InputError(Problem(code="SEC-030", what="the secret's project is not known", where=where, fix=fix))
        name = f"projects/{project}/secrets/{found['name']}/versions/{found['version'] or 'latest'}"
        with _told(where):
            answer = self._client.access_secret_version(request={"name": name}, timeout=READ_S, retry=None)
        return part_of(decoded(answer.payload.data, where), key, where)


def log_in(options: Mapping[str, str], credentials: Mapping[str, str], settings: DelegateSettings) -> GoogleSecrets:
    """Raises InputError for a key file that is none. Whether Google takes it is known at the first read."""
    try:
        import google.auth
        from google.cloud.secretmanager_v1 import SecretManagerServiceClient
        from google.oauth2 import service_account
    except ImportError as error:
        raise missing_extra("gcp") from error
    project = options.get("project")
    with _told("Google Cloud", login=True):
        if "key" in credentials:
            try:
                content = msgspec.json.decode(credentials["key"], type=dict)
                login: Any = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]  # Google's
                    content, scopes=_SCOPES
                )
            except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as error:
                fix = "make the secret of credentialsRef from the JSON key file of a service account"
                raise InputError(Problem(code="SEC-033", what="the credentials are no key file of Google's", fix=fix)) from error
            project = project or content.get("project_id")
        else:
            login, found = google.auth.default(scopes=_SCOPES)
            project = project or found
        endpoint = settings.secret_endpoints.get("GcpSecretManager")
        where = {"api_endpoint": endpoint.removeprefix("https://")} if endpoint else None
        client = SecretManagerServiceClient(credentials=login, transport="rest", client_options=where)
    return GoogleSecrets(client, project, login_ends(LOGIN_S))


@contextlib.contextmanager
def _told(where: str, *, login: bool = False) -> Iterator[None]:
    """The libraries' errors in our words."""
    import requests
    from google.api_core import exceptions
    from google.auth import exceptions as auth

    try:
        yield
    except BasculeError:
        raise
    except exceptions.NotFound as error:
        raise not_there(where, _said(error)) from error
    except (exceptions.TooManyRequests, exceptions.ServerError, exceptions.RetryError) as error:
        raise busy(where, _said(error)) from error
    except exceptions.Unauthorized as error:
        raise denied(where, _said(error), login=True) from error
    except exceptions.GoogleAPICallError as error:
        raise denied(where, _said(error), login=login) from error
    except auth.TransportError as error:
        raise (untrusted if "CERTIFICATE_VERIFY" in str(error) else unreachable)(where, error) from error
    except auth.GoogleAuthError as error:
        raise denied(where, error.args[0] if error.args else error, login=True) from error
    except requests.exceptions.SSLError as error:
        raise untrusted(where, error) from error
    except requests.exceptions.RequestException as error:
        raise unreachable(where, error) from error


def _said(error: Any) -> str:
    """What Google says, without the address that the library puts before it."""
    message = str(error.message)
    return message.split(": ", 1)[-1] if message.startswith("GET ") else message
