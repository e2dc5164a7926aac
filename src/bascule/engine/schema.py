"""The shape of a database: names, columns, constraints, tables. Pure values; the words of SQL are the dialects' business."""

from typing import Literal

import msgspec

ValueKind = Literal[
    "string",
    "numeric",
    "boolean",
    "date",
    "computed",
    "sequence_next",
    "sequence_current",
    "blob_file",
    "clob_file",
    "binary",
    "cell",
    "null",
]


class Name(msgspec.Struct, frozen=True):
    """The name of a schema object as its author wrote it; only the dialect quotes."""

    name: str
    schema: str | None = None
    catalog: str | None = None

    def __str__(self) -> str:
        return ".".join(part for part in (self.catalog, self.schema, self.name) if part)


class Value(msgspec.Struct, frozen=True):
    """A default or a cell: `text` as written, `kind` says how the dialect renders it.

    `binary` is a blob read from its file, as hexadecimal digits; `cell` is text of a CSV file that is to be read as its column's type.
    """

    kind: ValueKind
    text: str | None = None


class References(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The far side of a foreign key."""

    table: Name
    columns: tuple[str, ...] = ()


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column. `type` is the type as written (`varchar(20)`, `java.sql.Types.BIGINT`); the dialect translates it."""

    name: str
    type: str | None = None
    nullable: bool | None = None
    default: Value | None = None
    default_constraint_name: str | None = None
    auto_increment: bool = False
    start_with: int | None = None
    increment_by: int | None = None
    generation_type: str | None = None
    default_on_null: bool | None = None
    remarks: str | None = None
    computed: bool = False
    value: Value | None = None
    """addColumn: what existing rows get; insert/update: the cell."""
    primary_key: bool = False
    primary_key_name: str | None = None
    primary_key_tablespace: str | None = None
    unique: bool = False
    unique_name: str | None = None
    not_null_name: str | None = None
    check: str | None = None
    references: References | None = None
    foreign_key_name: str | None = None
    delete_cascade: bool = False
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    validate_nullable: bool = True
    validate_unique: bool = True
    validate_primary_key: bool = True
    validate_foreign_key: bool = True
    descending: bool | None = None
    after: str | None = None
    before: str | None = None
    position: int | None = None
    attributes: str | None = None
    """What stands behind the type, in the server's words: a collation, how it is generated, that it is invisible."""

    @property
    def is_generated(self) -> bool:
        """Whether its values come of other columns and are not written."""
        return "GENERATED ALWAYS AS " in (self.attributes or "")


class PrimaryKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    columns: tuple[str, ...]
    name: str | None = None
    tablespace: str | None = None
    definition: str | None = None
    """What stands behind its name, where columns do not say all (`PRIMARY KEY (id) INCLUDE (code)`)."""


class ForeignKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    columns: tuple[str, ...]
    references: References
    name: str | None = None
    on_delete: str | None = None
    on_update: str | None = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    definition: str | None = None
    """What stands behind its name, where the other fields do not say all (MATCH FULL, NOT VALID)."""


class Unique(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    columns: tuple[str, ...]
    name: str | None = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    definition: str | None = None
    """What stands behind its name, where the other fields do not say all (`UNIQUE NULLS NOT DISTINCT (code)`)."""


class Index(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: str | None
    table: Name
    columns: tuple[Column, ...]
    unique: bool | None = None
    of_constraint: bool = False
    """Whether it came with a primary key or unique constraint, and goes with it."""
    definition: str | None = None
    """The statement that makes it, where columns and uniqueness do not say all (an expression, a condition, another method)."""


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    expression: str
    """What must hold, as the server words it, without the word CHECK; what stands behind it, too (NOT VALID)."""
    name: str | None = None


class Exclusion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """No two rows may be like each other by these operators (PostgreSQL)."""

    name: str
    definition: str
    """What stands behind its name: `EXCLUDE USING gist (…)`."""


class Table(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table as the catalog shows it."""

    name: Name
    columns: tuple[Column, ...] = ()
    primary_key: PrimaryKey | None = None
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    remarks: str | None = None
    inherits: tuple[Name, ...] = ()
    """Tables whose columns it has, too, and whose rows it adds to (PostgreSQL). Their constraints are not told again."""
    partition_by: str | None = None
    """How rows are spread over partitions, in the server's words (`RANGE (placed_at)`)."""
    partition_of: Name | None = None
    """The table whose rows it holds a part of; `bounds` says which. Keys, indexes and checks that come from it are not told again."""
    bounds: str | None = None
    options: dict[str, str] = {}
    """What the table as a whole is told, where not as usual: `ENGINE` → `Aria`."""
    row_security: Literal["enabled", "forced"] | None = None
    policies: tuple["RowPolicy", ...] = ()
    definition: str | None = None
    """The statement that made it, where the catalog keeps it (SQLite)."""
    only_by_definition: bool = False
    """Whether the other fields leave out something that `definition` says."""
    dependents: dict[str, str] = {}
    """Name → statement of the indexes and triggers that go with the table (SQLite)."""


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: Name
    query: str
    remarks: str | None = None
    materialised: bool = False
    indexes: tuple[Index, ...] = ()
    definition: str | None = None
    """The statement that makes it, where its query does not say all (whose rights it uses, what may be written through it)."""


class Sequence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sequence of its own, or one behind a column's default (`owned_by`: table, column)."""

    name: Name
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool | None = None
    type: str | None = None
    owned_by: tuple[str, str] | None = None


class RowPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which rows a role sees or writes (PostgreSQL)."""

    name: str
    command: str = "ALL"
    roles: tuple[str, ...] = ()
    using: str | None = None
    check: str | None = None
    permissive: bool = True


class Routine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Code that the database keeps: a function, a procedure, an event. One name may stand for several, told apart by `arguments`."""

    name: Name
    kind: Literal["function", "procedure", "aggregate", "package", "package body", "event"]
    arguments: str = ""
    """The types that tell it from its namesakes, as DROP wants them."""
    definition: str
    """The statement that makes it."""
    signature: str = ""
    """What CREATE OR REPLACE cannot change: what goes in and what comes out."""
    remarks: str | None = None


class Trigger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: Name
    table: Name
    definition: str
    """The statement that makes it."""
    enabled: str | None = None
    """How it fires where not as usual: `disabled`, `replica`, `always`."""
    remarks: str | None = None


class UserType(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A type that users made: an enum has `labels`, a composite `attributes`, a domain `base` and what must hold of its values."""

    name: Name
    kind: Literal["enum", "domain", "composite", "range"]
    labels: tuple[str, ...] = ()
    attributes: tuple[Column, ...] = ()
    base: str | None = None
    nullable: bool | None = None
    default: str | None = None
    checks: tuple[Check, ...] = ()
    definition: str | None = None
    """Of a range: what stands behind AS RANGE."""
    remarks: str | None = None


class Extension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: str
    version: str | None = None
    """Told, not compared: the server's packages decide it."""


class Grant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, order=True):
    """What a role other than the owner may do with an object, beyond what everyone may anyway. The schema's own name is empty."""

    object_kind: str
    """As GRANT … ON names it: TABLE, SEQUENCE, FUNCTION, SCHEMA, …"""
    object_name: str
    grantee: str
    privilege: str
    columns: tuple[str, ...] = ()
    grantable: bool = False
    revoked: bool = False
    """What everyone may anyway is taken away (REVOKE EXECUTE ON FUNCTION … FROM PUBLIC)."""


class Remainder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, order=True):
    """Something the catalog shows that no value here says: it is told, never left out in silence."""

    kind: str
    name: str


class Schema(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A database's shape: that of some tables, or of one schema as a whole."""

    tables: dict[str, Table] = {}
    views: dict[str, View] = {}
    sequences: dict[str, Sequence] = {}
    routines: dict[str, Routine] = {}
    """By name and arguments: `total(integer)`."""
    triggers: dict[str, Trigger] = {}
    """By table and name: `orders.audit`."""
    types: dict[str, UserType] = {}
    extensions: dict[str, Extension] = {}
    grants: tuple[Grant, ...] = ()
    remarks: dict[str, str] = {}
    """Of what has no place of its own for them, by what COMMENT ON names: `INDEX ix_total`."""
    remainders: tuple[Remainder, ...] = ()
    """Looked for only where the whole schema is."""

    def table(self, name: Name) -> Table | None:
        return self.tables.get(name.name) or self.tables.get(name.name.lower())
