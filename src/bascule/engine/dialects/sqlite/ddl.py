"""SQLite's peculiarities of DDL: native ALTER TABLE where it has one, else the table is built anew."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

from collections.abc import Callable, Iterator

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.schema import Column, Name, PrimaryKey, Table, Unique
from bascule.engine.sql.statement import Statement


class SqliteDdl(Ddl):
    """What ALTER TABLE cannot do needs the table's shape (`RenderContext.shape`)."""

    def column(self, column: Column, at: RenderContext, *, typed_default: bool = True) -> str:
        """A counting column is the rowid: it carries its primary key itself."""
        if not (self.is_auto_increment(column) and column.primary_key):
            return super().column(msgspec.structs.replace(column, auto_increment=False), at, typed_default=typed_default)
        constraint = f"CONSTRAINT {self.identifier(column.primary_key_name, at)} " if column.primary_key_name else ""
        return f"{self.identifier(column.name, at)} INTEGER {constraint}PRIMARY KEY AUTOINCREMENT NOT NULL"

    def create_table(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        key_name = self.primary_key_name(op.table)
        named = tuple(
            msgspec.structs.replace(column, primary_key_name=column.primary_key_name or key_name) if self._is_rowid(column) else column
            for column in op.columns
        )
        return super().create_table(msgspec.structs.replace(op, columns=named), at)

    def table_constraints(self, op: ops.CreateTable, at: RenderContext) -> Iterator[str]:
        columns = tuple(msgspec.structs.replace(column, primary_key=False) if self._is_rowid(column) else column for column in op.columns)
        return super().table_constraints(msgspec.structs.replace(op, columns=columns), at)

    def _is_rowid(self, column: Column) -> bool:
        return column.primary_key and self.is_auto_increment(column)

    def table_comments(self, op: ops.CreateTable, at: RenderContext) -> Iterator[Statement]:
        """Remarks have no place in SQLite's catalog."""
        return iter(())

    def drop_table(self, op: ops.DropTable, at: RenderContext) -> Iterator[Statement]:
        return super().drop_table(ops.DropTable(op.table, if_exists=op.if_exists), at)

    def truncate_table(self, op: ops.TruncateTable, at: RenderContext) -> Iterator[Statement]:
        return self.delete_rows(ops.DeleteRows(op.table), at)

    def add_columns(self, op: ops.AddColumns, at: RenderContext) -> Iterator[Statement]:
        """ALTER TABLE cannot add a key or a unique column."""
        if any(column.primary_key or column.unique for column in op.columns):
            yield from self._rebuild(op.table, at, "addColumn", lambda table: _with_columns(table, op.columns))
            yield from self.fill(op.table, op.columns, at)
            return
        yield from super().add_columns(op, at)

    def added_column(self, column: Column, at: RenderContext) -> str:
        definition = super().added_column(column, at)
        if column.references is None:
            return definition
        named = f" CONSTRAINT {self.identifier(column.foreign_key_name, at)}" if column.foreign_key_name else ""
        far = f"{self.name(column.references.table, at)}({self.identifiers(column.references.columns, at)})"
        return f"{definition}{named} REFERENCES {far}{' ON DELETE CASCADE' if column.delete_cascade else ''}"

    def after_adding(self, table: Name, column: Column, at: RenderContext) -> Iterator[Statement]:
        return iter(())

    def drop_columns(self, op: ops.DropColumns, at: RenderContext) -> Iterator[Statement]:
        """Natively, unless the table is known to have a key, constraint or index on one of them."""
        table = at.shape.table(op.table) if at.shape is not None else None
        if table is None or not any(_is_used(table, column) for column in op.columns):
            yield from super().drop_columns(ops.DropColumns(op.table, op.columns), at)
            return
        yield from self._rebuild(op.table, at, "dropColumn", lambda table: _without_columns(table, op.columns))

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        def changed(table: Table) -> Table:
            return _with_column(table, op.column, lambda column: msgspec.structs.replace(column, default=op.default))

        return self._rebuild(op.table, at, "addDefaultValue", changed)

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        def changed(table: Table) -> Table:
            name = (table.primary_key.name if table.primary_key else None) or self.primary_key_name(table.name)
            counting = _with_column(
                table,
                op.column,
                lambda column: msgspec.structs.replace(column, auto_increment=True, primary_key=True, primary_key_name=name),
            )
            return msgspec.structs.replace(counting, primary_key=None)

        yield from self._rebuild(op.table, at, "addAutoIncrement", changed)
        if op.start_with is not None:
            name = values.string(op.table.name)
            yield Statement(f"DELETE FROM sqlite_sequence WHERE name = {name}")
            yield Statement(f"INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {op.start_with - 1})")

    def drop_index(self, op: ops.DropIndex, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"DROP INDEX {self.identifier(op.index, at)}", expects=self.expect("index", op.index, table=op.table, exists=False))

    def create_view(self, op: ops.CreateView, at: RenderContext) -> Iterator[Statement]:
        """There is no OR REPLACE: the old view goes first."""
        if op.replace and not op.full_definition:
            yield from self.drop_view(ops.DropView(op.view, if_exists=True), at)
        yield from super().create_view(msgspec.structs.replace(op, replace=False), at)

    def _rebuild(self, name: Name, at: RenderContext, purpose: str, changed: Callable[[Table], Table]) -> Iterator[Statement]:
        """The way SQLite's manual gives: create the new table, copy, drop the old one, rename, create the indexes again."""
        before = self.shape_of(name, at, purpose)
        after = changed(before)
        interim = Name(f"{name.name}_temporary")
        yield Statement(self._definition(after, interim, at))
        kept = [column.name for column in after.columns if any(old.name == column.name for old in before.columns)]
        columns = self.identifiers(kept, at)
        yield Statement(f"INSERT INTO {self.name(interim, at)} ({columns}) SELECT {columns} FROM {self.name(name, at)}")
        yield Statement(f"DROP TABLE {self.name(name, at)}")
        yield Statement(f"ALTER TABLE {self.name(interim, at)} RENAME TO {self.identifier(name.name, at)}")
        for index in after.indexes:
            yield from self.create_index(ops.CreateIndex(name, index.name, index.columns, index.unique), at)

    def _definition(self, table: Table, name: Name, at: RenderContext) -> str:
        """CREATE TABLE from the catalog's shape."""
        parts = [self.column(column, at) for column in table.columns]
        key = table.primary_key
        if key is not None and not any(self._is_rowid(column) for column in table.columns):
            key_name = self.identifier(key.name or self.primary_key_name(table.name), at)
            parts.append(f"CONSTRAINT {key_name} PRIMARY KEY ({self.identifiers(key.columns, at)})")
        for unique in table.uniques:
            named = f"CONSTRAINT {self.identifier(unique.name, at)} " if unique.name else ""
            parts.append(f"{named}UNIQUE ({self.identifiers(unique.columns, at)})")
        for foreign in table.foreign_keys:
            named = f"CONSTRAINT {self.identifier(foreign.name, at)} " if foreign.name else ""
            far = f"{self.name(foreign.references.table, at)}({self.identifiers(foreign.references.columns, at)})"
            actions = "".join(
                f" ON {verb} {action}" for verb, action in (("UPDATE", foreign.on_update), ("DELETE", foreign.on_delete)) if action
            )
            deferral = self.deferral(foreign.deferrable, foreign.initially_deferred)
            parts.append(f"{named}FOREIGN KEY ({self.identifiers(foreign.columns, at)}) REFERENCES {far}{actions}{deferral}")
        parts.extend(f"CHECK ({check})" for check in table.checks)
        return f"CREATE TABLE {self.name(name, at)} ({', '.join(parts)})"

    def column_type(self, column: Column, at: RenderContext) -> str:
        return "INTEGER" if self._is_rowid(column) else super().column_type(column, at)


def _is_used(table: Table, column: str) -> bool:
    """Whether a key, constraint or index of the table is on that column."""
    keys = [table.primary_key.columns] if table.primary_key else []
    keys.extend(unique.columns for unique in table.uniques)
    keys.extend(foreign.columns for foreign in table.foreign_keys)
    keys.extend(tuple(indexed.name for indexed in index.columns) for index in table.indexes)
    return any(column in key for key in keys)


def _with_column(table: Table, name: str, change: Callable[[Column], Column]) -> Table:
    columns = tuple(change(column) if column.name.lower() == name.lower() else column for column in table.columns)
    return msgspec.structs.replace(table, columns=columns)


def _with_columns(table: Table, added: tuple[Column, ...]) -> Table:
    uniques = tuple(Unique(columns=(column.name,), name=column.unique_name) for column in added if column.unique)
    key = tuple(column for column in added if column.primary_key)
    primary_key = PrimaryKey(columns=tuple(c.name for c in key), name=key[0].primary_key_name) if key else table.primary_key
    return msgspec.structs.replace(table, columns=table.columns + added, uniques=table.uniques + uniques, primary_key=primary_key)


def _without_columns(table: Table, dropped: tuple[str, ...]) -> Table:
    """The table less those columns and every key, constraint and index that has one of them."""

    def survives(columns: tuple[str, ...]) -> bool:
        return not any(name in dropped for name in columns)

    return msgspec.structs.replace(
        table,
        columns=tuple(column for column in table.columns if column.name not in dropped),
        primary_key=table.primary_key if table.primary_key and survives(table.primary_key.columns) else None,
        uniques=tuple(unique for unique in table.uniques if survives(unique.columns)),
        foreign_keys=tuple(foreign for foreign in table.foreign_keys if survives(foreign.columns)),
        indexes=tuple(index for index in table.indexes if survives(tuple(column.name for column in index.columns))),
    )
