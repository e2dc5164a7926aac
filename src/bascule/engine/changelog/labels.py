"""Labels: plain words on changesets; the run has the expression."""

from bascule.engine.changelog.expressions import Expression, parse
from bascule.engine.written.changeset import ChangeSet


def matches(levels: tuple[tuple[str, ...], ...], label_filter: str | None) -> bool:
    """Whether a changeset with these labels passes the filter: each include's labels, then its own, must pass by themselves.

    A changeset without labels passes every filter that does not ask for one explicitly (`@name`). Raises InputError.
    """
    if not label_filter or not label_filter.strip():
        return True
    expression = parse(label_filter)
    own = [frozenset(word.lower() for word in level) for level in levels if level]
    if not own:
        return expression.holds(lambda atom: not atom.startswith("@"), negate=False)
    return all(_passes(expression, level) for level in own)


def _passes(expression: Expression, level: frozenset[str]) -> bool:
    return expression.holds(lambda atom: atom in level or atom.removeprefix("@") in level)


def words(text: str | None) -> tuple[str, ...]:
    """A comma list as label words, lower-cased."""
    return tuple(word.strip().lower() for word in (text or "").split(",") if word.strip())


def labels_column(changeset: ChangeSet) -> str | None:
    """LABELS as stored: all levels' words, joined by commas."""
    return ",".join(word for level in changeset.labels for word in level) or None
