"""Secrets in Harness's shape; their text goes in and never comes out."""

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from bascule.manager.body import Body
from bascule.manager.entity import Identifier, Name, Tags

BUILT_IN = "harnessSecretManager"
"""What Harness calls the manager's own store; `org.` or `account.` before it means the same."""
MIN_LENGTH = 4
"""Shorter texts cannot be masked in logs without blotting out half of them."""
MAX_LENGTH = 65_536
_MANAGER = re.compile(r"((account|org)\.)?[a-zA-Z_][0-9a-zA-Z_$]{0,127}")
_MAX_REFERENCE = 2048


class SecretSpec(Body):
    """Where the text is: here (`Inline`), or in a secret manager (`Reference`, `path#key`). Absent in a change, the old one stays."""

    type: Literal["SecretTextSpec"] = "SecretTextSpec"
    secret_manager_identifier: str = BUILT_IN
    value_type: Annotated[Literal["Inline", "Reference"], Field(validate_default=True)] = "Inline"
    value: Annotated[str, StringConstraints(max_length=MAX_LENGTH)] | None = None

    @field_validator("secret_manager_identifier")
    @classmethod
    def _one_name(cls, name: str) -> str:
        if not _MANAGER.fullmatch(name):
            raise ValueError("a secret manager is named as x, org.x or account.x")
        return BUILT_IN if name.rpartition(".")[2] == BUILT_IN else name

    @field_validator("value_type")
    @classmethod
    def _goes_with_manager(cls, kind: str, info: ValidationInfo) -> str:
        is_built_in = info.data.get("secret_manager_identifier", BUILT_IN) == BUILT_IN
        if is_built_in and kind == "Reference":
            raise ValueError("the built-in secret manager holds texts: Inline")
        if not is_built_in and kind == "Inline":
            raise ValueError("nothing is written to another secret manager: store the text there, and give a Reference to it")
        return kind

    @field_validator("value")
    @classmethod
    def _fits(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if info.data.get("value_type") == "Reference":
            if not value.strip() or len(value) > _MAX_REFERENCE or any(not character.isprintable() for character in value):
                raise ValueError(f"a reference is one line of at most {_MAX_REFERENCE} characters")
            return value.strip()
        if len(value) < MIN_LENGTH:
            raise ValueError(f"a secret has at least {MIN_LENGTH} characters: shorter ones cannot be masked in logs")
        return value

    @property
    def is_external(self) -> bool:
        """Whether the text is in another secret manager."""
        return self.secret_manager_identifier != BUILT_IN


class SecretFields(Body):
    """A secret without its text."""

    identifier: Identifier
    name: Name
    description: str | None = None
    tags: Tags | None = None
    org_identifier: str | None = None
    project_identifier: str | None = None
    type: Literal["SecretText"] = "SecretText"


class SecretIn(SecretFields):
    """A secret to make or change."""

    spec: SecretSpec


class SecretBody(Body):
    """`{"secret": {…}}`."""

    secret: SecretIn


class ShownSpec(Body):
    """All that is shown of where the text is."""

    type: str = "SecretTextSpec"
    secret_manager_identifier: str = BUILT_IN
    value_type: str = "Inline"
    value: str | None = None
    """A reference only, never a text."""


class ShownSecret(SecretFields):
    """A secret as it is shown."""

    spec: ShownSpec = ShownSpec()


class SecretOut(Body):
    """A secret as stored; `version` counts its texts or references, `keyId` names the master key that a text is under."""

    secret: ShownSecret
    version: int
    key_id: str | None = None
    created: int
    updated: int


class Rotation(Body):
    """What a rotation did."""

    key_id: str
    rewrapped: int
