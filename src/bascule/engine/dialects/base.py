"""What a dialect is made of: traits, types, ddl. A value per database; whoever needs to know something asks a trait, never the name."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from bascule.engine.operations import Operation
from bascule.engine.schema import Schema
from bascule.engine.sql.statement import Statement

if TYPE_CHECKING:
    from bascule.engine.dialects.ddl import Ddl
    from bascule.engine.dialects.types import Types

QuotingStrategy = Literal["LEGACY", "QUOTE_ALL_OBJECTS", "QUOTE_ONLY_RESERVED_WORDS"]


class RenderContext(msgspec.Struct, frozen=True, kw_only=True):
    """Where a statement is rendered for. Online the values are the server's own; `shape` is None offline."""

    server_version: tuple[int, ...] = ()
    default_schema: str | None = None
    default_catalog: str | None = None
    names_default_schema: bool = True
    """Whether names carry the schema that would be meant without it."""
    quoting: QuotingStrategy = "LEGACY"
    shape: Schema | None = None
    online: bool = False
    history_table: str = "DATABASECHANGELOG"
    lock_table: str = "DATABASECHANGELOGLOCK"
    history_tablespace: str | None = None
    end_delimiter: str | None = None
    """What ends a statement of scripts that do not say; with `overrides_delimiters` of those that do, too."""
    overrides_delimiters: bool = False
    whole_scripts: bool = False
    """Whether SQL as written stays one text: a client of the database is to run it."""


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a database that code outside its dialect may ask for."""

    transactional_ddl: bool
    quote: str = '"'
    quote_end: str = '"'
    max_identifier_bytes: int = 128
    supports_schemas: bool = True
    supports_catalogs: bool = True
    supports_sequences: bool = True
    supports_tablespaces: bool = False
    restricts_foreign_keys: bool = True
    """Whether a foreign key knows RESTRICT."""
    schema_is_catalog: bool = False
    """MySQL: what users call schema is the catalog."""
    catalog_is_schema: bool = False
    """Oracle, Db2, Derby: a catalog that is written stands where a schema would."""
    catalog_separator: str = ""
    """Between catalog and schema, where statements name both."""
    line_comment: str = "--"
    nests_comments: bool = False
    """Whether a comment may hold another."""
    comment_prefix: str = "-- "
    """How `update-sql` begins a comment line (`--  ` on MySQL)."""
    current_timestamp: str = "CURRENT_TIMESTAMP"
    explicit_null: bool = False
    qualifies_names: bool = True
    """Whether statements carry the default schema as a prefix."""
    offline_schema: str | None = None
    """The default schema where no server tells it."""
    batch_separator: str = ""
    """A line of its own after each statement of a script, as `GO` for sqlcmd."""
    history_types: Mapping[str, str] = {}
    """What the words `varchar` and `datetime` are in the history table, where not what changelogs get."""
    short_name: str = ""
    """The name that `dbms=` attributes use."""
    reserved_words: frozenset[str] = frozenset()
    """In upper case: names that LEGACY and QUOTE_ONLY_RESERVED_WORDS quote."""
    quotes_mixed_case: bool = False
    """Whether LEGACY quotes a name that has both cases, since the server would fold it."""
    column_names_fold: bool = True
    """Whether a column is found by its name in any case."""
    keys_are_indexes: bool = True
    """Whether a primary key is listed among the indexes, by its own name."""
    quotes_special_names: bool = True
    """Whether LEGACY quotes a name that is no plain word."""
    folds_quoted_names: bool = False
    """Whether LEGACY quotes a name in upper case: as it would be, had it not needed quotes."""
    true: str = "TRUE"
    false: str = "FALSE"
    current_timestamp_call: str = ""
    """The current-time function that takes a precision; CURRENT_TIMESTAMP where empty."""
    next_value: str = "NEXT VALUE FOR {}"
    current_value: str = "PREVIOUS VALUE FOR {}"
    binary_literal: str = "X'{}'"
    date_literal: str = "'{date}'"
    time_literal: str = "'{time}'"
    moment_literal: str = "'{date} {time}'"
    fraction_literal: str = ""
    """A moment with parts of a second; `moment_literal` where empty."""
    escapes_backslash: bool = False
    """Whether a backslash in a string must be doubled."""
    rehearses: bool = False
    """Whether statements can be tried on a copy of the schema in memory (`rehearsal.py`)."""
    inserts_many: bool = True
    """Whether loadData writes one INSERT for many rows."""


RARE = frozenset(
    {
        "createPackage",
        "createPackageBody",
        "createSynonym",
        "disableCheckConstraint",
        "disableTrigger",
        "dropPackage",
        "dropPackageBody",
        "dropSynonym",
        "enableCheckConstraint",
        "enableTrigger",
        "markUnused",
        "renameTrigger",
    }
)
"""Change types that most databases have no word for."""
PACKAGES = frozenset({"createPackage", "createPackageBody", "dropPackage", "dropPackageBody"})
SYNONYMS = frozenset({"createSynonym", "dropSynonym"})
TRIGGER_SWITCHES = frozenset({"enableTrigger", "disableTrigger"})
CHECK_SWITCHES = frozenset({"enableCheckConstraint", "disableCheckConstraint"})


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """What a database cannot do, and what it needs told, in the words of change types: facts as Liquibase 4.28 declares them.

    `"dropIndex": ("tableName",)` in `requires` reads: dropIndex must have its tableName here.
    """

    lacks: frozenset[str] = frozenset()
    """Change types that have no meaning here."""
    has: frozenset[str] = frozenset()
    """The `RARE` ones among those that have."""
    requires: Mapping[str, tuple[str, ...]] = {}
    refuses: Mapping[str, tuple[str, ...]] = {}

    def knows(self, change: str) -> bool:
        return change not in self.lacks and (change not in RARE or change in self.has)


class Row(Protocol):
    def __getitem__(self, index: int) -> Any: ...


class Connection(Protocol):
    """One session on a target database. The one module of a dialect that imports a driver (`connect.py`) makes it.

    Outside `begin()`…`commit()` every statement commits by itself. Driver errors come out as TargetError, raised `from` the driver's.
    """

    def begin(self) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def execute(self, statement: Statement) -> int:
        """Runs it; returns the rows affected, -1 when unknown."""
        ...

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]: ...
    def query_named(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[list[str], list[tuple[Any, ...]]]: ...
    def cancel(self) -> None:
        """Cancels the statement that runs, from another thread or a signal handler."""
        ...

    def is_alive(self) -> bool: ...
    def close(self) -> None: ...
    @property
    def in_transaction(self) -> bool: ...
    @property
    def session(self) -> str:
        """Names this session so that another one can tell whether it still lives (PostgreSQL: pid and backend_start)."""
        ...


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One database: its facts, its types, its DDL. `bascule.engine.dialects.NAME` registers it under NAME."""

    name: str
    traits: Traits
    types: "Types"
    ddl: "Ddl"
    support: Support = Support()

    def render(self, op: Operation, at: RenderContext) -> Iterator[Statement]:
        return self.ddl.render(op, at)
