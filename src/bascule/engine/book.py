"""What the history of a target says, kept up to date while a run changes it: the rows, their order, the row a changeset will get."""

from collections.abc import Sequence
from typing import Literal

from bascule.engine.changelog import contexts, labels
from bascule.engine.changelog.description import description
from bascule.engine.dialects.live import LiveConnection
from bascule.engine.history.databasechangelog import ChangelogTable
from bascule.engine.history.row import HistoryRow
from bascule.engine.selection import Pending
from bascule.engine.sql.statement import Statement
from bascule.engine.work import Scene

ExecType = Literal["EXECUTED", "RERAN", "MARK_RAN"]
"""What a changeset's row says of how it came to be."""


class Book:
    """The rows of one run. What it writes are statements; others send them."""

    def __init__(self, table: ChangelogTable, rows: Sequence[HistoryRow], scene: Scene, deployment_id: str) -> None:
        self.rows = list(rows)
        self._table = table
        self._scene = scene
        self._deployment_id = deployment_id
        self._recorded = {row.identity for row in rows}
        self._next_order = max((row.order for row in rows), default=0) + 1

    def row_of(self, pending: Pending, exec_type: ExecType, tag: str | None) -> HistoryRow:
        """The row that records this changeset now."""
        changeset, before = pending.changeset, pending.row
        return HistoryRow(
            id=changeset.id,
            author=changeset.author,
            file=before.file if before is not None else changeset.file,
            order=self._next_order,
            exec_type=exec_type,
            checksum=self._scene.checksum(changeset),
            description=description(changeset),
            comments=changeset.comment,
            tag=tag,
            contexts=contexts.contexts_column(changeset),
            labels=labels.labels_column(changeset),
            deployment_id=self._deployment_id,
        )

    def write(self, pending: Pending, row: HistoryRow) -> Statement:
        """The statement that records it: a new row, or in place of the one it has."""
        (statement,) = self._table.insert(row) if pending.row is None else self._table.update(row)
        return statement

    def is_recorded(self, row: HistoryRow, connection: LiveConnection) -> bool:
        """Whether the database holds the row as this run wrote it."""
        found = self._table.read_one(connection, row)
        return found is not None and found.order == row.order and found.deployment_id == row.deployment_id

    def remember(self, row: HistoryRow) -> HistoryRow:
        self._next_order = max(self._next_order, row.order + 1)
        if row.identity in self._recorded:  # it ran again: now it stands last
            self.rows = [known for known in self.rows if known.identity != row.identity]
        self._recorded.add(row.identity)
        self.rows.append(row)
        return row

    def forget(self, row: HistoryRow) -> None:
        """It was rolled back."""
        self.rows.remove(row)
        self._recorded.discard(row.identity)
