"""Bytes → text: UTF-8 with or without its mark, or UTF-16 with one. Anything else is a problem with its place."""

import codecs

from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem


def decode(data: bytes | str, file: str) -> str:
    """The text of a document, its byte order mark dropped. Raises InputError."""
    if isinstance(data, str):
        text = data.removeprefix("\ufeff")
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise InputError(Problem(code="DOC-001", what="the text holds half a character (a lone surrogate)", where=file))
        return text
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        where = Position(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise InputError(
            Problem(
                code="DOC-001",
                what=f"this is not {encoding.removesuffix('-sig').upper()}: the byte 0x{data[error.start]:02X} cannot stand here",
                where=str(where),
                fix="save the file as UTF-8",
            )
        ) from None
