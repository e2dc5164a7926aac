"""A table in whose schema something else lies that is named beside it."""

from bascule.engine.schema import Name


def beside(name: Name, table: str | None) -> Name | None:
    """The table of that name in the schema of `name`; None where none is named."""
    return Name(table, name.schema, name.catalog) if table else None
