"""Secrets in Harness's shape; their text goes in and never comes out."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from bascule.manager.body import Body
from bascule.manager.entity import Identifier, Name, Tags

SecretText = Annotated[str, StringConstraints(min_length=4, max_length=65_536)]
"""Shorter ones cannot be masked in logs without blotting out half the text."""


class SecretSpec(Body):
    """Where the text is: here (`Inline`). Absent in a change, the old text stays."""

    type: Literal["SecretTextSpec"] = "SecretTextSpec"
    secret_manager_identifier: str = "harnessSecretManager"  # noqa: S105 - a name in Harness's shape
    value_type: Literal["Inline"] = "Inline"
    value: SecretText | None = None


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
    secret_manager_identifier: str = "harnessSecretManager"  # noqa: S105 - a name in Harness's shape
    value_type: str = "Inline"


class ShownSecret(SecretFields):
    """A secret as it is shown."""

    spec: ShownSpec = ShownSpec()


class SecretOut(Body):
    """A secret as stored; `version` counts its texts, `keyId` names the master key that holds it."""

    secret: ShownSecret
    version: int
    key_id: str
    created: int
    updated: int


class Rotation(Body):
    """What a rotation did."""

    key_id: str
    rewrapped: int
