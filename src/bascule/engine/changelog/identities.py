"""What must hold among the changesets of a whole changelog: each is there once, and whom a rollback names is there."""

from collections.abc import Iterator, Sequence

from bascule.core.problems import Problem
from bascule.engine.written.changeset import ChangeSet


def duplicates(changesets: Sequence[ChangeSet]) -> Iterator[Problem]:
    """The same id, author and file twice: which one is meant by the history?"""
    first: dict[tuple[str, str, str], ChangeSet] = {}
    for changeset in changesets:
        before = first.setdefault(changeset.identity, changeset)
        if before is not changeset:
            yield Problem(
                code="LOG-007",
                what=f"the changeset {changeset.fqn} is there twice",
                where=str(changeset.position),
                why=f"it is first at {before.position}",
                fix="give one of them another id",
            )


def missing_references(changesets: Sequence[ChangeSet]) -> Iterator[Problem]:
    """Rollback blocks that run the changes of a changeset which is not there."""
    known = {(changeset.file, changeset.id, changeset.author) for changeset in changesets}
    for changeset in changesets:
        for block in changeset.rollback:
            if block.reference is not None and block.reference not in known:
                yield Problem(
                    code="LOG-014",
                    what=f"the rollback refers to the changeset {'::'.join(block.reference)}, which does not exist",
                    where=str(block.position),
                )
