"""The policies we ship, one `.rego` per idea, its test beside it."""

from collections.abc import Iterator
from importlib.resources import files

import msgspec

from bascule.policy.metadata import Metadata, metadata
from bascule.policy.model import PolicyText


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A policy of the library with what it says of itself."""

    identifier: str
    about: Metadata
    text: str

    def policy(self) -> PolicyText:
        return PolicyText(name=f"{self.identifier}.rego", text=self.text)


def entries() -> Iterator[Entry]:
    """The library, by identifier. All of it is Rego v1."""
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".rego") and not file.name.endswith("_test.rego"):
            text = file.read_text("utf-8")
            yield Entry(identifier=file.name.removesuffix(".rego"), about=metadata(text), text=text)
