"""Statements about indexes and constraints."""

from collections.abc import Iterator, Sequence

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.words import Words
from bascule.engine.schema import Column, ForeignKey, Name
from bascule.engine.sql.statement import Statement


class ConstraintWords(Words):
    """Indexes, keys, unique constraints, checks."""

    brings_indexes: tuple[str, ...] = ("primaryKey", "foreignKey", "uniqueConstraint")
    """Constraints for which the server makes an index itself, in the words of `associatedWith`."""
    foreign_keys_need_indexes = False
    """Whether a foreign key stands on an index of its own table, which cannot go before it."""
    defers_uniques = False
    """Whether a unique constraint may wait for COMMIT."""
    index_has_schema = False
    """Whether a new index is named with its table's schema, where it lies anyway."""

    def primary_key_name(self, table: Name) -> str:
        """What a primary key is called that its author did not name."""
        return f"PK_{table.name.upper()}"

    def index_tablespace(self, tablespace: str | None) -> str:
        return ""

    def create_index(self, op: ops.CreateIndex, at: RenderContext) -> Iterator[Statement]:
        """Nothing for an index that a constraint brings along anyway (`associatedWith`)."""
        if op.associated_with and any(word in op.associated_with for word in self.brings_indexes):
            return
        unique = "UNIQUE " if op.unique else ""
        named = f"{self.index_name(op.index, op.table, at)} " if op.index else ""
        columns = ", ".join(self.indexed(column, at) for column in op.columns)
        yield Statement(
            f"CREATE {unique}INDEX {named}ON {self.name(op.table, at)}{self.access_method(op)}({columns}){self.tablespace(op.tablespace)}",
            expects=self.expect("index", op.index, table=op.table) if op.index else None,
        )

    def access_method(self, op: ops.CreateIndex) -> str:
        return ""

    def index_name(self, index: str, table: Name, at: RenderContext) -> str:
        return self.name(Name(index, table.schema, table.catalog), at) if self.index_has_schema else self.identifier(index, at)

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
            f"ALTER TABLE {self.name(op.table, at)} ADD {named}PRIMARY KEY {columns}{self.primary_key_options(op, at)}",
            expects=self.expect("primary key", op.constraint or self.primary_key_name(op.table), table=op.table),
        )

    def primary_key_options(self, op: ops.AddPrimaryKey, at: RenderContext) -> str:
        return self.index_tablespace(op.tablespace)

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

    def without_action(self, key: ForeignKey, action: str) -> ForeignKey:
        """The key less an action that has no word here: it is what happens when nothing is said."""
        on_update, on_delete = (None if written == action else written for written in (key.on_update, key.on_delete))
        return msgspec.structs.replace(key, on_update=on_update, on_delete=on_delete)

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
            text + self.unique_options(op, at),
            expects=self.expect("constraint", op.constraint, table=op.table) if op.constraint else None,
        )

    def unique_options(self, op: ops.AddUnique, at: RenderContext) -> str:
        deferral = self.deferral(op.deferrable, op.initially_deferred) if self.defers_uniques else ""
        return deferral + self.index_tablespace(op.tablespace)

    def drop_unique(self, op: ops.DropUnique, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint or self.unique_name(op.table, op.columns), at)

    def unique_name(self, table: Name, columns: Sequence[str]) -> str:
        """What the server calls a unique constraint that its author did not name."""
        raise self.refuse(f"the unique constraint of {table} has no name", fix="give addUniqueConstraint a constraintName")

    def add_check(self, op: ops.AddCheck, at: RenderContext) -> Iterator[Statement]:
        named = f"CONSTRAINT {self.identifier(op.constraint, at)} " if op.constraint else ""
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} ADD {named}CHECK ({op.expression}){self.check_state(op)}",
            expects=self.expect("constraint", op.constraint, table=op.table) if op.constraint else None,
        )

    def check_state(self, op: ops.AddCheck) -> str:
        """What says that existing rows need not meet it, or new ones neither."""
        return "" if op.validate else self.unvalidated()

    def drop_check(self, op: ops.DropCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.without_constraint(op.table, op.constraint, at)

    def enable_check(self, op: ops.EnableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "ENABLE CONSTRAINT {}", at)

    def disable_check(self, op: ops.DisableCheck, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_check(op, "DISABLE CONSTRAINT {}", at)

    def switched_check(self, op: ops.EnableCheck | ops.DisableCheck, words: str, at: RenderContext) -> Statement:
        return Statement(f"ALTER TABLE {self.name(op.table, at)} {words.format(self.identifier(op.constraint, at))}")
