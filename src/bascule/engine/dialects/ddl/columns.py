"""A column as it is defined, and statements about the columns of a table that is there."""

from collections.abc import Iterator, Sequence

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.constraints import ConstraintWords
from bascule.engine.dialects.ddl.objects import ObjectWords
from bascule.engine.dialects.ddl.rows import RowWords
from bascule.engine.dialects.types import is_serial
from bascule.engine.schema import Column, ForeignKey, Name, References, Value
from bascule.engine.sql.statement import Statement


class ColumnWords(RowWords, ObjectWords, ConstraintWords):
    """Columns: a new one brings its remarks, constraints and values along."""

    identity_separator = " "
    """Between the options of an identity column."""
    drop_words = "DROP COLUMN"
    alters_generated = True
    """Whether a generated column can be told anew how it is made, by `redefined`."""

    def column(self, column: Column, at: RenderContext, *, typed_default: bool = True) -> str:
        """A column's definition. In CREATE TABLE its type reads the default (`typed_default`); in ALTER TABLE the value alone does."""
        if column.type is None:
            raise self.refuse(f"column {column.name} has no type", fix="give it a type")
        parts = [self.identifier(column.name, at), self.column_type(column, at)]
        if self.is_auto_increment(column):
            parts.append(self.auto_increment(column))
        elif column.default is not None:
            parts.append(self.default_clause(column, column.default, at, typed=typed_default))
        return " ".join([*parts, *self.nullability(column, at)])

    def default_clause(self, column: Column, value: Value, at: RenderContext, *, typed: bool) -> str:
        return f"DEFAULT {self.default(value, column.type if typed else None, at)}"

    def column_type(self, column: Column, at: RenderContext) -> str:
        return self.type(column.type or "", at)

    def is_auto_increment(self, column: Column) -> bool:
        return column.auto_increment or (column.type is not None and is_serial(column.type))

    def nullability(self, column: Column, at: RenderContext) -> Iterator[str]:
        if column.primary_key or column.nullable is False:
            yield "NOT NULL"
        elif self.traits.explicit_null:
            yield "NULL"

    def auto_increment(self, column: Column) -> str:
        """The standard's identity column."""
        options = []
        if column.start_with is not None:
            options.append(f"START WITH {column.start_with}")
        if column.increment_by is not None:
            options.append(f"INCREMENT BY {column.increment_by}")
        generation = (column.generation_type or "BY DEFAULT").upper()
        clause = f"GENERATED {generation} AS IDENTITY"
        return f"{clause} ({self.identity_separator.join(options)})" if options else clause

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        """One ALTER TABLE per column with what belongs to it, then the values of existing rows."""
        for column in op.columns:
            yield Statement(
                f"ALTER TABLE {self.name(op.table, at)} ADD {self.added_column(column, at)}",
                expects=self.expect("column", column.name, table=op.table),
            )
            yield from self.after_adding(op.table, column, at)
        yield from self.remarks_of(op.table, op.columns, at)
        yield from self.fill(op.table, op.columns, at)

    def added_column(self, column: Column, at: RenderContext) -> str:
        definition = self.column(column, at, typed_default=False)
        return f"{definition} PRIMARY KEY" if column.primary_key else definition

    def after_adding(self, table: Name, column: Column, at: RenderContext) -> Iterator[Statement]:
        """What a new column brings along: its unique constraint, its foreign key."""
        if column.unique:
            yield from self.add_unique(ops.AddUnique(table, (column.name,), column.unique_name), at)
        if column.references is not None:
            yield from self.add_foreign_key(ops.AddForeignKey(table, foreign_key_of(column, column.references)), at)

    def remarks_of(self, table: Name, columns: Sequence[Column], at: RenderContext) -> Iterator[Statement]:
        for column in columns:
            if column.remarks:
                yield from self.set_column_remarks(ops.SetColumnRemarks(table, column.name, column.remarks, column.type), at)

    def fill(self, table: Name, columns: Sequence[Column], at: RenderContext) -> Iterator[Statement]:
        for column in columns:
            if column.value is not None:
                yield from self.update_rows(ops.UpdateRows(table, (column,)), at)

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        for column in op.columns:
            if column in op.defaults:
                yield from self.drop_default(ops.DropDefault(op.table, column), at)
            yield Statement(
                f"ALTER TABLE {self.name(op.table, at)} {self.drop_words} {self.identifier(column, at)}",
                expects=self.expect("column", column, table=op.table, exists=False),
            )

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} RENAME COLUMN {self.identifier(op.column, at)} TO {self.identifier(op.to, at)}",
            expects=self.expect("column", op.to, table=op.table),
        )
        if op.remarks:
            yield from self.set_column_remarks(ops.SetColumnRemarks(op.table, op.to, op.remarks, op.type), at)

    def merge_columns(self, op: ops.MergeColumns, at: RenderContext) -> Iterator[Statement]:
        merged = Value("computed", self.concatenated(op, at))
        yield from self.add_columns(ops.AddColumns(op.table, (Column(name=op.into, type=op.type),)), at)
        yield from self.update_rows(ops.UpdateRows(op.table, (Column(name=op.into, value=merged),)), at)
        for column in (op.first, op.second):
            yield from self.drop_columns(ops.DropColumns(op.table, (column,)), at)

    def concatenated(self, op: ops.MergeColumns, at: RenderContext) -> str:
        return f"{self.identifier(op.first, at)} || {values.string(op.joined_by)} || {self.identifier(op.second, at)}"

    def redefined(self, table: Name, wanted: Column, actual: Column) -> list[str] | None:
        """The statements that make an existing column exactly so; None where each property has one of its own."""
        return None

    def whole_column(self, table: Name, column: Column) -> str | None:
        """The statement that adds a column as the catalog tells it, where addColumn has not the words for all of it; else None."""
        return None

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {self.identifier(op.column, at)} {self.type(op.type, at)}")

    def add_not_null(self, op: ops.AddNotNull, at: RenderContext) -> Iterator[Statement]:
        if op.default_null_value is not None:
            filled = Column(name=op.column, value=Value("string", op.default_null_value))
            yield from self.update_rows(ops.UpdateRows(op.table, (filled,), f"{self.identifier(op.column, at)} IS NULL"), at)
        yield self.alter_nullability(op.table, op.column, op.type, at, nullable=False)

    def drop_not_null(self, op: ops.DropNotNull, at: RenderContext) -> Iterator[Statement]:
        yield self.alter_nullability(op.table, op.column, op.type, at, nullable=True)

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        verb = "DROP" if nullable else "SET"
        return Statement(f"ALTER TABLE {self.name(table, at)} ALTER COLUMN  {self.identifier(column, at)} {verb} NOT NULL")

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        value = self.default(op.default, None, at)
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN  {self.identifier(op.column, at)} SET DEFAULT {value}")

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {self.identifier(op.column, at)} DROP DEFAULT")

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        raise self.refuse("this database cannot make an existing column count by itself")


def foreign_key_of(column: Column, references: References) -> ForeignKey:
    """The foreign key that a column's constraints describe."""
    return ForeignKey(
        columns=(column.name,),
        references=references,
        name=column.foreign_key_name,
        on_delete="CASCADE" if column.delete_cascade else None,
        deferrable=column.deferrable,
        initially_deferred=column.initially_deferred,
    )
