"""JSON changelogs. The peer reads them with its YAML reader, so what only YAML allows (a trailing comma, a comment) is read here too."""

from bascule.core.encoding import decode
from bascule.core.errors import InputError
from bascule.core.json_reader import read_json
from bascule.core.yaml_reader import read_yaml
from bascule.engine.changelog.formats.nodes import changelog_element
from bascule.engine.written.element import Element


def read_json_changelog(data: bytes | str, file: str) -> Element:
    """The root element. Raises InputError: the JSON reader's problem, not the YAML reader's."""
    text = decode(data, file)
    if not text.strip():
        return changelog_element(None, file)
    try:
        document = read_json(text, file)
    except InputError as problem:
        try:
            return changelog_element(read_yaml(text, file), file)
        except InputError:
            raise problem from None
    return changelog_element(document, file)
