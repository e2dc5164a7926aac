"""PostgreSQL's peculiarities of DDL."""

# ruff: noqa: S608 - writing SQL is what this module is for; names and literals are quoted by `names` and `values`

import re
from collections.abc import Iterator, Sequence

import msgspec

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl import Ddl
from bascule.engine.dialects.postgresql import whole
from bascule.engine.schema import Column, Name, Table
from bascule.engine.sql.statement import Statement

_OUTSIDE_TRANSACTIONS = re.compile(
    r"""(?:\s+|--[^\n]*|/\*(?s:.*?)\*/)*(?:
        (?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY
      | REINDEX\b.*\bCONCURRENTLY
      | ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY
      | (?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)
      | ALTER\s+SYSTEM
      | VACUUM
    )\b""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


class PostgreSqlDdl(Ddl):
    """Sequences behind counting columns, USING casts, constraint names of its own making."""

    defers_uniques = True

    def primary_key_name(self, table: Name) -> str:
        return f"{table.name}_pkey"

    def unique_name(self, table: Name, columns: Sequence[str]) -> str:
        if not columns:
            return super().unique_name(table, columns)
        return f"{'_'.join([table.name, *columns])}_key"

    def access_method(self, op: ops.CreateIndex) -> str:
        return f" USING {op.using} " if op.using else ""

    def index_tablespace(self, tablespace: str | None) -> str:
        return f" USING INDEX TABLESPACE {tablespace}" if tablespace else ""

    def tablespace(self, tablespace: str | None) -> str:
        return f" TABLESPACE {tablespace}" if tablespace else ""

    def table_options(self, op: ops.CreateTable, at: RenderContext) -> str:
        partitions = f" PARTITION BY {op.partition_by}" if op.partition_by else ""
        return f"{partitions}{self.tablespace(op.tablespace)}"

    def modify_data_type(self, op: ops.ModifyDataType, at: RenderContext) -> Iterator[Statement]:
        column, target = self.identifier(op.column, at), self.type(op.type, at)
        yield Statement(f"ALTER TABLE {self.name(op.table, at)} ALTER COLUMN {column} TYPE {target} USING ({column}::{target})")

    def add_primary_key(self, op: ops.AddPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        if op.for_index is None:
            yield from super().add_primary_key(op, at)
        else:
            yield self._from_index(op.table, op.constraint, "PRIMARY KEY", op.for_index, at)
        if op.clustered:
            yield self._clustered(op.table, op.constraint or self.primary_key_name(op.table), at)

    def create_index(self, op: ops.CreateIndex, at: RenderContext) -> Iterator[Statement]:
        yield from super().create_index(op, at)
        if op.clustered and op.index:
            yield self._clustered(op.table, op.index, at)

    def _clustered(self, table: Name, index: str, at: RenderContext) -> Statement:
        """The rows as they are now in the order of that index."""
        return Statement(f"CLUSTER {self.name(table, at)} USING {self.identifier(index, at)}")

    def add_unique(self, op: ops.AddUnique, at: RenderContext) -> Iterator[Statement]:
        if op.for_index is None:
            yield from super().add_unique(op, at)
            return
        yield self._from_index(op.table, op.constraint, "UNIQUE", op.for_index, at)

    def _from_index(self, table: Name, constraint: str | None, kind: str, index: Name, at: RenderContext) -> Statement:
        named = f"CONSTRAINT {self.identifier(constraint, at)} " if constraint else ""
        expected = self.expect("constraint", constraint, table=table) if constraint else None
        text = f"ALTER TABLE {self.name(table, at)} ADD {named}{kind} USING INDEX {self.identifier(index.name, at)}"
        return Statement(text, expects=expected)

    def drop_primary_key(self, op: ops.DropPrimaryKey, at: RenderContext) -> Iterator[Statement]:
        """Without a name the server is asked for it, as Liquibase does."""
        if op.constraint is not None:
            yield from super().drop_primary_key(op, at)
            return
        table, schema = self.name(op.table, at), op.table.schema or at.default_schema
        in_schema = f" AND TABLE_SCHEMA = '{schema}'" if schema else ""
        yield Statement(
            "DO $$ DECLARE constraint_name varchar;\n"
            "BEGIN\n"
            "  SELECT tc.CONSTRAINT_NAME into strict constraint_name\n"
            "    FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS tc\n"
            "    WHERE CONSTRAINT_TYPE = 'PRIMARY KEY'\n"
            f"      AND TABLE_NAME = '{self._stored(op.table.name)}'{in_schema};\n"
            f"    EXECUTE 'alter table {table} drop constraint \"' || constraint_name || '\"';\n"
            "END $$"
        )

    def _stored(self, name: str) -> str:
        """The name as the catalog has it: what is not quoted was folded."""
        return (name.lower() if name.isupper() else name).replace("'", "''")

    def unvalidated(self) -> str:
        return " NOT VALID"

    def add_auto_increment(self, op: ops.AddAutoIncrement, at: RenderContext) -> Iterator[Statement]:
        table, column = self.name(op.table, at), self.identifier(op.column, at)
        sequence = Name(f"{op.table.name}_{op.column}_seq", op.table.schema, op.table.catalog)
        yield from self.create_sequence(ops.CreateSequence(sequence, start=op.start_with, increment=op.increment_by), at)
        yield from self.add_not_null(ops.AddNotNull(op.table, op.column), at)
        yield Statement(f"ALTER TABLE {table} ALTER COLUMN  {column} SET DEFAULT nextval('{self.name(sequence, at)}')")
        yield Statement(f"ALTER SEQUENCE {self.name(sequence, at)} OWNED BY {table}.{column}")

    def add_default(self, op: ops.AddDefault, at: RenderContext) -> Iterator[Statement]:
        """A sequence that gives a column its default goes when the column goes."""
        yield from super().add_default(op, at)
        if op.default.kind == "sequence_next":
            schema, _, name = (op.default.text or "").rpartition(".")
            sequence = Name(name, schema or op.table.schema, op.table.catalog)
            yield Statement(f"ALTER SEQUENCE {self.name(sequence, at)} OWNED BY {self.name(op.table, at)}.{self.identifier(op.column, at)}")

    def sequence_options(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        """CACHE 0 stands for the server's own choice; PostgreSQL would refuse it."""
        return (option for option in super().sequence_options(op) if option != self.no_cache)

    def create_sequence(self, op: ops.CreateSequence, at: RenderContext) -> Iterator[Statement]:
        for statement in super().create_sequence(op, at):
            text = statement.text.replace("CREATE SEQUENCE ", "CREATE SEQUENCE  IF NOT EXISTS ", 1)
            yield Statement(text, expects=statement.expects)

    def drop_sequence(self, op: ops.DropSequence, at: RenderContext) -> Iterator[Statement]:
        for statement in super().drop_sequence(op, at):
            yield Statement(f"{statement.text} CASCADE", expects=statement.expects)

    def set_view_remarks(self, view: Name, remarks: str, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"COMMENT ON VIEW {self.name(view, at)} IS {values.string(remarks)}")

    def create_trigger(self, op: ops.CreateTrigger, at: RenderContext) -> Iterator[Statement]:
        """OR REPLACE came with version 14."""
        if op.replace and at.server_version and at.server_version < (14,):
            yield from self.drop_trigger(ops.DropTrigger(op.trigger, op.table, if_exists=True), at)
            op = msgspec.structs.replace(op, replace=False)
        yield from super().create_trigger(op, at)

    def drop_trigger(self, op: ops.DropTrigger, at: RenderContext) -> Iterator[Statement]:
        exists = "IF EXISTS " if op.if_exists else ""
        table = self.table_of_trigger(op.trigger, op.table, at)
        yield Statement(
            f"DROP TRIGGER {exists}{self.identifier(op.trigger.name, at)} ON {table}",
            expects=self.expect("trigger", op.trigger.name, table=op.table, exists=False),
        )

    def switched_trigger(self, word: str, op: ops.EnableTrigger | ops.DisableTrigger, at: RenderContext) -> Statement:
        table = self.table_of_trigger(op.trigger, op.table, at)
        return Statement(f"ALTER TABLE {table} {word} TRIGGER {self.identifier(op.trigger.name, at)}")

    def rename_trigger(self, op: ops.RenameTrigger, at: RenderContext) -> Iterator[Statement]:
        table = self.table_of_trigger(op.trigger, op.table, at)
        yield Statement(
            f"ALTER TRIGGER {self.identifier(op.trigger.name, at)} ON {table} RENAME TO {self.identifier(op.to, at)}",
            expects=self.expect("trigger", op.to, table=op.table),
        )

    whole_says_all = False
    alters_generated = False
    alters_partitions = False
    overloads = True
    triggers_by_table = True

    def grantee(self, name: str) -> str:
        return name if name == "PUBLIC" else whole.quoted(name)

    def of_own_schema(self, begun: str, ending: str) -> str:
        """COMMENT and GRANT want a name: the server fills it in."""
        text = values.string(f"{begun}%I{ending}".replace("%", "%%").replace("%%I", "%I", 1))
        return f"DO $own$ BEGIN EXECUTE format({text}, current_schema()); END $own$"

    def whole_table(self, table: Table) -> str | None:
        return whole.create_table(table) if whole.needs_whole(table) else None

    def table_altered(self, wanted: Table, actual: Table) -> Iterator[str]:
        return whole.alter_table(wanted, actual)

    def table_left(self, wanted: Table, actual: Table) -> Iterator[str]:
        return whole.leave_tables(wanted, actual)

    def table_joined(self, wanted: Table, actual: Table) -> Iterator[str]:
        return whole.join_tables(wanted, actual)

    def whole_column(self, table: Name, column: Column) -> str | None:
        return f"ALTER TABLE {whole.quoted(table.name)} ADD COLUMN {whole.column(column)}" if column.attributes else None

    def redefined(self, table: Name, wanted: Column, actual: Column) -> list[str] | None:
        plain = wanted.attributes == actual.attributes and whole.has_cast(actual.type or "", wanted.type or "")
        return None if plain else whole.redefine(table, wanted, actual)

    def is_transactional(self, text: str) -> bool:
        return _OUTSIDE_TRANSACTIONS.match(text) is None
