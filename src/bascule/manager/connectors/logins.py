"""What connectors log in with: never a password, always the reference of a secret. Pure."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, StringConstraints, model_validator

from bascule.manager.body import Body
from bascule.manager.entity import absent_when_empty

Text = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
_Reference = Annotated[str, StringConstraints(pattern=r"^((account|org)\.)?[a-zA-Z_][0-9a-zA-Z_$]{0,127}$")]
SecretRef = Annotated[_Reference | None, BeforeValidator(absent_when_empty)]

_PASSWORD_IN_QUERY = re.compile(r"[?;&](\w*password|passwd|pwd)=", re.IGNORECASE)


def without_credentials(url: str) -> str:
    """The URL as given. Raises ValueError when a password stands in it: it belongs into a secret."""
    password = urlsplit(url.removeprefix("jdbc:")).password
    if password or _PASSWORD_IN_QUERY.search(url):
        raise ValueError("a password stands in the URL: make it a secret and name that as passwordRef")
    return url


class Credentials(Body):
    """A user name, as text or as a secret, and a password or token as a secret."""

    username: str | None = None
    username_ref: SecretRef = None
    password_ref: SecretRef = None
    token_ref: SecretRef = None

    @model_validator(mode="after")
    def _one_of_each(self) -> "Credentials":
        if self.username and self.username_ref:
            raise ValueError("give username or usernameRef, not both")
        if self.password_ref and self.token_ref:
            raise ValueError("give passwordRef or tokenRef, not both")
        return self

    @property
    def secret_ref(self) -> str | None:
        """The secret that proves who we are."""
        return self.password_ref or self.token_ref
