"""Statements about code that the database keeps, and about other names for what it has: functions, triggers, packages, synonyms."""

import re
from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.words import Words
from bascule.engine.schema import Name
from bascule.engine.sql.statement import Statement

_CREATE = re.compile(r"(\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*CREATE)\b(?!\s+OR\b)", re.IGNORECASE | re.DOTALL)


class CodeWords(Words):
    """What authors write as a whole statement is sent as they wrote it; only that it may take the place of another is put in."""

    replacing = "OR REPLACE"
    """The words after CREATE by which a new one takes the old one's place; empty where the old one must go first."""

    def create_function(self, op: ops.CreateFunction, at: RenderContext) -> Iterator[Statement]:
        if op.replace and not self.replacing:
            yield Statement(self.drop_statement("FUNCTION IF EXISTS", op.name, at).text)
        yield self.creation(op.text, "function", op.name, replace=op.replace)

    def drop_function(self, op: ops.DropFunction, at: RenderContext) -> Iterator[Statement]:
        yield self.drop_statement("FUNCTION", op.name, at)

    def create_trigger(self, op: ops.CreateTrigger, at: RenderContext) -> Iterator[Statement]:
        if op.replace and not self.replacing:
            yield from self.drop_trigger(ops.DropTrigger(op.trigger, op.table, op.scope, if_exists=True), at)
        yield self.creation(op.text, "trigger", op.trigger, replace=op.replace)
        if op.disabled:
            yield from self.disable_trigger(ops.DisableTrigger(op.trigger, op.table, op.scope), at)

    def drop_trigger(self, op: ops.DropTrigger, at: RenderContext) -> Iterator[Statement]:
        yield self.drop_statement(f"TRIGGER{' IF EXISTS' if op.if_exists else ''}", op.trigger, at)

    def enable_trigger(self, op: ops.EnableTrigger, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_trigger("ENABLE", op, at)

    def disable_trigger(self, op: ops.DisableTrigger, at: RenderContext) -> Iterator[Statement]:
        yield self.switched_trigger("DISABLE", op, at)

    def switched_trigger(self, word: str, op: ops.EnableTrigger | ops.DisableTrigger, at: RenderContext) -> Statement:
        return Statement(f"ALTER TRIGGER {self.name(op.trigger, at)} {word}")

    def rename_trigger(self, op: ops.RenameTrigger, at: RenderContext) -> Iterator[Statement]:
        yield Statement(f"ALTER TRIGGER {self.name(op.trigger, at)} RENAME TO {self.identifier(op.to, at)}")

    def table_of_trigger(self, trigger: Name, table: Name | None, at: RenderContext) -> str:
        """Where a trigger is found by its table. Raises InputError when it is not told."""
        if table is None:
            raise self.refuse(f"the trigger {trigger} does not name its table", "here a trigger is found by its table", "give tableName")
        return self.name(table, at)

    def create_package(self, op: ops.CreatePackage, at: RenderContext) -> Iterator[Statement]:
        yield self.creation(op.text, "package", op.name, replace=op.replace)

    def create_package_body(self, op: ops.CreatePackageBody, at: RenderContext) -> Iterator[Statement]:
        yield self.creation(op.text, "package body", op.name, replace=op.replace)

    def drop_package(self, op: ops.DropPackage, at: RenderContext) -> Iterator[Statement]:
        yield self.drop_statement("PACKAGE", op.name, at)

    def drop_package_body(self, op: ops.DropPackageBody, at: RenderContext) -> Iterator[Statement]:
        yield self.drop_statement("PACKAGE BODY", op.name, at)

    def create_synonym(self, op: ops.CreateSynonym, at: RenderContext) -> Iterator[Statement]:
        """Only `private` false makes one for everybody."""
        replace = "OR REPLACE " if op.replace else ""
        public = "PUBLIC " if op.private is False else ""
        yield Statement(
            f"CREATE {replace}{public}SYNONYM {self.name(op.synonym, at)} FOR {self.name(op.target, at)}",
            expects=self.expect("synonym", op.synonym.name, schema=op.synonym.schema),
        )

    def drop_synonym(self, op: ops.DropSynonym, at: RenderContext) -> Iterator[Statement]:
        public = "PUBLIC " if op.private is False else ""
        yield self.drop_statement(f"{public}SYNONYM", op.synonym, at)

    def mark_unused(self, op: ops.MarkUnused, at: RenderContext) -> Iterator[Statement]:
        yield Statement(
            f"ALTER TABLE {self.name(op.table, at)} SET UNUSED ({self.identifier(op.column, at)})",
            expects=self.expect("column", op.column, table=op.table, exists=False),
        )

    def creation(self, text: str, kind: str, name: Name, *, replace: bool) -> Statement:
        """The author's statement."""
        written = _CREATE.sub(rf"\1 {self.replacing}", text, count=1) if replace and self.replacing else text
        return Statement(written.replace("\r", ""), expects=self.expect(kind, name.name, schema=name.schema))

    def drop_statement(self, kind: str, name: Name, at: RenderContext) -> Statement:
        """A name may carry the types of its parameters, as `area(int, int)`: they stay as written."""
        plain, parenthesis, signature = name.name.partition("(")
        bare = Name(plain.strip(), name.schema, name.catalog)
        effect = self.expect(kind.lower().partition(" if ")[0], bare.name, schema=bare.schema, exists=False)
        return Statement(f"DROP {kind} {self.name(bare, at)}{parenthesis}{signature}", expects=effect)
