"""SQL Server's peculiarities of DDL: defaults are named constraints, remarks extended properties, renaming a procedure call."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name, Value
from bascule.engine.sql.statement import Statement


class MsSqlDdl(Ddl):
    """SQL Server 2012 and later."""

    creates_if_absent = False
    drops_with_cascade = False
    selects_into = True
    replacing = "OR ALTER"

    def literal(self, value: Value | None, at: RenderContext) -> str:
        """A string of more than ASCII is a national one, or the server's code page spoils it."""
        text = super().literal(value, at)
        return f"N{text}" if text.startswith("'") and not text.isascii() else text

    def auto_increment(self, column: Column) -> str:
        return f"IDENTITY ({column.start_with or 1}, {column.increment_by or 1})"

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        columns = tuple(_with_named_default(op.table, column) for column in op.columns)
        return super().create_table(msgspec.structs.replace(op, columns=columns), at)

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        return self.tablespace(op.tablespace)

    def tablespace(self, tablespace: str | None) -> str:
        return f" ON {tablespace}" if tablespace else ""

    def index_tablespace(self, tablespace: str | None) -> str:
        return self.tablespace(tablespace)

    def default_clause(self, column: Column, value: Value, at: RenderContext, *, typed: bool) -> str:
        clause = super().default_clause(column, value, at, typed=typed)
        return f"CONSTRAINT {self.identifier(column.default_constraint_name, at)} {clause}" if column.default_constraint_name else clause

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        yield self._rename("table", op.table, self.name(op.table, at), op.to)

    def rename_view(self, op: ops.RenameView, at: RenderContext) -> Iterator[Statement]:
        yield self._rename("view", op.view, self.name(op.view, at), op.to)

    def rename_sequence(self, op: ops.RenameSequence, at: RenderContext) -> Iterator[Statement]:
        yield self._rename("sequence", op.sequence, self.name(op.sequence, at), op.to)

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        old = values.string(f"{self.name(op.table, at)}.{self.identifier(op.column, at)}")
        yield Statement(f"exec sp_rename {old}, {values.string(op.to)}, 'COLUMN'", expects=self.expect("column", op.to, table=op.table))
        if op.remarks:
            yield from self.set_column_remarks(ops.SetColumnRemarks(op.table, op.to, op.remarks, op.type), at)

    def _rename(self, kind: str, name: Name, shown: str, to: str) -> Statement:
        text = f"exec sp_rename {values.string(shown)}, {values.string(to)}"
        return Statement(text, expects=self.expect(kind, to, schema=name.schema))

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        columns = tuple(_with_named_default(op.table, column) for column in op.columns)
        return super().add_columns(ops.AddColumns(op.table, columns), at)

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        """The default of a column must go first."""
        return super().drop_columns(ops.DropColumns(op.table, op.columns, defaults=op.columns), at)

    def concatenated(self, op: ops.MergeColumns, at: RenderContext) -> str:
        return f"{self.identifier(op.first, at)} + {values.string(op.joined_by)} + {self.identifier(op.second, at)}"

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        if column_type is None:
            raise self.untold(column)
        target = f"{self.identifier(column, at)} {self.type(column_type, at)} {'NULL' if nullable else 'NOT NULL'}"
        return Statement(f"ALTER TABLE {self.name(table, at)} ALTER COLUMN {target}")

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        constraint = self.identifier(op.constraint or _default_name(op.table, op.column), at)
        default = f"DEFAULT {self.default(op.default, None, at)} FOR {self.identifier(op.column, at)}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ADD CONSTRAINT {constraint} {default}")

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        """The server is asked what the constraint is called."""
        table, column = self.name(op.table, at), op.column.replace("'", "''")
        quoted = table.replace("'", "''")
        yield Statement(
            "DECLARE @sql [nvarchar](MAX)\n"
            f"SELECT @sql = N'ALTER TABLE {quoted} DROP CONSTRAINT ' + QUOTENAME([df].[name]) FROM [sys].[columns] AS [c] "
            "INNER JOIN [sys].[default_constraints] AS [df] ON [df].[object_id] = [c].[default_object_id] "
            f"WHERE [c].[object_id] = OBJECT_ID(N'{quoted}') AND [c].[name] = N'{column}'\n"
            "EXEC sp_executesql @sql"
        )

    def create_index(self, op: ops.CreateIndex, at: RenderContext) -> Iterator[Statement]:
        kind = "CLUSTERED" if op.clustered else "NONCLUSTERED"
        for statement in super().create_index(op, at):
            yield msgspec.structs.replace(statement, text=statement.text.replace("INDEX ", f"{kind} INDEX ", 1))

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        for statement in super().add_primary_key(op, at):
            yield _clustered(statement, "PRIMARY KEY", op.clustered)

    def add_unique(self, op: ops.AddUnique, at: RenderContext) -> Iterator[Statement]:
        for statement in super().add_unique(op, at):
            yield _clustered(statement, "UNIQUE", op.clustered)

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        """Without a name the server is asked for it."""
        if op.constraint is not None:
            yield from super().drop_primary_key(op, at)
            return
        quoted = self.name(op.table, at).replace("'", "''")
        yield Statement(
            "DECLARE @sql [nvarchar](MAX)\n"
            f"SELECT @sql = N'ALTER TABLE {quoted} DROP CONSTRAINT ' + QUOTENAME([kc].[name]) FROM [sys].[key_constraints] AS [kc] "
            f"WHERE [kc].[parent_object_id] = OBJECT_ID(N'{quoted}') AND [kc].[type] = 'PK'\n"
            "EXEC sp_executesql @sql"
        )

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        if op.table is None:
            raise self.refuse(f"dropIndex {op.index} does not name its table", fix="give tableName")
        yield Statement(
            f"DROP INDEX {self.identifier(op.index, at)} ON {self.name(op.table, at)}",
            expects=self.expect("index", op.index, table=op.table, exists=False),
        )

    def add_foreign_key(self, op: ops.AddForeignKey, at: RenderContext) -> Iterator[Statement]:
        """There is no RESTRICT: it is what happens when nothing is said."""
        return super().add_foreign_key(msgspec.structs.replace(op, key=self.without_action(op.key, "RESTRICT")), at)

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        """There is ALTER for a view that is there, and no OR REPLACE before 2016."""
        if not op.replace or op.full_definition:
            yield from super().create_view(op, at)
            return
        view = self.name(op.view, at)
        quoted, body = view.replace("'", "''"), op.query.replace("'", "''")
        yield Statement(f"IF OBJECT_ID(N'{quoted}', N'V') IS NULL EXEC (N'CREATE VIEW {quoted} AS SELECT 1 AS [x]')")
        yield Statement(f"EXEC (N'ALTER VIEW {quoted} AS {body}')", expects=self.expect("view", op.view.name, schema=op.view.schema))

    def create_procedure(self, op: ops.CreateProcedure, at: RenderContext) -> Iterator[Statement]:
        yield self.creation(op.text, "procedure", op.name or Name(""), replace=op.replace)

    def add_check(self, op: ops.AddCheck, at: RenderContext) -> Iterator[Statement]:
        for statement in super().add_check(op, at):
            text = statement.text if op.validate else statement.text.replace(" ADD ", " WITH NOCHECK ADD ", 1)
            yield msgspec.structs.replace(statement, text=text)
        if op.disabled and op.constraint:
            yield from self.disable_check(ops.DisableCheck(op.table, op.constraint), at)

    def enable_check(self, op: ops.EnableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "CHECK CONSTRAINT {}", at)

    def disable_check(self, op: ops.DisableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "NOCHECK CONSTRAINT {}", at)

    def drop_trigger(self, op: ops.DropTrigger, at: RenderContext) -> Iterator[Statement]:
        for statement in super().drop_trigger(op, at):
            yield msgspec.structs.replace(statement, text=f"{statement.text} ON {op.scope}") if op.scope else statement

    def switched_trigger(self, word: str, op: ops.EnableTrigger | ops.DisableTrigger, at: RenderContext) -> Statement:
        place = op.scope or self.table_of_trigger(op.trigger, op.table, at)
        return Statement(f"{word} TRIGGER {self.name(op.trigger, at)} ON {place}")

    def create_synonym(self, op: ops.CreateSynonym, at: RenderContext) -> Iterator[Statement]:
        if op.replace:
            yield Statement(f"DROP SYNONYM IF EXISTS {self.name(op.synonym, at)}")
        yield from super().create_synonym(msgspec.structs.replace(op, replace=False, private=None), at)

    def drop_synonym(self, op: ops.DropSynonym, at: RenderContext) -> Iterator[Statement]:
        return super().drop_synonym(msgspec.structs.replace(op, private=None), at)

    def set_table_remarks(self, op: ops.SetTableRemarks, at: RenderContext) -> Iterator[Statement]:
        yield self._described(op.table, "0", op.remarks, "", at)

    def set_view_remarks(self, view: Name, remarks: str, at: RenderContext) -> Iterator[Statement]:
        yield self._described(view, "0", remarks, "", at, kind="VIEW")

    def set_column_remarks(self, op: ops.SetColumnRemarks, at: RenderContext) -> Iterator[Statement]:
        name, table = op.column.replace("'", "''"), _object(op.table, at)
        minor = f"( SELECT column_id FROM sys.columns WHERE name = '{name}' AND object_id = OBJECT_ID('{table}'))"
        yield self._described(op.table, minor, op.remarks, f" , @level2type = N'COLUMN' , @level2name = N'{name}'", at)

    def _described(self, table: Name, minor: str, remarks: str, level: str, at: RenderContext, kind: str = "TABLE") -> Statement:
        """The extended property MS_Description, made or changed."""
        schema, text = table.schema or at.default_schema or _SCHEMA, remarks.replace("'", "''")
        value = f"@name = N'MS_Description' , @value = N'{text}'"
        place = f"@level0type = N'SCHEMA' , @level0name = N'{schema}' , @level1type = N'{kind}' , @level1name = N'{table.name}'{level}"
        known = f"major_id = OBJECT_ID('{_object(table, at)}') AND name = N'MS_DESCRIPTION' AND minor_id = {minor}"
        return Statement(
            f"IF EXISTS(  SELECT extended_properties.value FROM sys.extended_properties WHERE {known} ) "
            f"BEGIN  EXEC sys.sp_updateextendedproperty {value} , {place} END  "
            f"ELSE  BEGIN  EXEC sys.sp_addextendedproperty {value} , {place} END"
        )


_SCHEMA = "dbo"


def _object(table: Name, at: RenderContext) -> str:
    return f"{table.schema or at.default_schema or _SCHEMA}.{table.name}".replace("'", "''")


def _clustered(statement: Statement, kind: str, clustered: bool | None) -> Statement:
    """Whether the table's rows lie in the order of that key, where it was said."""
    if clustered is None:
        return statement
    word = "CLUSTERED" if clustered else "NONCLUSTERED"
    return msgspec.structs.replace(statement, text=statement.text.replace(f" {kind} (", f" {kind} {word} (", 1))


def _default_name(table: Name, column: str) -> str:
    return f"DF_{table.name}_{column}"


def _with_named_default(table: Name, column: Column) -> Column:
    if column.default is None or column.default_constraint_name is not None:
        return column
    return msgspec.structs.replace(column, default_constraint_name=_default_name(table, column.name))
