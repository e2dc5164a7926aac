"""`valueBlobFile` and `valueClobFile`: cells whose content is a file."""

from typing import TYPE_CHECKING

import msgspec

from bascule.engine.changes.reading.columns import elements
from bascule.engine.schema import Column, Value
from bascule.engine.written.element import Element

if TYPE_CHECKING:
    from bascule.engine.written.files import Files


def with_contents(columns: tuple[Column, ...], written: Element, files: "Files") -> tuple[Column, ...]:
    """The columns with their files read in: a blob as hexadecimal digits, a clob as a string."""
    if not any(column.value is not None and column.value.kind in ("blob_file", "clob_file") for column in columns):
        return columns
    encodings = {element.value_of("name"): element.value_of("encoding") for element in elements(written)}
    return tuple(_with_content(column, encodings.get(column.name) or "utf-8", files) for column in columns)


def _with_content(column: Column, encoding: str, files: "Files") -> Column:
    value = column.value
    if value is None or value.text is None or value.kind not in ("blob_file", "clob_file"):
        return column
    content = files.read(files.resolve(value.text))
    read = Value("binary", content.hex()) if value.kind == "blob_file" else Value("string", content.decode(encoding))
    return msgspec.structs.replace(column, value=read)
