"""DESCRIPTION as Liquibase stores it: each change with the parameters that name things."""

from bascule.engine.changelog.fields import CHANGE_FIELDS
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element

MAX_LENGTH = 250


def description(changeset: ChangeSet) -> str:
    """`createIndex indexName=ix, tableName=t; sql`; `empty` when there is no change; an ellipsis after 247 characters."""
    text = "; ".join(_change(change) for change in changeset.changes) or "empty"
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 3]}..."


def _change(change: Element) -> str:
    named = []
    for field in sorted(CHANGE_FIELDS.get(change.name, {})):
        lower = field.lower()
        if field == "path" or (lower.endswith("name") and "schema" not in lower and "catalog" not in lower):
            value = change.value_of(field)
            if value is not None:
                named.append(f"{field}={value}")
    return f"{change.name} {', '.join(named)}" if named else change.name
