"""The standard words: how operations read in SQL where a database has no peculiarity.

A dialect's own `ddl.py` overrides what differs. The text is that of Liquibase 4.28, as recorded.
"""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Iterator, Sequence

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine import operations as ops
from bascule.engine.dialects import names, values
from bascule.engine.dialects.base import RenderContext, Traits
from bascule.engine.dialects.types import Types, is_serial
from bascule.engine.schema import Column, ForeignKey, Name, References, Table, Value
from bascule.engine.sql.split import is_blank, split
from bascule.engine.sql.statement import Effect, Statement

Row = tuple[Column, ...]


class Ddl:
    """Renders operations: one method per kind of operation, named after it."""

    identity_separator = " "
    """Between the options of an identity column."""
    brings_indexes: tuple[str, ...] = ("primaryKey", "foreignKey", "uniqueConstraint")
    """Constraints for which the server makes an index itself, in the words of `associatedWith`."""

    def __init__(self, traits: Traits, types: Types) -> None:
        self.traits = traits
        self.types = types

    def render(self, op: ops.Operation, at: RenderContext) -> Iterator[Statement]:
        """The statements that carry an operation out. Raises InputError where this database cannot, or not without knowing the shape."""
        method = getattr(self, str(type(op).__struct_config__.tag))
        statements: Iterator[Statement] = method(op, at)
        return statements

    # Words

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

    # Columns

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

    # Tables

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        parts = [self.column(column, at) for column in op.columns]
        parts.extend(self.table_constraints(op, at))
        kind = f"{op.table_type.strip().upper()} TABLE" if op.table_type else "TABLE"
        exists = "IF NOT EXISTS " if op.if_not_exists else ""
        text = f"CREATE {kind} {exists}{self.name(op.table, at)} ({', '.join(parts)}){self.table_options(op, at)}"
        yield Statement(text, expects=self.expect("table", op.table.name, schema=op.table.schema))
        yield from self.table_comments(op, at)

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return ""

    def table_constraints(self, op: ops.CreateTable, at: RenderContext) -> Iterator[str]:
        """Primary key, then foreign keys, then unique constraints."""
        key = [column for column in op.columns if column.primary_key]
        if key:
            yield self.primary_key_clause(op.table, key, at)
        for column in op.columns:
            if column.references is not None:
                yield self.inline_foreign_key(column, column.references, at)
        uniques: dict[str, list[str]] = {}
        for column in op.columns:
            if column.unique:
                uniques.setdefault(column.unique_name or f"\0{column.name}", []).append(column.name)
        for name, columns in uniques.items():
            named = "" if name.startswith("\0") else f"CONSTRAINT {self.identifier(name, at)} "
            yield f"{named}UNIQUE ({self.identifiers(columns, at)})"

    def primary_key_clause(self, table: Name, key: Sequence[Column], at: RenderContext) -> str:
        name = next((column.primary_key_name for column in key if column.primary_key_name), None) or self.primary_key_name(table)
        space = next((column.primary_key_tablespace for column in key if column.primary_key_tablespace), None)
        columns = self.identifiers([column.name for column in key], at)
        return f"CONSTRAINT {self.identifier(name, at)} PRIMARY KEY ({columns}){self.index_tablespace(space)}"

    def primary_key_name(self, table: Name) -> str:
        """What a primary key is called that its author did not name."""
        return f"PK_{table.name.upper()}"

    def index_tablespace(self, tablespace: str | None) -> str:
        return ""

    def inline_foreign_key(self, column: Column, references: References, at: RenderContext) -> str:
        named = f"CONSTRAINT {self.identifier(column.foreign_key_name, at)} " if column.foreign_key_name else ""
        far = f"{self.name(references.table, at)}({self.identifiers(references.columns, at)})"
        clause = f"{named}FOREIGN KEY ({self.identifier(column.name, at)}) REFERENCES {far}"
        if column.delete_cascade:
            clause += " ON DELETE CASCADE"
        if column.initially_deferred:
            clause += " INITIALLY DEFERRED"
        return f"{clause} DEFERRABLE" if column.deferrable else clause

    def table_comments(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        if op.remarks:
            yield from self.set_table_remarks(ops.SetTableRemarks(op.table, op.remarks), at)
        for column in op.columns:
            if column.remarks:
                yield from self.set_column_remarks(ops.SetColumnRemarks(op.table, column.name, column.remarks, column.type), at)

    def drop_table(self, op: ops.DropTable, at: RenderContext) -> Iterator[Statement]:
        exists = "IF EXISTS " if op.if_exists else ""
        cascade = " CASCADE" if op.cascade else ""
        yield Statement(
            f"DROP TABLE {exists}{self.name(op.table, at)}{cascade}",
            expects=self.expect("table", op.table.name, schema=op.table.schema, exists=False),
        )

    def truncate_table(self, op: ops.TruncateTable, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"TRUNCATE TABLE {self.name(op.table, at)}{' CASCADE' if op.cascade else ''}")

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} RENAME TO {self.identifier(op.to, at)}",
            expects=self.expect("table", op.to, schema=op.table.schema),
        )

    def create_lookup_table(self, op: ops.CreateLookupTable, at: RenderContext) -> Iterator[Statement]:
        source, column = self.identifier(op.source_column, at), self.identifier(op.column, at)
        query = f"SELECT DISTINCT {source} AS {column} FROM {self.name(op.source, at)} WHERE {source} IS NOT NULL"
        yield Statement(
            f"CREATE TABLE {self.name(op.table, at)} AS {query}", expects=self.expect("table", op.table.name, schema=op.table.schema)
        )

    # Columns of existing tables

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        """One ALTER TABLE per column with what belongs to it, then the values of existing rows."""
        for column in op.columns:
            yield Statement(
                f"ALTER TABLE {self.name(op.table, at)} ADD {self.added_column(column, at)}",
                expects=self.expect("column", column.name, table=op.table),
            )
            yield from self.after_adding(op.table, column, at)
        yield from self.fill(op.table, op.columns, at)

    def added_column(self, column: Column, at: RenderContext) -> str:
        definition = self.column(column, at, typed_default=False)
        return f"{definition} PRIMARY KEY" if column.primary_key else definition

    def after_adding(self, table: Name, column: Column, at: RenderContext) -> Iterator[Statement]:
        """What a new column brings along: its remarks, its unique constraint, its foreign key."""
        if column.remarks:
            yield from self.set_column_remarks(ops.SetColumnRemarks(table, column.name, column.remarks, column.type), at)
        if column.unique:
            yield from self.add_unique(ops.AddUnique(table, (column.name,), column.unique_name), at)
        if column.references is not None:
            yield from self.add_foreign_key(ops.AddForeignKey(table, foreign_key_of(column, column.references)), at)

    def fill(self, table: Name, columns: Sequence[Column], at: RenderContext) -> Iterator[Statement]:
        for column in columns:
            if column.value is not None:
                yield from self.update_rows(ops.UpdateRows(table, (column,)), at)

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        for column in op.columns:
            if column in op.defaults:
                yield from self.drop_default(ops.DropDefault(op.table, column), at)
            yield Statement(
                f"ALTER TABLE {self.name(op.table, at)} DROP COLUMN {self.identifier(column, at)}",
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

    def redefined(self, table: Name, column: Column, at: RenderContext) -> str | None:
        """The statement that makes an existing column exactly so; None where each property has one of its own."""
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

    # Indexes and constraints

    def create_index(self, op: ops.CreateIndex, at: RenderContext) -> Iterator[Statement]:
        """Nothing for an index that a constraint brings along anyway (`associatedWith`)."""
        if op.associated_with and any(word in op.associated_with for word in self.brings_indexes):
            return
        unique = "UNIQUE " if op.unique else ""
        named = f"{self.index_name(op.index, op.table, at)} " if op.index else ""
        columns = ", ".join(self.indexed(column, at) for column in op.columns)
        yield Statement(
            f"CREATE {unique}INDEX {named}ON {self.name(op.table, at)}({columns}){self.tablespace(op.tablespace)}",
            expects=self.expect("index", op.index, table=op.table) if op.index else None,
        )

    def index_name(self, index: str, table: Name, at: RenderContext) -> str:
        """A new index lies in its table's schema, without saying so."""
        return self.identifier(index, at)

    def indexed(self, column: Column, at: RenderContext) -> str:
        computed = column.computed or "(" in column.name
        name = column.name if computed else self.identifier(column.name, at)
        return f"{name} DESC" if column.descending else name

    def tablespace(self, tablespace: str | None) -> str:
        return ""

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        schema, catalog = (op.table.schema, op.table.catalog) if op.table else (None, None)
        yield Statement(
            f"DROP INDEX {self.name(Name(op.index, schema, catalog), at)}",
            expects=self.expect("index", op.index, table=op.table, exists=False),
        )

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        named = f"CONSTRAINT {self.identifier(op.constraint, at)} " if op.constraint else ""
        columns = f"({self.identifiers(op.columns, at)})"
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} ADD {named}PRIMARY KEY {columns}{self.index_tablespace(op.tablespace)}",
            expects=self.expect("primary key", op.constraint or self.primary_key_name(op.table), table=op.table),
        )

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        constraint = op.constraint or self.primary_key_name(op.table)
        yield self.without_constraint(op.table, constraint, at)

    def drop_constraint(self, op: ops.DropConstraint, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint, at)

    def without_constraint(self, table: Name, constraint: str, at: RenderContext) -> Statement:
        return Statement(
            f"ALTER TABLE {self.name(table, at)} DROP CONSTRAINT {self.identifier(constraint, at)}",
            expects=self.expect("constraint", constraint, table=table, exists=False),
        )

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        key = op.key
        named = f"CONSTRAINT {self.identifier(key.name, at)} " if key.name else ""
        far = f"{self.name(key.references.table, at)} ({self.identifiers(key.references.columns, at)})"
        text = f"ALTER TABLE {self.name(op.table, at)} ADD {named}FOREIGN KEY ({self.identifiers(key.columns, at)}) REFERENCES {far}"
        if key.on_update:
            text += f" ON UPDATE {key.on_update}"
        if key.on_delete:
            text += f" ON DELETE {key.on_delete}"
        text += self.deferral(key.deferrable, key.initially_deferred)
        yield Statement(
            text if op.validate else text + self.unvalidated(),
            expects=self.expect("constraint", key.name, table=op.table) if key.name else None,
        )

    def deferral(self, deferrable: bool | None, initially_deferred: bool | None) -> str:
        return (" DEFERRABLE" if deferrable else "") + (" INITIALLY DEFERRED" if initially_deferred else "")

    def unvalidated(self) -> str:
        """How a constraint is added that existing rows need not meet; nothing where there is no such thing."""
        return ""

    def drop_foreign_key(self, op: ops.DropForeignKey, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint, at)

    def drop_all_foreign_keys(self, op: ops.DropAllForeignKeys, at: RenderContext) -> Iterator[Statement]:
        """One statement per foreign key the table has; none where the table is not there."""
        if at.shape is not None and at.shape.table(op.table) is None:
            return
        for key in self.shape_of(op.table, at, "dropAllForeignKeyConstraints").foreign_keys:
            if key.name:
                yield from self.drop_foreign_key(ops.DropForeignKey(op.table, key.name), at)

    def add_unique(self, op: ops.AddUnique, at: RenderContext) -> Iterator[Statement]:
        named = f"CONSTRAINT {self.identifier(op.constraint, at)} " if op.constraint else ""
        text = f"ALTER TABLE {self.name(op.table, at)} ADD {named}UNIQUE ({self.identifiers(op.columns, at)})"
        yield Statement(
            text + self.deferral(op.deferrable, op.initially_deferred) + self.index_tablespace(op.tablespace),
            expects=self.expect("constraint", op.constraint, table=op.table) if op.constraint else None,
        )

    def drop_unique(self, op: ops.DropUnique, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint or self.unique_name(op.table, op.columns), at)

    def unique_name(self, table: Name, columns: Sequence[str]) -> str:
        """What the server calls a unique constraint that its author did not name."""
        raise self.refuse(f"the unique constraint of {table} has no name", fix="give addUniqueConstraint a constraintName")

    def add_check(self, op: ops.AddCheck, at: RenderContext) -> Iterator[Statement]:
        named = f"CONSTRAINT {self.identifier(op.constraint, at)} " if op.constraint else ""
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ADD {named}CHECK ({op.expression})")

    def drop_check(self, op: ops.DropCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint, at)

    # Sequences, views, procedures, schemas

    def create_sequence(self, op: ops.CreateSequence, at: RenderContext) -> Iterator[Statement]:
        words = [f"CREATE SEQUENCE {self.name(op.sequence, at)}"]
        if op.type is not None:
            words.append(f"AS {op.type}")
        yield Statement(
            " ".join([*words, *self.sequence_options(op)]), expects=self.expect("sequence", op.sequence.name, schema=op.sequence.schema)
        )

    def sequence_options(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        if isinstance(op, ops.CreateSequence) and op.start is not None:
            yield f"START WITH {op.start}"
        yield from self.sequence_steps(op)
        if op.cache is not None:
            yield f"CACHE {op.cache}"
        if op.cycle is not None and (op.cycle or isinstance(op, ops.AlterSequence)):
            yield "CYCLE" if op.cycle else "NO CYCLE"

    def sequence_steps(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        if op.increment is not None:
            yield f"INCREMENT BY {op.increment}"
        if op.minimum is not None:
            yield f"MINVALUE {op.minimum}"
        if op.maximum is not None:
            yield f"MAXVALUE {op.maximum}"

    def alter_sequence(self, op: ops.AlterSequence, at: RenderContext) -> Iterator[Statement]:
        kind = [f"AS {op.type}"] if op.type is not None else []
        yield Statement(" ".join([f"ALTER SEQUENCE {self.name(op.sequence, at)}", *kind, *self.sequence_options(op)]))

    def drop_sequence(self, op: ops.DropSequence, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"DROP SEQUENCE {self.name(op.sequence, at)}",
            expects=self.expect("sequence", op.sequence.name, schema=op.sequence.schema, exists=False),
        )

    def rename_sequence(self, op: ops.RenameSequence, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER SEQUENCE {self.name(op.sequence, at)} RENAME TO {self.identifier(op.to, at)}",
            expects=self.expect("sequence", op.to, schema=op.sequence.schema),
        )

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        expected = self.expect("view", op.view.name, schema=op.view.schema)
        if op.full_definition:
            yield Statement(op.query, expects=expected)
            return
        replace = "OR REPLACE " if op.replace else ""
        yield Statement(f"CREATE {replace}VIEW {self.name(op.view, at)} AS {op.query}", expects=expected)

    def drop_view(self, op: ops.DropView, at: RenderContext) -> Iterator[Statement]:
        exists = "IF EXISTS " if op.if_exists else ""
        yield Statement(
            f"DROP VIEW {exists}{self.name(op.view, at)}", expects=self.expect("view", op.view.name, schema=op.view.schema, exists=False)
        )

    def rename_view(self, op: ops.RenameView, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.view, at)} RENAME TO {self.identifier(op.to, at)}",
            expects=self.expect("view", op.to, schema=op.view.schema),
        )

    def create_procedure(self, op: ops.CreateProcedure, at: RenderContext) -> Iterator[Statement]:
        yield Statement(op.text)

    def drop_procedure(self, op: ops.DropProcedure, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"DROP PROCEDURE {self.name(op.name, at)}")

    def create_schema(self, op: ops.CreateSchema, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"CREATE {'DATABASE' if op.database else 'SCHEMA'} {self.identifier(op.name.name, at)}", transactional=not op.database
        )

    def drop_schema(self, op: ops.DropSchema, at: RenderContext) -> Iterator[Statement]:
        cascade = " CASCADE" if op.cascade else ""
        yield Statement(
            f"DROP {'DATABASE' if op.database else 'SCHEMA'} {self.identifier(op.name.name, at)}{cascade}", transactional=not op.database
        )

    def grant(self, op: ops.Grant, at: RenderContext) -> Iterator[Statement]:
        verb, direction = ("REVOKE", "FROM") if op.revoke else ("GRANT", "TO")
        on = f" ON {op.on}" if op.on else ""
        yield Statement(f"{verb} {', '.join(op.privileges)}{on} {direction} {', '.join(op.to)}")

    def set_table_remarks(self, op: ops.SetTableRemarks, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"COMMENT ON TABLE {self.name(op.table, at)} IS {values.string(op.remarks)}")

    def set_column_remarks(self, op: ops.SetColumnRemarks, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.name(op.table, at)}.{self.identifier(op.column, at)}"
        yield Statement(f"COMMENT ON COLUMN {column} IS {values.string(op.remarks)}")

    # Rows

    def insert_rows(self, op: ops.InsertRows, at: RenderContext) -> Iterator[Statement]:
        settled = self.settled(op.table, op.rows, at)
        if op.together and self.traits.inserts_many and settled:
            rows = ",".join(self.cells(row, at) for row in settled)
            yield Statement(f"{self.insert_head(op.table, settled[0], at)} VALUES {rows}")
            return
        for row in settled:
            yield Statement(f"{self.insert_head(op.table, row, at)} VALUES {self.cells(row, at)}")

    def settled(self, table: Name, rows: Sequence[Row], at: RenderContext) -> Sequence[Row]:
        """The rows with their untyped cells read as the columns' types."""
        if not any(column.value is not None and column.value.kind == "cell" for row in rows for column in row):
            return rows
        shape = self.known_shape(table, at, "a cell without a type")
        families = {column.name.lower(): self.types.family(column.type or "") for column in shape.columns} if shape is not None else {}

        def read(column: Column) -> Column:
            if column.value is None or column.value.kind != "cell":
                return column
            return msgspec.structs.replace(column, value=values.settled(column.value, families.get(column.name.lower(), "other")))

        return [tuple(read(column) for column in row) for row in rows]

    def insert_head(self, table: Name, row: Sequence[Column], at: RenderContext) -> str:
        return f"INSERT INTO {self.name(table, at)} ({self.identifiers([column.name for column in row], at)})"

    def cells(self, row: Sequence[Column], at: RenderContext) -> str:
        return f"({', '.join(self.literal(column.value, at) for column in row)})"

    def upsert_rows(self, op: ops.UpsertRows, at: RenderContext) -> Iterator[Statement]:
        """Two plain statements per row, which need no unique constraint: update it, then insert it where it is not there."""
        table = self.name(op.table, at)
        for row in self.settled(op.table, op.rows, at):
            matched = " AND ".join(f"{self.identifier(c.name, at)} = {self.literal(c.value, at)}" for c in row if c.name in op.key)
            others = tuple(column for column in row if column.name not in op.key)
            if others:
                yield from self.update_rows(ops.UpdateRows(op.table, others, matched), at)
            if not op.only_update:
                cells = ", ".join(self.literal(column.value, at) for column in row)
                absent = f"NOT EXISTS (SELECT 1 FROM {table} WHERE {matched})"
                yield Statement(f"{self.insert_head(op.table, row, at)} SELECT {cells} WHERE {absent}")

    def update_rows(self, op: ops.UpdateRows, at: RenderContext) -> Iterator[Statement]:
        assigned = ", ".join(f"{self.identifier(c.name, at)} = {self.literal(c.value, at)}" for c in op.columns)
        where = f" WHERE {self.condition(op.where, op.parameters, at)}" if op.where else ""
        yield Statement(f"UPDATE {self.name(op.table, at)} SET {assigned}{where}")

    def delete_rows(self, op: ops.DeleteRows, at: RenderContext) -> Iterator[Statement]:
        where = f" WHERE {self.condition(op.where, op.parameters, at)}" if op.where else ""
        yield Statement(f"DELETE FROM {self.name(op.table, at)}{where}")

    def condition(self, where: str, parameters: Sequence[Column], at: RenderContext) -> str:
        """The condition, its `:name` and `:value` taken from the parameters, left to right."""
        text = where
        for parameter in parameters:
            text = text.replace(":name", self.identifier(parameter.name, at), 1) if parameter.name else text
            text = text.replace(":value", self.literal(parameter.value, at), 1)
        return text

    # Text and what is not SQL

    def run_sql(self, op: ops.RunSql, at: RenderContext) -> Iterator[Statement]:
        """The script's statements as written. Pieces of nothing but comments are left out: some servers call them an error."""
        delimiter = op.end_delimiter.replace("\\r", "\r").replace("\\n", "\n") if op.end_delimiter else ";"
        for text in split(op.text, end_delimiter=op.end_delimiter, split=op.split, strip_comments=op.strip_comments):
            if not is_blank(text):
                yield Statement(text, transactional=self.is_transactional(text), delimiter=delimiter)

    def is_transactional(self, text: str) -> bool:
        """Whether the server takes that statement inside a transaction."""
        return True

    def unrecognised(self, op: ops.Unrecognised, at: RenderContext) -> Iterator[Statement]:
        yield Statement(op.text, transactional=self.is_transactional(op.text))

    def _no_sql(self, op: ops.Operation, at: RenderContext) -> Iterator[Statement]:
        """What the run itself does: tags, messages, stops and programs."""
        return iter(())

    tag_database = tell = stop = run_program = _no_sql


def _unknown_shape(table: Name, purpose: str) -> InputError:
    return InputError(
        Problem(
            code="DDL-002",
            what=f"{purpose} needs to know how table {table} looks, which is not known here",
            why="the statements depend on the columns and constraints the table has now",
            fix="run `update` on the database instead of generating SQL, or write the statements as a `sql` change",
        )
    )


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
