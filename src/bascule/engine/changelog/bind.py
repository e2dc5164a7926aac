"""A changeset's elements → typed changes: those it runs, and those that undo it. Done only for changesets that run."""

from collections.abc import Iterable

from bascule.core.errors import BasculeError, InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine.changelog.description import description
from bascule.engine.changelog.properties import expanded
from bascule.engine.changes.base import Change
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.written.changeset import Changelog, ChangeSet, RollbackBlock
from bascule.engine.written.dbms import applies_to
from bascule.engine.written.element import Element
from bascule.engine.written.files import Files


def changes_of(changeset: ChangeSet, files: Files, *, dialect_name: str | None = None) -> tuple[Change, ...]:
    """What a changeset does, in order, its files read in. Raises InputError with all problems.

    With `dialect_name` changes that are for other databases by their own `dbms` are left out, and their files not read.
    """
    return _bound(changeset.changes, changeset, files, dialect_name)


def rollback_changes_of(changeset: ChangeSet, changelog: Changelog, files: Files, *, dialect_name: str | None = None) -> tuple[Change, ...]:
    """What undoes a changeset: its rollback blocks in order, else the inverses of its changes, the last one first.

    Raises InputError when a change has no inverse, NotFoundError when a block refers to a changeset that is not there.
    """
    if changeset.rollback:
        found: list[Change] = []
        for block in changeset.rollback:
            owner = changeset if block.reference is None else _referred(block, changelog)
            elements = block.changes if block.reference is None else owner.changes
            found.extend(_bound(elements, owner, files, dialect_name))
        return tuple(found)
    return tuple(_inverses(changeset, changes_of(changeset, files, dialect_name=dialect_name)))


def _inverses(changeset: ChangeSet, changes: tuple[Change, ...]) -> Iterable[Change]:
    problems: list[Problem] = []
    inverses: list[Change] = []
    for change in reversed(changes):
        inverse = change.inverse()
        if inverse is None:
            problems.append(
                Problem(
                    code="LOG-025",
                    what=f"'{change.change_name}' cannot be undone by itself",
                    where=str(change.written.position),
                    why=f"the changeset {changeset.fqn} has no rollback block",
                    fix="add one: SQL, changes, or an empty one when nothing is to do",
                )
            )
        else:
            inverses.extend(inverse)
    if problems:
        raise InputError(reversed(problems))
    return inverses


def _referred(block: RollbackBlock, changelog: Changelog) -> ChangeSet:
    for changeset in changelog.changesets:
        if (changeset.file, changeset.id, changeset.author) == block.reference:
            return changeset
    named = "::".join(block.reference or ())
    raise NotFoundError(
        Problem(code="LOG-014", what=f"the rollback refers to the changeset {named}, which does not exist", where=str(block.position))
    )


def _bound(elements: Iterable[Element], changeset: ChangeSet, files: Files, dialect_name: str | None) -> tuple[Change, ...]:
    def expand(text: str) -> str:
        return expanded(text, changeset.file_properties)

    problems: list[Problem] = []
    changes: list[Change] = []
    for element in elements:
        if dialect_name is not None and not applies_to(element.value_of("dbms"), dialect_name):
            continue
        try:
            changes.append(bind_change(element, dialect_name=dialect_name or "").resolve(files, expand))
        except BasculeError as error:
            problems.extend(_placed(error.problems, element))
    if problems:
        raise InputError(problems)
    return tuple(changes)


def _placed(problems: Iterable[Problem], element: Element) -> Iterable[Problem]:
    for problem in problems:
        where = problem.where or str(element.position)
        yield Problem(code=problem.code, what=problem.what, where=where, why=problem.why, fix=problem.fix, severity=problem.severity)


__all__ = ["changes_of", "description", "rollback_changes_of"]
