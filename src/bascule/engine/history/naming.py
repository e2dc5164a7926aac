"""The two tables' names and the values that go into them, as SQL of one database."""

from bascule.engine.dialects.base import Dialect, RenderContext
from bascule.engine.dialects.names import identifier, qualified
from bascule.engine.schema import Column, Name, Value


def table_name(dialect: Dialect, at: RenderContext, table: str, schema: str | None = None) -> Name:
    """The table in the schema given, else in the default one; folded as the database itself would fold it."""
    name = table.lower() if dialect.traits.quotes_mixed_case else table
    return Name(name, schema or at.default_schema)


def in_sql(dialect: Dialect, at: RenderContext, name: Name) -> str:
    return qualified(name, dialect.traits, at)


def column_in_sql(dialect: Dialect, at: RenderContext, column: str) -> str:
    return identifier(column, dialect.traits, at)


def literal(text: str | None) -> str:
    """Text as an SQL string, None as NULL. Nothing in it is read as an expression."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def text_cell(column: str, text: str | None) -> Column:
    """A cell that holds exactly this text: a changeset may well be called NULL or NOW()."""
    return Column(name=column, value=Value("computed", literal(text)))


def computed_cell(column: str, expression: str) -> Column:
    return Column(name=column, value=Value("computed", expression))
