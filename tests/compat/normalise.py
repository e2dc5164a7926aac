"""What two runs, two programs and two machines may differ in, taken out of texts and shapes before they are compared."""

import json
import re
from typing import Any

import msgspec

from bascule.engine.snapshots import peer_read
from bascule.engine.snapshots.lens import as_liquibase_says

_DATABASE = re.compile(r"(?:\w+@)?(?:<URL>|(?:jdbc:)?(?:postgresql|mariadb|sqlite):[^\s'.]+(?:\.[^\s'.]+)*)")
_HOLDER = re.compile(r"LOCKEDBY = '[^']*'")
_DEPLOYMENT = re.compile(r"'(?:\d{10}|<DEPLOYMENT_ID>)'")
_TOOL = re.compile(r"'(?:4\.28\.0|bascule [^']*)'")
_VOLATILE = "WARNING The following SQL may change each run"
_MARKER_ID = re.compile(r"\d{13}")


def script(text: str) -> list[str]:
    """The lines of a script that say something: without empty ones, `SET SEARCH_PATH`, times, places, versions, and the peer's error."""
    kept = []
    for line in text.split("\n-- FAILED\n")[0].splitlines():
        bare = line.strip()
        if (
            not bare
            or bare.startswith("SET SEARCH_PATH")
            or _VOLATILE in bare
            or re.match(r"--\s+(Ran at|Against|(Liquibase|Bascule) version):", bare)
        ):
            continue
        line = _HOLDER.sub("LOCKEDBY = '<HOST>'", line.rstrip())
        line = _TOOL.sub("'<TOOL>'", _DEPLOYMENT.sub("'<DEPLOYMENT_ID>'", line))
        kept.append(line)
    return kept


def printed(text: str) -> list[str]:
    """The lines of a verb's result."""
    lines = text.split("\n--- stderr")[0].splitlines()
    return [_DATABASE.sub("<DATABASE>", line.rstrip()) for line in lines if line.strip()]


def difference(text: str) -> tuple[list[str], list[str]]:
    """`diff`: what is compared, and what differs; kinds of which nothing does are left out, since each side knows other kinds."""
    lines = printed(text)
    begin = next((at for at, line in enumerate(lines) if line.startswith("Missing ")), len(lines))
    return lines[:begin], [line for line in lines[begin:] if not line.endswith(": NONE")]


def snapshot(text: str) -> Any:
    """`snapshot` in Liquibase's shape: its tables with all their parts, and its views, whose queries servers word each in their own way.

    The recordings were made where the peer sees no sequences.
    """
    (seen,) = peer_read.snapshots({"snapshot": json.loads(text)["snapshot"]})
    schema = as_liquibase_says(msgspec.structs.replace(seen, by="bascule")).schema
    return {"tables": msgspec.to_builtins(schema.tables), "views": list(schema.views)}


def history_table(text: str) -> list[list[str]]:
    """`history`: path, author, id and tag of each row of its tables; the id of a tag's marker row is a time."""
    rows = [
        [_MARKER_ID.sub("<TIME>", cell.strip()) for cell in line.strip("| ").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return [row[2:] for row in rows if row[0] != "Deployment ID"]


def rows(recorded: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """History rows; the id of a tag's marker row is a time. None: there was no table."""
    kept = []
    for row in recorded or []:
        row = {name: value for name, value in row.items() if name != "LIQUIBASE"}
        if row.get("FILENAME") == "liquibase-internal":
            row["ID"] = _MARKER_ID.sub("<TIME>", str(row["ID"]))
        kept.append(row)
    return kept


def shape(recorded: dict[str, Any]) -> dict[str, Any]:
    """A shape: rows in any order, texts of views in one form for all server versions, no errors of the recording itself."""
    result = {name: value for name, value in recorded.items() if name not in ("checks", "rows")}
    result["rows"] = {
        table: sorted(([_plain(cell) for cell in row] for row in found), key=str)
        for table, found in recorded.get("rows", {}).items()
        if not isinstance(found, str)
    }
    if "views" in result:
        result["views"] = [[*view[:2], _view_text(view)] for view in result["views"]]
    if "indexes" in result:
        result["indexes"] = sorted(result["indexes"], key=str)
    return result


def _plain(cell: Any) -> Any:
    """Decimals of SQLite came as texts from one driver and come as floats from the other."""
    return str(cell) if isinstance(cell, float) else cell


def _view_text(view: list[Any]) -> str:
    """PostgreSQL 16 and later write a view's columns without the table where there is only one."""
    text = " ".join(str(view[2]).split())
    source = re.search(r"FROM (\w+);?$", text)
    return text.replace(f"{source[1]}.", "") if source else text
