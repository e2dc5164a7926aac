"""Elements that nobody has looked at yet: bytes until the first look. A run in which nothing is to be done looks at none."""

from collections.abc import Sequence
from typing import overload

import msgspec

from bascule.engine.written.element import Element

_decoder = msgspec.msgpack.Decoder(tuple[Element, ...])


class Packed(Sequence[Element]):
    """A tuple of elements as the parse cache keeps it. Equal to the tuple itself."""

    __slots__ = ("_elements", "_packed")

    def __init__(self, packed: msgspec.Raw) -> None:
        self._packed = packed
        self._elements: tuple[Element, ...] | None = None

    def unpacked(self) -> tuple[Element, ...]:
        if self._elements is None:
            self._elements = _decoder.decode(self._packed)
            self._packed = msgspec.Raw()
        return self._elements

    @overload
    def __getitem__(self, index: int) -> Element: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Element]: ...
    def __getitem__(self, index: int | slice) -> Element | Sequence[Element]:
        return self.unpacked()[index]

    def __len__(self) -> int:
        return len(self.unpacked())

    def __eq__(self, other: object) -> bool:
        return self.unpacked() == (other.unpacked() if isinstance(other, Packed) else other)

    def __hash__(self) -> int:
        return hash(self.unpacked())

    def __repr__(self) -> str:
        return repr(self.unpacked())


def pack(elements: Sequence[Element]) -> msgspec.Raw:
    """What a Packed is made from."""
    return msgspec.Raw(msgspec.msgpack.encode(tuple(elements)))
