"""YAML changelogs."""

from bascule.core.yaml_reader import read_yaml
from bascule.engine.changelog.formats.nodes import changelog_element
from bascule.engine.written.element import Element


def read_yaml_changelog(data: bytes | str, file: str) -> Element:
    """The root element. Raises InputError."""
    return changelog_element(read_yaml(data, file), file)
