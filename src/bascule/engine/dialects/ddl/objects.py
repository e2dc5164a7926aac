"""Statements about what is no table: sequences, views, procedures, schemas, rights, remarks."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects import values
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.words import Words
from bascule.engine.schema import Name
from bascule.engine.sql.statement import Statement


class ObjectWords(Words):
    """Sequences, views, procedures, schemas, rights, remarks."""

    caches_sequences = True
    """Whether it can be said how many numbers a sequence takes at once."""
    no_cache = "NO CACHE"
    no_cycle = "NO CYCLE"
    keeps_remarks = True
    """Whether the catalog has a place for them; where it has none they are left out."""

    overloads = False
    """Whether a routine's name may stand for several, told apart by what goes in."""
    triggers_by_table = False
    """Whether a trigger's name is its table's business."""

    def routine_dropped(self, kind: str, name: str) -> str:
        """The statement that drops it; `name` is SQL already."""
        return f"DROP {kind.upper()} {name}"

    def grantee(self, name: str) -> str:
        """Who a right is given to, as the catalog names him, as SQL."""
        return name

    def of_own_schema(self, begun: str, ending: str) -> str:
        """A statement about the schema that the session works in, whatever its name."""
        return f"{begun}*{ending}"

    def create_sequence(self, op: ops.CreateSequence, at: RenderContext) -> Iterator[Statement]:
        """Nothing where there are none, as Liquibase does: a changelog for several databases may speak of them."""
        if not self.traits.supports_sequences:
            return
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
        if op.cache is not None and self.caches_sequences:
            yield f"CACHE {op.cache}" if op.cache else self.no_cache
        if op.cycle is not None and (op.cycle or isinstance(op, ops.AlterSequence)):
            yield "CYCLE" if op.cycle else self.no_cycle
        if op.ordered:
            yield "ORDER"

    def sequence_steps(self, op: ops.CreateSequence | ops.AlterSequence) -> Iterator[str]:
        if op.increment is not None:
            yield f"INCREMENT BY {op.increment}"
        if op.minimum is not None:
            yield f"MINVALUE {op.minimum}"
        if op.maximum is not None:
            yield f"MAXVALUE {op.maximum}"

    def alter_sequence(self, op: ops.AlterSequence, at: RenderContext) -> Iterator[Statement]:
        if not self.traits.supports_sequences:
            return
        kind = [f"AS {op.type}"] if op.type is not None else []
        yield Statement(" ".join([f"ALTER SEQUENCE {self.name(op.sequence, at)}", *kind, *self.sequence_options(op)]))

    def drop_sequence(self, op: ops.DropSequence, at: RenderContext) -> Iterator[Statement]:
        if self.traits.supports_sequences:
            expected = self.expect("sequence", op.sequence.name, schema=op.sequence.schema, exists=False)
            yield Statement(f"DROP SEQUENCE {self.name(op.sequence, at)}", expects=expected)

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
        if op.remarks:
            yield from self.set_view_remarks(op.view, op.remarks, at)

    def set_view_remarks(self, view: Name, remarks: str, at: RenderContext) -> Iterator[Statement]:
        """Nothing where only tables and their columns have remarks."""
        return iter(())

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
        if self.keeps_remarks:
            yield Statement(f"COMMENT ON TABLE {self.name(op.table, at)} IS {values.string(op.remarks)}")

    def set_column_remarks(self, op: ops.SetColumnRemarks, at: RenderContext) -> Iterator[Statement]:
        column = f"{self.name(op.table, at)}.{self.identifier(op.column, at)}"
        if self.keeps_remarks:
            yield Statement(f"COMMENT ON COLUMN {column} IS {values.string(op.remarks)}")
