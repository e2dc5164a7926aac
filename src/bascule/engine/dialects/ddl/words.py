"""Names, types and literals, and what is known of a table: what every statement is made of."""

from collections.abc import Sequence

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.dialects import names, values
from bascule.engine.dialects.base import RenderContext, Traits
from bascule.engine.dialects.types import Types
from bascule.engine.schema import Name, Table, Value
from bascule.engine.sql.statement import Effect


class Words:
    """How this database spells what statements are made of."""

    def __init__(self, traits: Traits, types: Types) -> None:
        self.traits = traits
        self.types = types

    def identifier(self, name: str, at: RenderContext) -> str:
        """A column, index or constraint name."""
        return names.identifier(name, self.traits, at)

    def identifiers(self, written: Sequence[str], at: RenderContext) -> str:
        return ", ".join(self.identifier(name, at) for name in written)

    def name(self, name: Name, at: RenderContext) -> str:
        """A table, view or sequence name with what stands before it."""
        return names.qualified(name, self.traits, at)

    def literal(self, value: Value | None, at: RenderContext) -> str:
        return values.literal(value, self.traits, at)

    def type(self, written: str, at: RenderContext) -> str:
        return self.types.render(written)

    def default(self, value: Value, column_type: str | None, at: RenderContext) -> str:
        family = self.types.family(column_type) if column_type else None
        return values.default(value, family, self.traits, at)

    def refuse(self, what: str, why: str | None = None, fix: str | None = None) -> InputError:
        """The error for what this database cannot do."""
        return InputError(Problem(code="DDL-001", what=what, why=why, fix=fix))

    def untold(self, column: str) -> InputError:
        """The error for a column whose type must be said again, and was not."""
        why = "this database is told the whole column again"
        return self.refuse(f"the type of column {column} is not given", why, "give columnDataType")

    def shape_of(self, table: Name, at: RenderContext, purpose: str) -> Table:
        """The table as it is now. Raises InputError where nothing is known of it."""
        shape = at.shape.table(table) if at.shape is not None else None
        if shape is None:
            raise _unknown_shape(table, purpose)
        return shape

    def known_shape(self, table: Name, at: RenderContext, purpose: str) -> Table | None:
        """The table as it is now, for what only reads better with it: None where it cannot be known, offline or not yet made.

        Online it must be looked at first: raises InputError until it was.
        """
        if at.shape is None and at.online:
            raise _unknown_shape(table, purpose)
        return at.shape.table(table) if at.shape is not None else None

    def expect(self, kind: str, name: str, *, table: Name | None = None, schema: str | None = None, exists: bool = True) -> Effect:
        return Effect(
            kind=kind, name=name, table=table.name if table else None, schema=schema or (table.schema if table else None), exists=exists
        )


def _unknown_shape(table: Name, purpose: str) -> InputError:
    return InputError(
        Problem(
            code="DDL-002",
            what=f"{purpose} needs to know how table {table} looks, which is not known here",
            why="the statements depend on the columns and constraints the table has now",
            fix="run `update` on the database instead of generating SQL, or write the statements as a `sql` change",
        )
    )
