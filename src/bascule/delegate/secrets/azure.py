"""Azure Key Vault: by a client secret, or as the delegate itself (managed identity)."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bascule.core.errors import BasculeError, InputError
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
    part_of,
    split,
    unreachable,
    untrusted,
)
from bascule.delegate.settings import DelegateSettings

_SUFFIXES = {"AZURE": "vault.azure.net", "AZURE_US_GOVERNMENT": "vault.usgovcloudapi.net"}
_NAME = re.compile(r"(?P<name>[0-9a-zA-Z-]{1,127})(?:/(?P<version>[0-9a-f]{1,64}))?")


class KeyVault:
    """One vault, as one identity."""

    def __init__(self, client: Any, expires_at: float) -> None:
        self._client = client
        self.expires_at = expires_at

    def read(self, reference: str) -> str:
        path, key = split(reference)
        where = f"AzureKeyVault {reference}"
        found = _NAME.fullmatch(path)
        if found is None:
            what = f"'{path}' is no name of a secret"
            raise InputError(Problem(code="SEC-030", what=what, where=where, fix="write name or name/version"))
        with _told(where):
            answer = self._client.get_secret(found["name"], found["version"])
        return part_of(answer.value or "", key, where)


def log_in(options: Mapping[str, str], credentials: Mapping[str, str], settings: DelegateSettings) -> KeyVault:
    """Whether Azure knows us is seen at the first read."""
    try:
        from azure.identity import AzureAuthorityHosts, ClientSecretCredential, ManagedIdentityCredential
        from azure.keyvault.secrets import SecretClient
    except ImportError as error:
        raise missing_extra("azure") from error
    cloud = options.get("cloud", "AZURE")
    endpoint = settings.secret_endpoints.get("AzureKeyVault")
    limits: dict[str, Any] = {"connection_timeout": CONNECT_S, "read_timeout": READ_S, "retry_total": 1}
    with _told(options["vault"], login=True):
        login: Any
        if "client_secret" in credentials:
            # Who sets AZURE_AUTHORITY_HOST has an authority of their own, which Microsoft's list does not know.
            authority = {"authority": AzureAuthorityHosts.AZURE_GOVERNMENT} if cloud == "AZURE_US_GOVERNMENT" else {}
            own = "AZURE_AUTHORITY_HOST" in os.environ
            login = ClientSecretCredential(
                options["tenant_id"],
                options["client_id"],
                credentials["client_secret"],
                disable_instance_discovery=own,
                **authority,
                **limits,
            )
        else:
            login = ManagedIdentityCredential(client_id=options.get("client_id"), **limits)
        url = endpoint or f"https://{options['vault']}.{_SUFFIXES[cloud]}"
        client = SecretClient(url, login, verify_challenge_resource=endpoint is None, **limits)
    return KeyVault(client, login_ends(LOGIN_S))


@contextlib.contextmanager
def _told(where: str, *, login: bool = False) -> Iterator[None]:
    """The libraries' errors in our words."""
    from azure.core import exceptions
    from azure.identity import CredentialUnavailableError

    try:
        yield
    except BasculeError:
        raise
    except CredentialUnavailableError as error:
        raise denied(where, "the delegate has no identity at Azure", login=True) from error
    except exceptions.ClientAuthenticationError as error:
        if "CERTIFICATE_VERIFY" in error.message:
            raise untrusted(where, error.message) from error
        raise denied(where, error.message, login=True) from error
    except exceptions.ResourceNotFoundError as error:
        raise not_there(where, error.message) from error
    except (exceptions.ServiceRequestError, exceptions.ServiceResponseError) as error:
        raise (untrusted if "CERTIFICATE_VERIFY" in str(error) else unreachable)(where, error.message) from error
    except exceptions.HttpResponseError as error:
        status = error.status_code or 0
        raise (busy(where, error.message) if status == 429 or status >= 500 else denied(where, error.message, login=login)) from error
    except ValueError as error:  # a tenant that is no tenant
        raise denied(where, error, login=True) from error
