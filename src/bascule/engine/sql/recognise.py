"""SQL text → operations, so that lint, policy and impact analysis need not care how a change was written.

Parsing is sqlglot's, imported at the first use. What it cannot parse is classified by its first words. What is neither is
`Unrecognised`: nothing is ever left out, and a comment, a string or a name never counts as a statement.
"""

from bascule.engine.operations import Operation, Unrecognised
from bascule.engine.sql.first_words import classify
from bascule.engine.sql.split import is_blank, split

LARGEST_PARSED = 200_000
"""Characters. A statement beyond that is data, and its first words tell enough."""

_GRAMMARS = {
    "postgresql": "postgres",
    "cockroachdb": "postgres",
    "edb": "postgres",
    "mariadb": "mysql",
    "mysql": "mysql",
    "sqlite": "sqlite",
    "oracle": "oracle",
    "mssql": "tsql",
    "snowflake": "snowflake",
}


def recognise(sql: str, dialect_name: str, *, end_delimiter: str | None = None, nested: bool = False) -> list[Operation]:
    """What a statement, or a script of them, amounts to, in order. Blank text is nothing. `nested`: a comment may hold another."""
    found: list[Operation] = []
    for text in split(sql, end_delimiter=end_delimiter, nested=nested):
        if not is_blank(text, nested=nested):
            found.extend(_of_statement(text, dialect_name, nested=nested))
    return found


def _of_statement(text: str, dialect_name: str, *, nested: bool) -> list[Operation]:
    if len(text) <= LARGEST_PARSED:
        from bascule.engine.sql.parsed import operations_of

        parsed = operations_of(text, _GRAMMARS.get(dialect_name))
        if parsed is not None:
            return parsed
    return classify(text, nested=nested) or [Unrecognised(text)]
