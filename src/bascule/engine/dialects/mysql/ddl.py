"""MySQL's peculiarities of DDL: one ALTER TABLE for all columns, remarks inline, a column is always told its whole type."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.dialects.mysql import whole
from bascule.engine.schema import Column, Name, Table
from bascule.engine.sql.statement import Statement


class MySqlDdl(Ddl):
    """MySQL and, through `mariadb/ddl.py`, MariaDB."""

    drops_with_cascade = False
    foreign_keys_need_indexes = True
    number = staticmethod(Decimal)
    one_row = " FROM DUAL"
    replacing = ""

    def column(self, column: Column, at: RenderContext, *, typed_default: bool = True) -> str:
        definition = super().column(column, at, typed_default=typed_default)
        return f"{definition} COMMENT {values.text_literal(column.remarks, self.traits)}" if column.remarks else definition

    def auto_increment(self, column: Column) -> str:
        return "AUTO_INCREMENT"

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        start = next((column.start_with for column in op.columns if column.auto_increment and column.start_with is not None), None)
        options = f" AUTO_INCREMENT={start}" if start is not None else ""
        return f"{options} COMMENT={values.text_literal(op.remarks, self.traits)}" if op.remarks else options

    def table_comments(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        return iter(())

    def rename_table(self, op: ops.RenameTable, at: RenderContext) -> Iterator[Statement]:
        target = self.name(Name(op.to, op.table.schema, op.table.catalog), at)
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} RENAME {target}", expects=self.expect("table", op.to, schema=op.table.schema)
        )

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        added = ", ".join(f"ADD {self.added_column(column, at)}{self.position(column, at)}" for column in op.columns)
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} {added}", expects=self.expect("column", op.columns[-1].name, table=op.table)
        )
        for column in op.columns:
            yield from self.after_adding(op.table, column, at)
        yield from self.fill(op.table, op.columns, at)

    def position(self, column: Column, at: RenderContext) -> str:
        return f" AFTER {self.identifier(column.after, at)}" if column.after else ""

    def after_adding(self, table: Name, column: Column, at: RenderContext) -> Iterator[Statement]:
        if column.unique:
            yield from self.add_unique(ops.AddUnique(table, (column.name,), column.unique_name), at)
        yield from super().after_adding(table, _bare(column), at)

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        """A foreign key on a column must go first, where others let it go along."""
        table = self.known_shape(op.table, at, "dropColumn")
        for key in table.foreign_keys if table is not None else ():
            if key.name and any(column in op.columns for column in key.columns):
                yield from self.drop_foreign_key(ops.DropForeignKey(op.table, key.name), at)
        if len(op.columns) == 1:
            yield from super().drop_columns(op, at)
            return
        for column in op.defaults:
            yield from self.drop_default(ops.DropDefault(op.table, column), at)
        dropped = ", ".join(f"DROP {self.identifier(column, at)}" for column in op.columns)
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} {dropped}", expects=self.expect("column", op.columns[-1], table=op.table, exists=False)
        )

    def rename_column(self, op: ops.RenameColumn, at: RenderContext) -> Iterator[Statement]:
        target = f"{self.identifier(op.to, at)} {self.type(self._told(op.type, op.column), at)}"
        remarks = f" COMMENT {values.text_literal(op.remarks, self.traits)}" if op.remarks else ""
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} CHANGE {self.identifier(op.column, at)} {target}{remarks}",
            expects=self.expect("column", op.to, table=op.table),
        )

    def concatenated(self, op: ops.MergeColumns, at: RenderContext) -> str:
        between = values.text_literal(op.joined_by, self.traits)
        return f"CONCAT_WS({between}, {self.identifier(op.first, at)}, {self.identifier(op.second, at)})"

    def redefined(self, table: Name, wanted: Column, actual: Column) -> list[str] | None:
        return list(whole.redefine(wanted, actual, table.name))

    def whole_column(self, table: Name, column: Column) -> str | None:
        return None if whole.says(column, self.types) else f"ALTER TABLE {whole.quoted(table.name)} ADD {whole.column(column)}"

    def whole_table(self, table: Table) -> str | None:
        return whole.create_table(table) if whole.needs_whole(table, self.types) else None

    def of_own_schema(self, begun: str, ending: str) -> str:
        return f"{begun.removesuffix('SCHEMA ')}*{ending}"

    def columns_altered(self, wanted: Table, actual: Table) -> str | None:
        return whole.alter_versioned(wanted, actual)

    def table_altered(self, wanted: Table, actual: Table) -> Iterator[str]:
        return whole.alter_table(wanted, actual)

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, op.type, at)

    def alter_nullability(self, table: Name, column: str, column_type: str | None, at: RenderContext, *, nullable: bool) -> Statement:
        return self._modify(table, column, self._told(column_type, column), at, " NULL" if nullable else " NOT NULL")

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        yield self._modify(op.table, op.column, self._told(op.type, op.column), at, " AUTO_INCREMENT")
        if op.start_with is not None:
            yield Statement(f"ALTER TABLE {self.name(op.table, at)} AUTO_INCREMENT={op.start_with}")

    def set_table_remarks(self, op: ops.SetTableRemarks, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} COMMENT = {values.text_literal(op.remarks, self.traits)}")

    def set_column_remarks(self, op: ops.SetColumnRemarks, at: RenderContext) -> Iterator[Statement]:
        target = self.type(self._told(op.type, op.column), at)
        column = f"{self.identifier(op.column, at)} {target} COMMENT {values.text_literal(op.remarks, self.traits)}"
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} MODIFY COLUMN {column}")

    def _modify(self, table: Name, column: str, column_type: str, at: RenderContext, rest: str = "") -> Statement:
        return Statement(f"ALTER TABLE {self.name(table, at)} MODIFY {self.identifier(column, at)} {self.type(column_type, at)}{rest}")

    def _told(self, column_type: str | None, column: str) -> str:
        if column_type is None:
            raise self.untold(column)
        return column_type

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        value = self.default(op.default, None, at)
        shown = f"({value})" if op.default.kind == "computed" else value
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER {self.identifier(op.column, at)} SET DEFAULT {shown}")

    def drop_default(self, op: ops.DropDefault, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER {self.identifier(op.column, at)} DROP DEFAULT")

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        if op.table is None:
            raise self.refuse(f"dropIndex {op.index} does not name its table", fix="give tableName")
        yield Statement(
            f"DROP INDEX {self.identifier(op.index, at)} ON {self.name(op.table, at)}",
            expects=self.expect("index", op.index, table=op.table, exists=False),
        )

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        """Every primary key is called PRIMARY."""
        return super().add_primary_key(ops.AddPrimaryKey(op.table, op.columns), at)

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} DROP PRIMARY KEY")

    def drop_foreign_key(self, op: ops.DropForeignKey, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} DROP FOREIGN KEY {self.identifier(op.constraint, at)}",
            expects=self.expect("constraint", op.constraint, table=op.table, exists=False),
        )
        known = self.known_shape(op.table, at, "dropForeignKeyConstraint") if op.index_on else None
        if known is not None and any(index.name == op.constraint and not index.unique for index in known.indexes):
            yield from self._drop_generated_index(op, at)

    def _drop_generated_index(self, op: ops.DropForeignKey, at: RenderContext) -> Iterator[Statement]:
        """The server makes an index for a key that has none, and lets it stay. An explicit one on the same columns takes the place of such
        an index, never that of one which somebody made: so one comes and goes."""
        table, stand_in = self.name(op.table, at), f"{op.constraint[:50]}_stand_in"
        name = self.identifier(stand_in, at)
        yield Statement(
            f"ALTER TABLE {table} ADD INDEX {name} ({self.identifiers(op.index_on, at)})",
            expects=self.expect("index", stand_in, table=op.table),
        )
        yield Statement(f"ALTER TABLE {table} DROP INDEX {name}", expects=self.expect("index", stand_in, table=op.table, exists=False))

    def drop_unique(self, op: ops.DropUnique, at: RenderContext) -> Iterator[Statement]:
        constraint = op.constraint or self.unique_name(op.table, op.columns)
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} DROP KEY {self.identifier(constraint, at)}",
            expects=self.expect("constraint", constraint, table=op.table, exists=False),
        )

    def unique_name(self, table: Name, columns: Sequence[str]) -> str:
        """An index without a name is called after its first column."""
        return columns[0] if columns else super().unique_name(table, columns)

    def check_state(self, op: ops.AddCheck) -> str:
        return " NOT ENFORCED" if op.disabled else ""

    def drop_check(self, op: ops.DropCheck, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} DROP CHECK {self.identifier(op.constraint, at)}",
            expects=self.expect("constraint", op.constraint, table=op.table, exists=False),
        )

    def enable_check(self, op: ops.EnableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "ALTER CHECK {} ENFORCED", at)

    def disable_check(self, op: ops.DisableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "ALTER CHECK {} NOT ENFORCED", at)

    def rename_view(self, op: ops.RenameView, at: RenderContext) -> Iterator[Statement]:
        target = Name(op.to, op.view.schema, op.view.catalog)
        yield Statement(f"RENAME TABLE {self.name(op.view, at)} TO {self.name(target, at)}", expects=self.expect("view", op.to))


def _bare(column: Column) -> Column:
    """The column less what its definition and the caller have already seen to."""
    return Column(
        name=column.name,
        type=column.type,
        references=column.references,
        foreign_key_name=column.foreign_key_name,
        delete_cascade=column.delete_cascade,
    )
