"""`--include-objects`, `--exclude-objects`: patterns that pick objects by kind and name."""

import re

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem

KINDS = (
    "catalog", "checkconstraint", "column", "event", "extension", "foreignkey", "function", "index", "policy", "primarykey", "schema",
    "sequence", "storedprocedure", "table", "trigger", "type", "uniqueconstraint", "view",
)  # fmt: skip
_SYNONYMS = {"procedure": "storedprocedure", "materializedview": "view", "data": "table", "rowpolicy": "policy"}
_PART = re.compile(r"\s*(?:(?P<kind>[A-Za-z ]+):)?(?P<pattern>.*?)\s*", re.DOTALL)


class Pattern(msgspec.Struct, frozen=True):
    """A regular expression that a whole name must match; without a kind, the name of anything."""

    expression: re.Pattern[str]
    kind: str | None = None

    def takes(self, kind: str, name: str) -> bool:
        return self.kind in (None, kind) and self.expression.fullmatch(name) is not None


class Filters(msgspec.Struct, frozen=True):
    """What is looked at: everything, or what `include` takes, less what `exclude` takes. What is taken brings its parts along."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    def take(self, kind: str, name: str, table: str | None = None) -> bool:
        """Whether an object is looked at; `table` is the one it is a part of."""
        return (not self.include or _any(self.include, kind, name, table)) and not _any(self.exclude, kind, name, table)


def filters(include: str | None, exclude: str | None) -> Filters:
    """`table:order.*, column:id, (?i)tmp_.*`: patterns between commas, each with or without a kind.

    Raises InputError for both at once, as the peer does, for a kind that there is not, and for a text that is no regular expression.
    """
    if include and exclude:
        problem = Problem(code="CLI-064", what="objects are either included or excluded", fix="give one of the two options")
        raise InputError(problem)
    return Filters(_patterns(include), _patterns(exclude))


def _patterns(text: str | None) -> tuple[Pattern, ...]:
    return tuple(_pattern(part) for part in (text or "").split(",") if part.strip())


def _pattern(text: str) -> Pattern:
    match = _PART.fullmatch(text)
    written = match["kind"] if match else None
    kind = _kind(written) if written else None
    if written and kind not in KINDS:
        raise InputError(
            Problem(code="CLI-065", what=f"there is no kind of object '{written.strip()}'", fix=f"known are {', '.join(KINDS)}")
        )
    pattern = match["pattern"] if match else text
    try:
        return Pattern(re.compile(pattern), kind)
    except re.error as error:
        raise InputError(Problem(code="CLI-066", what=f"'{pattern}' is no regular expression", why=str(error))) from error


def _kind(written: str) -> str:
    """Plurals are singulars here."""
    word = written.lower().replace(" ", "")
    singular = {"indexes": "index", "policies": "policy"}.get(word, word.removesuffix("s"))
    return _SYNONYMS.get(singular, singular)


def _any(patterns: tuple[Pattern, ...], kind: str, name: str, table: str | None) -> bool:
    return any(pattern.takes(kind, name) or (table is not None and pattern.takes("table", table)) for pattern in patterns)
