"""sql: statements as their author wrote them."""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, Text, change


@change("sql")
class Sql(Change, frozen=True, kw_only=True):
    """Run SQL text. It has no automatic rollback: give the changeset a `rollback`."""

    sql: Text
    split_statements: bool = True
    strip_comments: bool = False
    end_delimiter: str | None = None
    dbms: str | None = None
    comment: str | None = None
    ignore_original_split_statements: bool | None = None

    def operations(self) -> Iterator[ops.Operation]:
        yield ops.RunSql(self.sql, self.split_statements, self.strip_comments, self.end_delimiter, "sql")
