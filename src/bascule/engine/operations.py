"""The narrow waist: an Operation says what is done to a schema, one intent on one object, without SQL.

A change yields them, a dialect renders them, lint and policy judge them. SQL text is a `RunSql`, and `sql/recognise.py` tells what it
amounts to. As JSON (policy input, `operationsVersion: 1`) an operation is its fields plus `kind` (snake_case of its class) and `name`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

import msgspec

from bascule.engine.schema import Column, ForeignKey, Name, Value

OPERATIONS_VERSION = 1


def _kind(class_name: str) -> str:
    from bascule.core.registry import snake_case

    return snake_case(class_name)


class Operation(msgspec.Struct, frozen=True, tag_field="kind", tag=_kind):
    """The root of the family. Names stay as written."""


class CreateTable(Operation, frozen=True):
    table: Name
    columns: tuple[Column, ...]
    remarks: str | None = None
    tablespace: str | None = None
    table_type: str | None = None
    if_not_exists: bool = False
    partition_by: str | None = None
    """`RANGE (day)`: how rows are spread over its partitions."""
    row_dependencies: bool = False


class DropTable(Operation, frozen=True):
    table: Name
    cascade: bool = False
    if_exists: bool = False


class TruncateTable(Operation, frozen=True):
    """All rows go; only recognised from SQL text."""

    table: Name
    cascade: bool = False


class RenameTable(Operation, frozen=True):
    table: Name
    to: str


class AddColumns(Operation, frozen=True):
    table: Name
    columns: tuple[Column, ...]


class DropColumns(Operation, frozen=True):
    """`defaults` are those among the columns whose default Liquibase takes away first, as it does to undo addColumn."""

    table: Name
    columns: tuple[str, ...]
    defaults: tuple[str, ...] = ()


class RenameColumn(Operation, frozen=True):
    table: Name
    column: str
    to: str
    type: str | None = None
    remarks: str | None = None


class MergeColumns(Operation, frozen=True):
    """Two columns become one: `first || joined_by || second`, then both go."""

    table: Name
    first: str
    second: str
    into: str
    type: str
    joined_by: str = ""


class ModifyDataType(Operation, frozen=True):
    table: Name
    column: str
    type: str


class CreateIndex(Operation, frozen=True):
    table: Name
    index: str | None
    columns: tuple[Column, ...]
    unique: bool | None = None
    clustered: bool | None = None
    tablespace: str | None = None
    associated_with: str | None = None
    using: str | None = None
    """The access method: `gin`, `hash`."""


class DropIndex(Operation, frozen=True):
    index: str
    table: Name | None = None


class AddPrimaryKey(Operation, frozen=True):
    table: Name
    columns: tuple[str, ...]
    constraint: str | None = None
    tablespace: str | None = None
    clustered: bool | None = None
    for_index: Name | None = None
    validate: bool = True


class DropPrimaryKey(Operation, frozen=True):
    table: Name
    constraint: str | None = None
    drop_index: bool | None = None


class AddForeignKey(Operation, frozen=True):
    table: Name
    key: ForeignKey
    validate: bool = True


class DropForeignKey(Operation, frozen=True):
    table: Name
    constraint: str
    index_on: tuple[str, ...] = ()
    """The key's columns, where an index that the server made for the key is to go with it."""


class DropAllForeignKeys(Operation, frozen=True):
    table: Name


class AddUnique(Operation, frozen=True):
    table: Name
    columns: tuple[str, ...]
    constraint: str | None = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    disabled: bool | None = None
    tablespace: str | None = None
    clustered: bool | None = None
    for_index: Name | None = None
    validate: bool = True


class DropUnique(Operation, frozen=True):
    table: Name
    constraint: str | None
    columns: tuple[str, ...] = ()


class CreateLookupTable(Operation, frozen=True):
    """A table of the distinct values of a column; its key and the foreign key to it are operations of their own."""

    table: Name
    column: str
    source: Name
    source_column: str
    type: str | None = None


class AddCheck(Operation, frozen=True):
    table: Name
    constraint: str | None
    expression: str
    disabled: bool = False
    validate: bool = True


class DropCheck(Operation, frozen=True):
    table: Name
    constraint: str


class EnableCheck(Operation, frozen=True):
    table: Name
    constraint: str


class DisableCheck(Operation, frozen=True):
    table: Name
    constraint: str


class DropConstraint(Operation, frozen=True):
    """A constraint of unknown kind goes; only recognised from SQL text."""

    table: Name
    constraint: str


class AddNotNull(Operation, frozen=True):
    table: Name
    column: str
    type: str | None = None
    default_null_value: str | None = None
    constraint: str | None = None
    validate: bool = True


class DropNotNull(Operation, frozen=True):
    table: Name
    column: str
    type: str | None = None
    constraint: str | None = None


class AddDefault(Operation, frozen=True):
    table: Name
    column: str
    default: Value
    type: str | None = None
    constraint: str | None = None


class DropDefault(Operation, frozen=True):
    table: Name
    column: str
    type: str | None = None


class AddAutoIncrement(Operation, frozen=True):
    table: Name
    column: str
    type: str | None = None
    start_with: int | None = None
    increment_by: int | None = None
    generation_type: str | None = None
    default_on_null: bool | None = None


class CreateSequence(Operation, frozen=True):
    sequence: Name
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool | None = None
    ordered: bool | None = None
    type: str | None = None


class AlterSequence(Operation, frozen=True):
    sequence: Name
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool | None = None
    ordered: bool | None = None
    type: str | None = None


class DropSequence(Operation, frozen=True):
    sequence: Name


class RenameSequence(Operation, frozen=True):
    sequence: Name
    to: str


class CreateView(Operation, frozen=True):
    view: Name
    query: str
    replace: bool = False
    full_definition: bool = False
    remarks: str | None = None


class DropView(Operation, frozen=True):
    view: Name
    if_exists: bool = False


class RenameView(Operation, frozen=True):
    view: Name
    to: str


class CreateProcedure(Operation, frozen=True):
    name: Name | None
    text: str
    replace: bool = False


class DropProcedure(Operation, frozen=True):
    name: Name


class CreateFunction(Operation, frozen=True):
    name: Name
    text: str
    replace: bool = False


class DropFunction(Operation, frozen=True):
    name: Name


class CreateTrigger(Operation, frozen=True):
    """`scope` is what a trigger belongs to that is no table's: DATABASE, ALL SERVER."""

    trigger: Name
    text: str
    table: Name | None = None
    replace: bool = False
    disabled: bool = False
    scope: str | None = None


class DropTrigger(Operation, frozen=True):
    trigger: Name
    table: Name | None = None
    scope: str | None = None
    if_exists: bool = False


class EnableTrigger(Operation, frozen=True):
    trigger: Name
    table: Name | None = None
    scope: str | None = None


class DisableTrigger(Operation, frozen=True):
    trigger: Name
    table: Name | None = None
    scope: str | None = None


class RenameTrigger(Operation, frozen=True):
    trigger: Name
    to: str
    table: Name | None = None


class CreatePackage(Operation, frozen=True):
    name: Name
    text: str
    replace: bool = False


class CreatePackageBody(Operation, frozen=True):
    name: Name
    text: str
    replace: bool = False


class DropPackage(Operation, frozen=True):
    name: Name


class DropPackageBody(Operation, frozen=True):
    name: Name


class CreateSynonym(Operation, frozen=True):
    """`type` is the kind of thing it stands for. One that is not `private` is everybody's."""

    synonym: Name
    target: Name
    type: str | None = None
    private: bool | None = None
    replace: bool = False


class DropSynonym(Operation, frozen=True):
    synonym: Name
    type: str | None = None
    private: bool | None = None


class MarkUnused(Operation, frozen=True):
    """A column is no longer seen; its space is freed later."""

    table: Name
    column: str


class SetTableRemarks(Operation, frozen=True):
    table: Name
    remarks: str


class SetColumnRemarks(Operation, frozen=True):
    table: Name
    column: str
    remarks: str
    type: str | None = None


class InsertRows(Operation, frozen=True):
    """Each row has a `value` in every column. `together`: as one statement where the database has that (loadData)."""

    table: Name
    rows: tuple[tuple[Column, ...], ...]
    together: bool = False


class RowSource(Protocol):
    """Rows that are read as they are sent: as texts, and each as what it means."""

    @property
    def file(self) -> str: ...
    @property
    def places(self) -> "Sequence[SourceColumn]": ...
    @property
    def separator(self) -> str: ...
    @property
    def comment(self) -> str:
        """What begins a line that does not count; empty for nothing."""
        ...

    def portions(self, plain: "re.Pattern[str] | None") -> Iterator[str | list[str]]:
        """All rows: blocks of whole lines that `plain` matches from end to end; the others as their texts, one for each place."""
        ...

    def row(self, record: list[str]) -> tuple[Column, ...]: ...


class SourceColumn(Protocol):
    """Where a text of a record goes, and the word for how it is read: NUMERIC, BOOLEAN, DATE …; empty when its column's type decides."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def is_left_out(self) -> bool: ...


class LoadRows(Operation, frozen=True):
    """The rows of a file, in the quickest way that the database has; what is shown of it are InsertRows."""

    table: Name
    source: RowSource


class UpsertRows(Operation, frozen=True):
    """Rows found by their `key` columns are updated; others are inserted, unless `only_update`."""

    table: Name
    key: tuple[str, ...]
    rows: tuple[tuple[Column, ...], ...]
    only_update: bool = False


class UpdateRows(Operation, frozen=True):
    """`parameters` replace `:name` and `:value` in `where`, left to right; one without a name has only a value."""

    table: Name
    columns: tuple[Column, ...]
    where: str | None = None
    parameters: tuple[Column, ...] = ()


class DeleteRows(Operation, frozen=True):
    table: Name
    where: str | None = None
    parameters: tuple[Column, ...] = ()


class RunSql(Operation, frozen=True):
    """SQL text as written, to be split by the rules of its change; `sql/recognise.py` tells what it amounts to."""

    text: str
    split: bool = True
    strip_comments: bool = False
    end_delimiter: str | None = None
    origin: Literal["sql", "sqlFile", "formatted"] = "sql"


class RunProgram(Operation, frozen=True):
    """executeCommand: a program on the machine where the engine runs."""

    argv: tuple[str, ...]
    timeout: str | None = None


class TagDatabase(Operation, frozen=True):
    tag: str


class Tell(Operation, frozen=True):
    """`output`: a message for people."""

    message: str
    target: str = "STDERR"


class Stop(Operation, frozen=True):
    """`stop`: end the run here, as an error with this message."""

    message: str


class Unrecognised(Operation, frozen=True):
    """A statement whose text was not understood as anything above: policy sees that it was not."""

    text: str


class CreateSchema(Operation, frozen=True):
    """CREATE SCHEMA, or CREATE DATABASE with `database`; only recognised from SQL text."""

    name: Name
    database: bool = False


class DropSchema(Operation, frozen=True):
    """DROP SCHEMA, or DROP DATABASE with `database`; only recognised from SQL text."""

    name: Name
    database: bool = False
    cascade: bool = False


class Grant(Operation, frozen=True):
    """GRANT or REVOKE, only recognised from SQL text."""

    privileges: tuple[str, ...]
    on: str | None
    to: tuple[str, ...]
    revoke: bool = False


def subject(operation: Operation) -> str | None:
    """The name of what an operation is about, which policies call `name`.

    `schema.table`, `table.column` (several columns: each, with commas), an index or constraint by its own name.
    """
    for field in ("index", "constraint", "sequence", "view", "trigger", "synonym"):
        value = getattr(operation, field, None)
        if value is not None:
            return str(value)
    table = getattr(operation, "table", None)
    if table is None:
        name = getattr(operation, "name", None)
        return str(name) if name is not None else None
    return ", ".join(f"{table}.{column}" for column in _columns_touched(operation)) or str(table)


def _columns_touched(operation: Operation) -> tuple[str, ...]:
    """The columns an operation is about; none for one that is about its whole table."""
    match operation:
        case AddColumns():
            return tuple(column.name for column in operation.columns)
        case DropColumns():
            return operation.columns
        case MergeColumns():
            return (operation.first, operation.second)
        case _:
            column = getattr(operation, "column", None)
            return (column,) if isinstance(column, str) and not isinstance(operation, CreateLookupTable) else ()


def describe(operation: Operation, source: str | None = None, changeset: str | None = None) -> dict[str, Any]:
    """An operation as policy input: its fields, `kind`, `name`, `source` (file:line) and `changeset` (FQN).

    An operation whose own `name` is a Name (a procedure, a schema) gives it as `object` beside the text in `name`.
    """
    fields: dict[str, Any] = msgspec.to_builtins(operation)
    if "name" in fields:
        fields["object"] = fields["name"]
    fields["name"] = subject(operation)
    fields["source"] = source
    fields["changeset"] = changeset
    return fields
