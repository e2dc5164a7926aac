"""sqlglot's syntax trees as operations. The one module that imports sqlglot; it is imported at first use."""

import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlglot
from sqlglot import exp

from bascule.engine import operations as ops
from bascule.engine.schema import Column, ForeignKey, Name, References, Value

_log = logging.getLogger(__name__)

# sqlglot warns of statements that it keeps as text: we see those ourselves.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def operations_of(text: str, grammar: str | None) -> list[ops.Operation] | None:
    """What the text amounts to; None when the parser does not know it.

    Text that the splitter holds for one statement may be several to the parser: then each is told, and what is not understood as well.
    Only the body of a routine is left alone.
    """
    try:
        trees = [tree for tree in sqlglot.parse(text, read=grammar) if tree is not None]
        if trees and isinstance(trees[0], exp.Create) and str(trees[0].args.get("kind")).upper() in ("FUNCTION", "PROCEDURE"):
            del trees[1:]
        reader = _Reader(text, grammar)
        found = [operation for tree in trees for operation in reader.statement(tree)]
    except Exception:
        # Odd text makes the parser fail in ways of its own (TypeError, RecursionError): that must not hide a statement.
        _log.debug("statement not parsed", exc_info=True)
        return None
    understood = [operation for operation in found if operation is not None]
    if len(trees) > 1 and len(understood) < len(found):
        return [*understood, ops.Unrecognised(text)]
    return understood if understood and len(understood) == len(found) else None


class _Reader:
    """Reads the tree of one statement. Yields None for what it cannot say."""

    def __init__(self, text: str, grammar: str | None) -> None:
        self.text = text
        self.grammar = grammar

    def statement(self, tree: Any) -> Iterator[ops.Operation | None]:
        for common in tree.args.get("with_").expressions if tree.args.get("with_") else ():
            if isinstance(common.this, exp.Insert | exp.Update | exp.Delete):
                yield from self.statement(common.this)
        match tree:
            case exp.Create():
                yield from self._create(tree)
            case exp.Drop():
                yield from self._drop(tree)
            case exp.Alter() if tree.args.get("kind") == "TABLE":
                for action in tree.args["actions"]:
                    yield from self._altered(_name(tree.this), action)
            case exp.TruncateTable():
                cascade = str(tree.args.get("option") or "").upper() == "CASCADE"
                yield from (ops.TruncateTable(_name(table), cascade) for table in tree.expressions)
            case exp.Insert():
                yield self._insert(tree)
            case exp.Update():
                assigned = tuple(self._assigned(pair) for pair in tree.expressions)
                yield ops.UpdateRows(_name(tree.this), assigned, self._where(tree))
            case exp.Delete():
                yield ops.DeleteRows(_name(tree.this), self._where(tree))
            case exp.Grant() | exp.Revoke():
                yield self._grant(tree)
            case exp.Comment():
                yield self._comment(tree)
            case _:
                yield None

    def _sql(self, tree: Any) -> str:
        return str(tree.sql(dialect=self.grammar)) if tree is not None else ""

    def _where(self, tree: Any) -> str | None:
        where = tree.args.get("where")
        return self._sql(where.this) if where is not None else None

    # CREATE and DROP

    def _create(self, tree: Any) -> Iterator[ops.Operation | None]:
        kind = str(tree.args.get("kind") or "").upper()
        replace = bool(tree.args.get("replace"))
        match kind:
            case "TABLE":
                yield from self._create_table(tree)
            case "VIEW":
                yield ops.CreateView(_name(_table_of(tree.this)), self._sql(tree.expression), replace)
            case "INDEX":
                yield self._create_index(tree)
            case "SEQUENCE":
                yield self._create_sequence(tree)
            case "SCHEMA" | "DATABASE":
                yield ops.CreateSchema(_schema_name(tree.this), database=kind == "DATABASE")
            case "FUNCTION" | "PROCEDURE":
                yield ops.CreateProcedure(_name(_table_of(tree.this)), self.text, replace)
            case _:
                yield None

    def _create_table(self, tree: Any) -> Iterator[ops.Operation | None]:
        table = _name(_table_of(tree.this))
        parts = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
        columns = tuple(self._column(part) for part in parts if isinstance(part, exp.ColumnDef))
        key = next((part for part in _constraints(parts) if isinstance(part, exp.PrimaryKey)), None)
        if key is not None:
            named = set(_names(key.expressions))
            columns = tuple(_with_key(column) if column.name in named else column for column in columns)
        yield ops.CreateTable(table, columns, if_not_exists=bool(tree.args.get("exists")))
        for name, part in _named_constraints(parts):
            if not isinstance(part, exp.PrimaryKey):
                yield from self._constraint(table, name, part)

    def _create_index(self, tree: Any) -> ops.Operation | None:
        index = tree.this
        table = index.args.get("table")
        parameters = index.args.get("params")
        columns = (parameters.args.get("columns") if parameters is not None else None) or ()
        if table is None:
            return None
        return ops.CreateIndex(
            _name(table), index.name or None, tuple(self._indexed(column) for column in columns), bool(tree.args.get("unique"))
        )

    def _indexed(self, tree: Any) -> Column:
        inner = tree.this if isinstance(tree, exp.Ordered) else tree
        descending = True if isinstance(tree, exp.Ordered) and tree.args.get("desc") else None
        if isinstance(inner, exp.Column):
            return Column(name=inner.name, descending=descending)
        return Column(name=self._sql(inner), computed=True, descending=descending)

    def _create_sequence(self, tree: Any) -> ops.Operation:
        given = tree.find(exp.SequenceProperties)

        def number(key: str) -> int | None:
            value = given.args.get(key) if given is not None else None
            try:
                return int(self._sql(value)) if value is not None else None
            except ValueError:
                return None

        return ops.CreateSequence(
            _name(_table_of(tree.this)), number("start"), number("increment"), number("minvalue"), number("maxvalue"), number("cache")
        )

    def _drop(self, tree: Any) -> Iterator[ops.Operation | None]:
        kind = str(tree.args.get("kind") or "").upper()
        cascade, exists = bool(tree.args.get("cascade")), bool(tree.args.get("exists"))
        for target in tree.args.get("tables") or ():
            match kind:
                case "TABLE":
                    yield ops.DropTable(_name(target), cascade, exists)
                case "VIEW":
                    yield ops.DropView(_name(target), exists)
                case "INDEX":
                    yield ops.DropIndex(_name(target).name, self._index_table(tree, target))
                case "SEQUENCE":
                    yield ops.DropSequence(_name(target))
                case "SCHEMA" | "DATABASE":
                    yield ops.DropSchema(_schema_name(target), database=kind == "DATABASE", cascade=cascade)
                case "FUNCTION" | "PROCEDURE":
                    yield ops.DropProcedure(_name(target))
                case _:
                    yield None

    def _index_table(self, tree: Any, target: Any) -> Name | None:
        """The table after ON, as MySQL writes it."""
        cluster = tree.args.get("cluster")
        return _name(cluster.this) if cluster is not None and isinstance(cluster.this, exp.Table) else None

    # ALTER TABLE

    def _altered(self, table: Name, action: Any) -> Iterator[ops.Operation | None]:
        match action:
            case exp.ColumnDef():
                yield ops.AddColumns(table, (self._column(action),))
            case exp.Drop():
                yield from self._dropped(table, action)
            case exp.RenameColumn():
                yield ops.RenameColumn(table, action.this.name, action.args["to"].name)
            case exp.AlterRename():
                yield ops.RenameTable(table, action.this.name)
            case exp.AlterColumn():
                yield self._altered_column(table, action)
            case exp.ModifyColumn():
                yield from self._modified_column(table, action)
            case exp.AddConstraint():
                for name, part in _named_constraints(action.expressions):
                    yield from self._constraint(table, name, part)
            case exp.DropPrimaryKey():
                yield ops.DropPrimaryKey(table)
            case _:
                yield None

    def _dropped(self, table: Name, action: Any) -> Iterator[ops.Operation | None]:
        kind = str(action.args.get("kind") or "COLUMN").upper()
        for target in action.args.get("tables") or ():
            match kind:
                case "COLUMN":
                    yield ops.DropColumns(table, (target.name,))
                case "FOREIGN KEY":
                    yield ops.DropForeignKey(table, target.name)
                case "INDEX" | "KEY":
                    yield ops.DropIndex(target.name, table)
                case "CONSTRAINT":  # of what kind only the catalog knows
                    yield ops.DropConstraint(table, target.name)
                case _:
                    yield None

    def _altered_column(self, table: Name, action: Any) -> ops.Operation | None:
        column, given = action.this.name, action.args
        if given.get("dtype") is not None:
            return ops.ModifyDataType(table, column, self._sql(given["dtype"]))
        if given.get("default") is not None:
            return ops.AddDefault(table, column, self._value(given["default"]))
        if given.get("allow_null") is not None:
            return ops.DropNotNull(table, column) if given["allow_null"] else ops.AddNotNull(table, column)
        return ops.DropDefault(table, column) if given.get("drop") else None

    def _modified_column(self, table: Name, action: Any) -> Iterator[ops.Operation | None]:
        """MySQL's MODIFY and CHANGE."""
        column = self._column(action.this)
        old = action.args.get("rename_from")
        if old is not None and old.name != column.name:
            yield ops.RenameColumn(table, old.name, column.name, column.type)
        yield ops.ModifyDataType(table, column.name, column.type or "")
        if column.nullable is False:
            yield ops.AddNotNull(table, column.name, column.type)

    # Columns and constraints

    def _column(self, tree: Any) -> Column:
        given: dict[str, Any] = {"name": tree.name, "type": self._sql(tree.args.get("kind")) or None}
        for constraint in tree.args.get("constraints") or ():
            match constraint.kind:
                case exp.NotNullColumnConstraint():
                    given["nullable"] = bool(constraint.kind.args.get("allow_null"))
                case exp.PrimaryKeyColumnConstraint():
                    given["primary_key"] = True
                case exp.UniqueColumnConstraint():
                    given["unique"] = True
                case exp.DefaultColumnConstraint():
                    given["default"] = self._value(constraint.kind.this)
                case exp.AutoIncrementColumnConstraint() | exp.GeneratedAsIdentityColumnConstraint():
                    given["auto_increment"] = True
                case exp.Reference():
                    given["references"] = _references(constraint.kind)
                    given["delete_cascade"] = _action("DELETE", constraint.kind) == "CASCADE"
                case exp.CheckColumnConstraint():
                    given["check"] = self._sql(constraint.kind.this)
                case exp.CommentColumnConstraint():
                    given["remarks"] = constraint.kind.this.name
        return Column(**given)

    def _constraint(self, table: Name, name: str | None, part: Any) -> Iterator[ops.Operation | None]:
        match part:
            case exp.PrimaryKey():
                yield ops.AddPrimaryKey(table, _names(part.expressions), name)
            case exp.ForeignKey():
                yield ops.AddForeignKey(table, _foreign_key(part, name))
            case exp.UniqueColumnConstraint():
                schema = part.this
                columns = _names(schema.expressions) if isinstance(schema, exp.Schema) else ()
                inner = schema.this.name if isinstance(schema, exp.Schema) and schema.this is not None else None
                yield ops.AddUnique(table, columns, name or inner)
            case exp.CheckColumnConstraint():
                yield ops.AddCheck(table, name, self._sql(part.this))
            case exp.IndexColumnConstraint():
                indexed = tuple(self._indexed(column) for column in part.expressions)
                yield ops.CreateIndex(table, part.this.name if part.this is not None else None, indexed)
            case _:
                yield None

    def _value(self, tree: Any) -> Value:
        match tree:
            case exp.Literal():
                return Value("string" if tree.is_string else "numeric", tree.name)
            case exp.Boolean():
                return Value("boolean", str(tree.this).lower())
            case exp.Null():
                return Value("null")
            case _:
                return Value("computed", self._sql(tree))

    # Rows and rights

    def _insert(self, tree: Any) -> ops.Operation:
        target = tree.this
        names = _names(target.expressions) if isinstance(target, exp.Schema) else ()
        values = tree.expression
        rows: tuple[tuple[Column, ...], ...] = ()
        if names and isinstance(values, exp.Values):
            rows = tuple(
                tuple(Column(name=name, value=self._value(cell)) for name, cell in zip(names, row.expressions, strict=False))
                for row in values.expressions
            )
        return ops.InsertRows(_name(_table_of(target)), rows)

    def _assigned(self, pair: Any) -> Column:
        if isinstance(pair, exp.EQ):
            return Column(name=pair.this.name or self._sql(pair.this), value=self._value(pair.expression))
        return Column(name=self._sql(pair))

    def _grant(self, tree: Any) -> ops.Operation:
        return ops.Grant(
            tuple(self._sql(privilege) for privilege in tree.args.get("privileges") or ()),
            self._sql(tree.args.get("securable")) or None,
            tuple(self._sql(principal) for principal in tree.args.get("principals") or ()),
            revoke=isinstance(tree, exp.Revoke),
        )

    def _comment(self, tree: Any) -> ops.Operation | None:
        text = tree.expression.name if tree.expression is not None else ""
        match str(tree.args.get("kind") or "").upper():
            case "TABLE":
                return ops.SetTableRemarks(_name(tree.this), text)
            case "COLUMN":
                column = tree.this
                return ops.SetColumnRemarks(Name(column.table, column.db or None, column.catalog or None), column.name, text)
            case _:
                return None


def _name(table: Any) -> Name:
    return Name(
        table.name,
        table.args["db"].name if table.args.get("db") else None,
        table.args["catalog"].name if table.args.get("catalog") else None,
    )


def _schema_name(table: Any) -> Name:
    return Name(table.name or (table.args["db"].name if table.args.get("db") else ""))


def _table_of(tree: Any) -> Any:
    """The table inside a Schema (`t (a, b)`) or a function's signature."""
    while not isinstance(tree, exp.Table) and getattr(tree, "this", None) is not None and not isinstance(tree.this, str):
        tree = tree.this
    return tree


def _names(expressions: Any) -> tuple[str, ...]:
    return tuple(expression.name for expression in expressions)


def _named_constraints(parts: Any) -> Iterator[tuple[str | None, Any]]:
    """Table constraints with the name they were given."""
    for part in parts:
        if isinstance(part, exp.Constraint):
            yield from ((part.name or None, inner) for inner in part.expressions)
        elif not isinstance(part, exp.ColumnDef):
            yield None, part


def _constraints(parts: Any) -> Iterator[Any]:
    return (part for _, part in _named_constraints(parts))


def _with_key(column: Column) -> Column:
    return msgspec.structs.replace(column, primary_key=True)


def _references(reference: Any) -> References:
    target = reference.this
    columns = _names(target.expressions) if isinstance(target, exp.Schema) else ()
    return References(table=_name(_table_of(target)), columns=columns)


def _foreign_key(tree: Any, name: str | None) -> ForeignKey:
    reference = tree.args["reference"]
    on_delete, on_update = (_action(verb, reference) for verb in ("DELETE", "UPDATE"))
    return ForeignKey(
        columns=_names(tree.expressions), references=_references(reference), name=name, on_delete=on_delete, on_update=on_update
    )


def _action(verb: str, reference: Any) -> str | None:
    """What follows ON DELETE or ON UPDATE."""
    for option in reference.args.get("options") or ():
        words = str(option).upper()
        if words.startswith(f"ON {verb} "):
            return words.removeprefix(f"ON {verb} ")
    return None
