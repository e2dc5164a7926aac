"""The standard words: how operations read in SQL where a database has no peculiarity.

A dialect's own `ddl.py` overrides what differs. The text is that of Liquibase 4.28, as recorded.
"""

from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import RenderContext
from bascule.engine.dialects.ddl.code import CodeWords
from bascule.engine.dialects.ddl.tables import TableWords
from bascule.engine.sql.split import is_blank, split
from bascule.engine.sql.statement import Statement


class Ddl(TableWords, CodeWords):
    """Renders operations: one method per kind of operation, named after it. Its bases hold them by what they are about."""

    def render(self, op: ops.Operation, at: RenderContext) -> Iterator[Statement]:
        """The statements that carry an operation out. Raises InputError where this database cannot, or not without knowing the shape."""
        method = getattr(self, str(type(op).__struct_config__.tag))
        statements: Iterator[Statement] = method(op, at)
        return statements

    def run_sql(self, op: ops.RunSql, at: RenderContext) -> Iterator[Statement]:
        """The script's statements as written. Pieces of nothing but comments are left out: some servers call them an error."""
        if at.whole_scripts:
            is_command = op.text.rstrip().rpartition("\n")[2].startswith(("\\", "."))
            yield Statement(op.text, transactional=False, delimiter="" if is_command else ";")
            return
        written = at.end_delimiter if at.overrides_delimiters else op.end_delimiter or at.end_delimiter
        delimiter = written.replace("\\r", "\r").replace("\\n", "\n") if written else ";"
        nested = self.traits.nests_comments
        for text in split(op.text, end_delimiter=written, split=op.split, strip_comments=op.strip_comments, nested=nested):
            if not is_blank(text, nested=nested):
                yield Statement(text, transactional=self.is_transactional(text), delimiter=delimiter)

    def is_transactional(self, text: str) -> bool:
        """Whether the server takes that statement inside a transaction."""
        return True

    def unrecognised(self, op: ops.Unrecognised, at: RenderContext) -> Iterator[Statement]:
        yield Statement(op.text, transactional=self.is_transactional(op.text))

    def _no_sql(self, op: ops.Operation, at: RenderContext) -> Iterator[Statement]:
        """What the run itself does: tags, messages, stops and programs."""
        return iter(())

    tag_database = tell = stop = run_program = _no_sql
