"""`bascule execute-sql`."""

from pathlib import Path
from typing import Any

import click

from bascule.cli.console import Console
from bascule.cli.options import connection_options, reporting_options, setting
from bascule.cli.verb import run_verb
from bascule.core.errors import NotFoundError
from bascule.core.problems import Problem
from bascule.engine.commands.execute_sql import Answer
from bascule.engine.commands.execute_sql import execute_sql as execute
from bascule.engine.commands.session import Session


@click.command("execute-sql", epilog="Example:  bascule execute-sql --sql 'SELECT count(*) FROM person' --url sqlite:app.db")
@setting("--sql", metavar="SQL")
@setting("--sql-file", metavar="FILE")
@setting("--delimiter", metavar="TEXT", help="What ends a statement [;].")
@connection_options
@reporting_options
def execute_sql(sql: str | None, sql_file: str | None, delimiter: str | None, **options: Any) -> int:
    """Run SQL given as text or file, in one transaction. Nothing is recorded in the history."""
    if (sql is None) == (sql_file is None):
        raise click.UsageError("give either --sql or --sql-file", click.get_current_context())

    def act(session: Session, console: Console) -> dict[str, Any]:
        answers = execute(session, sql if sql is not None else _read(str(sql_file)), delimiter)
        for answer in answers:
            _print(answer, console)
        if console.json:
            console.document([{"sql": a.sql, "columns": a.columns, "rows": [[_cell(v) for v in row] for row in a.rows]} for a in answers])
        return {"statements": len(answers)}

    return run_verb(options, act)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFoundError(Problem(code="CLI-006", what=f"there is no file '{path}'")) from error


def _print(answer: Answer, console: Console) -> None:
    if answer.columns:
        console.out(f"Output of {' '.join(answer.sql.split())}:")
        console.out(" | ".join(answer.columns) + " |")
        for row in answer.rows:
            console.out(" | ".join("NULL" if value is None else str(value) for value in row) + " |")
    else:
        console.out("Successfully Executed: " + " ".join(answer.sql.split()))
    console.out()


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
