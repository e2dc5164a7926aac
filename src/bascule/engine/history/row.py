"""One row of DATABASECHANGELOG, and what is told of all of them together."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

COLUMNS = (
    "ID", "AUTHOR", "FILENAME", "DATEEXECUTED", "ORDEREXECUTED", "EXECTYPE", "MD5SUM", "DESCRIPTION", "COMMENTS", "TAG",
    "LIQUIBASE", "CONTEXTS", "LABELS", "DEPLOYMENT_ID",
)  # fmt: skip


MARKER_FILE = "liquibase-internal"
"""The FILENAME of rows that carry a tag and nothing else."""


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A changeset that has run here, as recorded. `executed_at` is the database's own text, without a zone."""

    id: str
    author: str
    file: str
    executed_at: str = ""
    order: int = 0
    exec_type: str = "EXECUTED"
    checksum: str | None = None
    description: str | None = None
    comments: str | None = None
    tag: str | None = None
    tool: str | None = None
    contexts: str | None = None
    labels: str | None = None
    deployment_id: str | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        """(id, author, FILENAME), the file normalised, so that old rows with `classpath:` still match."""
        return (self.id, self.author, normalised_file(self.file))

    @property
    def fqn(self) -> str:
        return f"{self.file}::{self.id}::{self.author}"

    @property
    def is_marker(self) -> bool:
        """Whether it stands for no changeset: it was written to carry a tag."""
        return self.file == MARKER_FILE


@lru_cache(maxsize=4096)
def normalised_file(path: str) -> str:
    """The FILENAME less `classpath:`, a drive letter, backslashes and a leading slash: Liquibase compares files so."""
    path = path.replace("\\", "/").removeprefix("classpath:")
    if len(path) > 1 and path[1] == ":" and path[0].isalpha():
        path = path[2:]
    return path.lstrip("/")


def from_values(values: Sequence[Any]) -> HistoryRow:
    """The row of one SELECT over COLUMNS."""
    texts = [None if value is None else str(value) for value in values]
    return HistoryRow(
        id=texts[0] or "",
        author=texts[1] or "",
        file=texts[2] or "",
        executed_at=texts[3] or "",
        order=int(values[4] or 0),
        exec_type=texts[5] or "EXECUTED",
        checksum=texts[6] or None,
        description=texts[7],
        comments=texts[8],
        tag=texts[9],
        tool=texts[10],
        contexts=texts[11],
        labels=texts[12],
        deployment_id=texts[13],
    )


def document(row: HistoryRow) -> dict[str, str | int | None]:
    """The row as column → value, for events and outputs."""
    return dict(
        zip(
            COLUMNS,
            (
                row.id, row.author, row.file, row.executed_at, row.order, row.exec_type, row.checksum, row.description, row.comments,
                row.tag, row.tool, row.contexts, row.labels, row.deployment_id,
            ),
            strict=True,
        )
    )  # fmt: skip


def digest(rows: Sequence[dict[str, Any]]) -> str:
    """SHA-256 over the rows in order: `sha256:` + hex. Equal digests mean equal histories."""
    import hashlib  # with OpenSSL behind it slow to load, and a run without work tells no digest

    content = msgspec.json.encode([[row.get(column) for column in COLUMNS] for row in rows])
    return "sha256:" + hashlib.sha256(content).hexdigest()


def summary(rows: Sequence[HistoryRow]) -> dict[str, Any]:
    """The whole history as the `history` output: count, highest order, digest, the newest tag, all rows."""
    documents = [document(row) for row in rows]
    return {
        "count": len(rows),
        "max_order": max((row.order for row in rows), default=0),
        "digest": digest(documents),
        "last_tag": next((row.tag for row in reversed(rows) if row.tag), None),
        "rows": documents,
    }
