"""includeAll: which files of a folder it takes."""

from collections.abc import Iterable, Iterator

from bascule.engine.written.element import Element


def within(element: Element, folder: str, listed: Iterable[str]) -> Iterator[str]:
    """The listed files that are deep enough, not too deep (1: directly in the folder), and end as `endsWithFilter` says."""
    least, most = _number(element, "minDepth", 0), _number(element, "maxDepth", 1_000_000)
    ending = (element.value_of("endsWithFilter") or "").lower()
    for path in listed:
        depth = path[len(folder) :].strip("/").count("/") + 1
        if least <= depth <= most and path.lower().endswith(ending):
            yield path


def _number(element: Element, name: str, default: int) -> int:
    written = element.value_of(name)
    return int(written[:9]) if written and written.isdecimal() else default
