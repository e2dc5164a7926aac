"""Looking up a job's secrets: in threads, within a time, again where that may help."""

import asyncio
import hashlib
import importlib
import logging
import threading
import time
from collections.abc import Mapping

import msgspec

from bascule.core.errors import BasculeError, DeniedError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.masking import Masker
from bascule.delegate.secrets.base import BusyError, Open, SecretSource, usable
from bascule.delegate.settings import DelegateSettings
from bascule.wire.delegates import CREDENTIAL, ExternalSecret

logger = logging.getLogger(__name__)

LOOK_UP_S = 60.0
_PAUSES_S = (0.5, 1.5)
_MODULES = {
    "Vault": "vault",
    "AwsSecretManager": "aws",
    "GcpSecretManager": "gcp",
    "AzureKeyVault": "azure",
    "KubernetesSecrets": "kubernetes",
    "DelegateEnvironment": "environment",
    "DelegateFiles": "files",
}


class _Login:
    """A source and who uses it now."""

    def __init__(self, source: SecretSource) -> None:
        self.source = source
        self.lock = threading.Lock()


class SecretManagers:
    """Asks secret managers for one delegate. Keeps log-ins until they end, and never a value."""

    def __init__(self, settings: DelegateSettings) -> None:
        self._settings = settings
        self._logins: dict[str, _Login] = {}
        self._lock = threading.Lock()

    async def look_up(self, external: Mapping[str, ExternalSecret], sealed: Mapping[str, str]) -> dict[str, str]:
        """The texts of `external` by name; `sealed` has what secret managers are logged in to with.

        Those without credentials first: they may be what others are logged in to with. Raises one error with every problem.
        """
        found: dict[str, str] = {}
        for simple in (True, False):
            wanted = {name: each for name, each in external.items() if simple is not bool(each.credentials)}
            known = {**sealed, **found}
            looking = [self._within_time(each, known) for each in wanted.values()]
            problems: list[Problem] = []
            for name, told in zip(wanted, await asyncio.gather(*looking, return_exceptions=True), strict=True):
                match told:
                    case str():
                        found[name] = told
                    case BasculeError():
                        problems += told.problems
                    case _:
                        raise told
            if problems:
                masker = Masker([*known.values(), *found.values()])
                raise TargetError(msgspec.convert(masker.value(msgspec.to_builtins(problems)), list[Problem]))
        return {name: text for name, text in found.items() if not name.startswith(CREDENTIAL)}

    async def _within_time(self, secret: ExternalSecret, known: Mapping[str, str]) -> str:
        where = f"{secret.kind} {secret.reference}"
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._look_up, secret, known, where), LOOK_UP_S)
        except TimeoutError as error:
            what = f"the secret manager has not answered within {LOOK_UP_S:.0f} s"
            raise TargetError(Problem(code="SEC-031", what=what, where=where)) from error

    def _look_up(self, secret: ExternalSecret, known: Mapping[str, str], where: str) -> str:
        credentials = {option: known[name] for option, name in secret.credentials.items() if name in known}
        if len(credentials) < len(secret.credentials):
            what = "what the secret manager is logged in to with is not known"
            raise TargetError(Problem(code="SEC-035", what=what, where=where, fix="keep it in the built-in secret manager"))
        for pause_s in (*_PAUSES_S, None):
            try:
                return usable(self._read(secret, credentials), where)
            except BusyError as error:
                if pause_s is None:
                    raise
                logger.info("asking a secret manager again", extra={"kind": secret.kind, "code": error.problems[0].code})
                time.sleep(pause_s)
            except BasculeError:
                raise
            except Exception as error:
                what = "the secret manager's library failed"
                raise TargetError(Problem(code="SEC-036", what=what, where=where, why=f"{type(error).__name__}: {error}")) from error
        raise AssertionError("the last try returns or raises")

    def _read(self, secret: ExternalSecret, credentials: Mapping[str, str]) -> str:
        """By a log-in that is at hand, or a new one; one that is refused may have been revoked, so a new one is tried."""
        key = _key(secret, credentials)
        login = self._kept(key)
        if login is not None:
            try:
                with login.lock:
                    return login.source.read(secret.reference)
            except DeniedError:
                self._drop(key, login)
        login = _Login(self._open(secret, credentials))
        with login.lock:
            text = login.source.read(secret.reference)
        with self._lock:
            self._logins[key] = login
        return text

    def _open(self, secret: ExternalSecret, credentials: Mapping[str, str]) -> SecretSource:
        if secret.kind not in _MODULES:
            what = f"this delegate knows no secret manager '{secret.kind}'"
            raise TargetError(Problem(code="SEC-032", what=what, fix="bring the delegate to the manager's version"))
        module = importlib.import_module(f"bascule.delegate.secrets.{_MODULES[secret.kind]}")
        log_in: Open = module.log_in
        return log_in(secret.options, credentials, self._settings)

    def _kept(self, key: str) -> _Login | None:
        now = time.monotonic()
        with self._lock:
            self._logins = {known: login for known, login in self._logins.items() if login.source.expires_at > now}
            return self._logins.get(key)

    def _drop(self, key: str, login: _Login) -> None:
        with self._lock:
            if self._logins.get(key) is login:
                del self._logins[key]


def _key(secret: ExternalSecret, credentials: Mapping[str, str]) -> str:
    """A digest: what it is made of is not kept."""
    content = [secret.kind, sorted(secret.options.items()), sorted(credentials.items())]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()
