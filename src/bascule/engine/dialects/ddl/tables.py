"""Statements about tables."""

from collections.abc import Iterator, Sequence

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.columns import ColumnWords
from bascule.engine.schema import Column, Name, References, Table
from bascule.engine.sql.statement import Statement


class TableWords(ColumnWords):
    """CREATE TABLE with all that belongs to it, and what becomes of the table later."""

    creates_if_absent = True
    """Whether CREATE TABLE knows IF NOT EXISTS."""
    drops_with_cascade = True
    """Whether DROP TABLE knows CASCADE."""
    selects_into = False
    """Whether a table is made of a query by SELECT … INTO instead of CREATE TABLE … AS."""
    alters_partitions = True
    """Whether `table_altered` says how rows are spread over partitions."""
    whole_says_all = True
    """Whether `whole_table` and `whole_column` say keys, checks, indexes and remarks, too."""

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        parts = [self.column(column, at) for column in op.columns]
        parts.extend(self.table_constraints(op, at))
        kind = f"{op.table_type.strip().upper()} TABLE" if op.table_type else "TABLE"
        exists = "IF NOT EXISTS " if op.if_not_exists and self.creates_if_absent else ""
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
            yield self.unique_clause(None if name.startswith("\0") else name, columns, at)

    def unique_clause(self, name: str | None, columns: Sequence[str], at: RenderContext) -> str:
        named = f"CONSTRAINT {self.identifier(name, at)} " if name else ""
        return f"{named}UNIQUE ({self.identifiers(columns, at)})"

    def primary_key_clause(self, table: Name, key: Sequence[Column], at: RenderContext) -> str:
        name = next((column.primary_key_name for column in key if column.primary_key_name), None) or self.primary_key_name(table)
        space = next((column.primary_key_tablespace for column in key if column.primary_key_tablespace), None)
        columns = self.identifiers([column.name for column in key], at)
        return f"CONSTRAINT {self.identifier(name, at)} PRIMARY KEY ({columns}){self.index_tablespace(space)}"

    def inline_foreign_key(self, column: Column, references: References, at: RenderContext) -> str:
        named = f"CONSTRAINT {self.identifier(column.foreign_key_name, at)} " if column.foreign_key_name else ""
        far = f"{self.name(references.table, at)}({self.identifiers(references.columns, at)})"
        clause = f"{named}FOREIGN KEY ({self.identifier(column.name, at)}) REFERENCES {far}"
        if column.delete_cascade:
            clause += " ON DELETE CASCADE"
        return clause + self.inline_deferral(column)

    def inline_deferral(self, column: Column) -> str:
        return (" INITIALLY DEFERRED" if column.initially_deferred else "") + (" DEFERRABLE" if column.deferrable else "")

    def table_comments(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        if op.remarks:
            yield from self.set_table_remarks(ops.SetTableRemarks(op.table, op.remarks), at)
        yield from self.remarks_of(op.table, op.columns, at)

    def drop_table(self, op: ops.DropTable, at: RenderContext) -> Iterator[Statement]:
        exists = "IF EXISTS " if op.if_exists else ""
        cascade = " CASCADE" if op.cascade and self.drops_with_cascade else ""
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

    def whole_table(self, table: Table) -> str | None:
        """The statement that makes a table where createTable has not the words for it; else None. It leaves foreign keys out."""
        return None

    def table_left(self, wanted: Table, actual: Table) -> Iterator[str]:
        """Statements that take a table from under others, before any of them changes."""
        return iter(())

    def table_joined(self, wanted: Table, actual: Table) -> Iterator[str]:
        """Statements that put a table under others, once its columns are as wanted."""
        return iter(())

    def columns_altered(self, wanted: Table, actual: Table) -> str | None:
        """The one statement that changes all columns and remarks of a table which change types alone cannot alter; else None."""
        return None

    def table_altered(self, wanted: Table, actual: Table) -> Iterator[str]:
        """Statements that change what a table as a whole is told: options, partitions."""
        return iter(())

    def create_lookup_table(self, op: ops.CreateLookupTable, at: RenderContext) -> Iterator[Statement]:
        source, column = self.identifier(op.source_column, at), self.identifier(op.column, at)
        table, rest = self.name(op.table, at), f"FROM {self.name(op.source, at)} WHERE {source} IS NOT NULL"
        chosen = f"SELECT DISTINCT {source} AS {column}"
        text = f"{chosen} INTO {table} {rest}" if self.selects_into else f"CREATE TABLE {table} AS {chosen} {rest}"
        yield Statement(text, expects=self.expect("table", op.table.name, schema=op.table.schema))
