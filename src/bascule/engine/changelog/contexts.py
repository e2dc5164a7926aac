"""Context expressions: `test and (qa or !dev)`, on changesets; the run names plain contexts."""

from bascule.engine.changelog.expressions import Expression, parse
from bascule.engine.written.changeset import ChangeSet

_NO_CONTEXTS = "nocontexts"


def runtime_words(runtime: str | None) -> frozenset[str]:
    """The contexts a run was given: comma separated, lower-cased."""
    return frozenset(word.strip().lower() for word in (runtime or "").split(",") if word.strip())


def matches(expressions: tuple[str, ...], runtime: str | None) -> bool:
    """Whether a changeset with these expressions (each include's, then its own) is in a run with these contexts.

    Without runtime contexts everything but an explicit `@name` runs, even `!name`. A runtime context `@name` leaves changesets without an
    expression out. Raises InputError on an expression that cannot be read.
    """
    words = runtime_words(runtime)
    own = [expression for expression in expressions if expression.strip()]
    if not own:
        return not any(word.startswith("@") for word in words)
    plain_words = frozenset(word.removeprefix("@") for word in words)
    return all(_holds(parse(expression), plain_words) for expression in own)


def _holds(expression: Expression, words: frozenset[str]) -> bool:
    """In a run without contexts the word `nocontexts` is the only true one, for those who ask for it."""
    if not words and _NO_CONTEXTS in expression.words():
        words = frozenset({_NO_CONTEXTS})
    if words:
        return expression.holds(lambda atom: atom.removeprefix("@") in words)
    return expression.holds(lambda atom: not atom.startswith("@"), negate=False)


def contexts_column(changeset: ChangeSet) -> str | None:
    """CONTEXTS as stored: levels joined by AND, an expression of several words in parentheses."""
    own = [expression.strip() for expression in changeset.contexts if expression.strip()]
    return " AND ".join(f"({text})" if " " in text or "," in text else text for text in own) or None
