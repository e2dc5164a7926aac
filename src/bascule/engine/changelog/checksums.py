"""MD5SUM as Liquibase stores it, versions 9 (since 4.22) and 8 (before): from what was written, never from typed fields."""

from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.files import Files

CURRENT = 9


def checksum(changeset: ChangeSet, *, version: int = CURRENT, dbms: str, files: Files) -> str:
    """A changeset's sum, with its version in front. It depends on the database where a change is for certain databases only (9).

    Raises InputError or NotFoundError when a file a change names cannot be read.
    """
    known = changeset.known_checksums.get(f"{version}:{dbms}")
    if known is not None:
        return known
    from bascule.engine.changelog.summing import summed  # a run in which all sums are known needs none of it

    return summed(changeset, version, dbms, files)


def reads_files(changeset: ChangeSet) -> bool:
    """Whether the sum depends on a file beside the changelog."""
    return any(change.value_of("path") or change.value_of("file") for change in changeset.changes)
