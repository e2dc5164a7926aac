"""Changelog files → one Element `databaseChangeLog`, whatever they are written in."""

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.written.element import Element
from bascule.engine.written.files import decode_as

EXTENSIONS = ("xml", "yaml", "yml", "json", "sql")


def extension(file: str) -> str:
    return file.rpartition(".")[2].lower()


def read_changelog(data: bytes, file: str, encoding: str | None = None) -> Element:
    """The root element of a changelog file; the format is told by the extension. Raises InputError.

    XML names its own encoding; the others are in UTF-8 unless `encoding` names another.
    """
    if encoding is not None and extension(file) != "xml":
        data = decode_as(data, encoding, file).encode()
    match extension(file):
        case "xml":
            from bascule.engine.changelog.formats.xml import read_xml

            return read_xml(data, file)
        case "yaml" | "yml":
            from bascule.engine.changelog.formats.yaml import read_yaml_changelog

            return read_yaml_changelog(data, file)
        case "json":
            from bascule.engine.changelog.formats.json import read_json_changelog

            return read_json_changelog(data, file)
        case "sql":
            from bascule.engine.changelog.formats.sql import read_sql

            return read_sql(data, file)
    raise InputError(
        Problem(code="LOG-003", what=f"'{file}' is in no format a changelog can have", where=file, fix=f"one of: {', '.join(EXTENSIONS)}")
    )
