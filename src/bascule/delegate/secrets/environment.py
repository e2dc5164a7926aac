"""Variables of the delegate's own environment, of the names that it was started to give away (`--allow-secret-env`)."""

import math
import os
from collections.abc import Mapping

from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.delegate.secrets.base import not_there, part_of, split
from bascule.delegate.settings import DelegateSettings


class Environment:
    """Needs no log-in."""

    expires_at = math.inf

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self._prefixes = prefixes

    def read(self, reference: str) -> str:
        name, key = split(reference)
        where = f"DelegateEnvironment {reference}"
        if not any(prefix and name.startswith(prefix) for prefix in self._prefixes):
            raise DeniedError(
                Problem(
                    code="SEC-029",
                    what=f"this delegate does not give away the variable '{name}'",
                    where=where,
                    why=f"names that it gives away begin with {' or '.join(self._prefixes) or 'nothing'}",
                    fix="start the delegate with --allow-secret-env PREFIX",
                )
            )
        text = os.environ.get(name)
        if text is None:
            raise not_there(where, "the delegate's environment has no such variable")
        return part_of(text, key, where)


def log_in(_options: Mapping[str, str], _credentials: Mapping[str, str], settings: DelegateSettings) -> Environment:
    """The environment of this process."""
    return Environment(settings.secret_env)
