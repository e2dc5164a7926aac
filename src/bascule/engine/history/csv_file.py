"""The history of an `offline:` target: a CSV file with the columns of DATABASECHANGELOG, as Liquibase 4.28 keeps it."""

import csv
import io
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.history.databasechangelog import TOOL
from bascule.engine.history.row import COLUMNS, HistoryRow, document, from_values

_NO_CONTEXTS = "()"
"""What Liquibase writes for a changeset without contexts."""


def read(path: Path) -> tuple[HistoryRow, ...] | None:
    """Its rows in the order recorded, or None where there is no file. Columns are found by name, in any case and order."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(code="HIS-020", what=f"the history file cannot be read: {error}", where=str(path))) from error
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip().upper() for name in next(lines, [])]
    missing = [name for name in COLUMNS[:6] if name not in header]
    if missing and header:
        raise InputError(
            Problem(
                code="HIS-021",
                what=f"the history file has no column {missing[0]}",
                where=f"{path}:1",
                fix="give another changeLogFile=FILE.csv in the URL, or begin the file with the columns of DATABASECHANGELOG",
            )
        )
    return tuple(_row(dict(zip(header, line, strict=False)), f"{path}:{lines.line_num}") for line in lines if line)


def _row(cells: dict[str, str], where: str) -> HistoryRow:
    present = {name: cells.get(name) or None for name in COLUMNS}
    if present["CONTEXTS"] == _NO_CONTEXTS:
        present["CONTEXTS"] = None
    if not (present["ORDEREXECUTED"] or "0").isdigit():
        raise InputError(Problem(code="HIS-022", what=f"ORDEREXECUTED '{present['ORDEREXECUTED']}' is not a number", where=where))
    return from_values([present[name] for name in COLUMNS])


def write(path: Path, rows: Sequence[HistoryRow]) -> None:
    """Replaces the file at once, so that a reader never sees half of it."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    lines.writerow(COLUMNS)
    for row in rows:
        now = datetime.now().isoformat(timespec="milliseconds")  # local and without a zone, as databases record it
        cells = {**document(row), "DATEEXECUTED": row.executed_at or now, "LIQUIBASE": row.tool or TOOL}
        lines.writerow(["" if cells[name] is None else cells[name] for name in COLUMNS])
    interim = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        interim.write_text(text.getvalue(), encoding="utf-8", newline="")
        interim.replace(path)
    except OSError as error:
        interim.unlink(missing_ok=True)
        raise InputError(
            Problem(
                code="HIS-023",
                what=f"the history file cannot be written: {error}",
                where=str(path),
                fix="give changeLogFile=FILE.csv in the URL, a place that can be written",
            )
        ) from error
