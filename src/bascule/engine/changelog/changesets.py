"""A `changeSet` element → a ChangeSet: what was inherited is added, what was written is checked, its changes stay elements."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

import msgspec

from bascule.core.documents import Scalar
from bascule.core.problems import Position, Problem
from bascule.engine.changelog import labels
from bascule.engine.changelog.fields import CHANGE_FIELDS
from bascule.engine.dialects.base import QuotingStrategy
from bascule.engine.written.changeset import ChangeSet, OnFail, Preconditions, RollbackBlock, SqlVisitor
from bascule.engine.written.element import Element
from bascule.engine.written.files import normalise

Report = Callable[[Problem], None]

_OWN_CHILDREN = frozenset({"changes", "comment", "preConditions", "rollback", "modifySql", "validCheckSum", "validCheckSums"})
_OWN_ATTRIBUTES = frozenset(
    [
        "id",
        "author",
        "context",
        "contextFilter",
        "labels",
        "dbms",
        "runOnChange",
        "runAlways",
        "runInTransaction",
        "failOnError",
        "ignore",
        "runOrder",
        "runWith",
        "runWithSpoolFile",
        "objectQuotingStrategy",
        "onValidationFail",
        "logicalFilePath",
        "created",
        "comment",
        "changes",
        "modifySql",
        "preConditions",
        "rollback",
        "validCheckSum",
    ]
)
_PRECONDITION_ATTRIBUTES = frozenset(["onFail", "onError", "onFailMessage", "onErrorMessage", "onSqlOutput", "onUpdateSQL", "onUpdateSql"])
_VISITOR_ATTRIBUTES = frozenset(["dbms", "context", "contextFilter", "labels", "applyToRollback"])
_VISITORS = ("prepend", "append", "replace", "regExpReplace", "appendSqlIfNotPresent", "prependSqlIfNotPresent")


class Inherited(msgspec.Struct, frozen=True, kw_only=True):
    """What a file gets from the includes around it and from its own root element."""

    contexts: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    ignore: bool = False
    logical_file: str | None = None
    quoting: QuotingStrategy = "LEGACY"
    run_with: str | None = None
    run_with_spool_file: str | None = None
    is_known_change: Callable[[str], bool] = lambda _: True


def is_true(text: str | None, default: bool = False) -> bool:
    """A boolean attribute as the peer reads it: `true` in any case, everything else is false."""
    return default if text is None else text.strip().lower() == "true"


def context_of(element: Element) -> str | None:
    return element.value_of("contextFilter") or element.value_of("context")


def choice(element: Element, name: str, choices: Any, default: Any, report: Report) -> Any:
    """An attribute that is one of a Literal's words, in any case."""
    written = element.value_of(name)
    if written is None or not written.strip():
        return default
    words = get_args(choices)
    if written.strip().upper() in words:
        return written.strip().upper()
    report(
        Problem(
            code="LOG-008",
            what=f"{name} cannot be '{written}'",
            where=str(place(element, name)),
            fix=f"one of: {', '.join(words)}",
        )
    )
    return default


def place(element: Element, name: str) -> Position:
    """Where an attribute stands, else its element."""
    scalar = element.attributes.get(name)
    return scalar.position if scalar is not None else element.position


def read_changeset(element: Element, file: str, inherited: Inherited, report: Report) -> ChangeSet | None:
    """The ChangeSet; None when it has no identity. Everything wrong goes to `report`."""
    identity = {}
    for name in ("id", "author"):
        value = element.value_of(name)
        if value is None or not value.strip():
            report(Problem(code="LOG-006", what=f"a changeSet needs '{name}'", where=str(element.position)))
        else:
            identity[name] = value
    if len(identity) < 2:
        return None
    own_context = context_of(element)
    own_labels = labels.words(element.value_of("labels"))
    logical = element.value_of("logicalFilePath")
    run_order = element.value_of("runOrder")
    if run_order is not None and run_order not in ("first", "last"):
        report(
            Problem(code="LOG-008", what=f"runOrder cannot be '{run_order}'", where=str(place(element, "runOrder")), fix="first or last")
        )
        run_order = None
    fqn_file = normalise(logical) if logical else inherited.logical_file or file
    preconditions = element.child("preConditions")
    return ChangeSet(
        id=identity["id"],
        author=identity["author"],
        file=fqn_file,
        source_file=file,
        position=element.position,
        changes=_changes(element, inherited, report),
        rollback=_rollbacks(element, fqn_file, inherited, report),
        preconditions=None if preconditions is None else read_preconditions(preconditions, report),
        modify_sql=tuple(visitor for child in element.named("modifySql") for visitor in _visitors(child, report)),
        contexts=(*inherited.contexts, *([own_context.strip()] if own_context and own_context.strip() else [])),
        labels=(*inherited.labels, *([own_labels] if own_labels else [])),
        dbms=element.value_of("dbms"),
        comment=_comment(element),
        run_always=is_true(element.value_of("runAlways")),
        run_on_change=is_true(element.value_of("runOnChange")),
        run_in_transaction=is_true(element.value_of("runInTransaction"), True),
        fail_on_error=is_true(element.value_of("failOnError"), True),
        ignore=inherited.ignore or is_true(element.value_of("ignore")),
        run_order=run_order,  # type: ignore[arg-type]  # checked above
        run_with=element.value_of("runWith") or inherited.run_with,
        run_with_spool_file=element.value_of("runWithSpoolFile") or inherited.run_with_spool_file,
        on_validation_fail="MARK_RAN" if (element.value_of("onValidationFail") or "").upper() == "MARK_RAN" else "HALT",
        quoting=choice(element, "objectQuotingStrategy", QuotingStrategy, inherited.quoting, report),
        valid_checksums=_valid_checksums(element),
        created=element.value_of("created"),
    )


def _comment(element: Element) -> str:
    texts = [element.attribute("comment") or "", *(child.text.text for child in element.named("comment") if child.text is not None)]
    return "\n".join(text.strip() for text in texts if text.strip())


def _valid_checksums(element: Element) -> tuple[str, ...]:
    found = [element.attribute("validCheckSum")]
    for child in (*element.named("validCheckSum"), *element.named("validCheckSums")):
        found.append(child.text.text if child.text else None)
        found.extend(item.text.text if item.text else item.value_of("checkSum") for item in child.children)
    return tuple(text.strip() for text in found if text and text.strip())


def _changes(element: Element, inherited: Inherited, report: Report) -> tuple[Element, ...]:
    """The changes in order: what `changes` holds (YAML, JSON), and whatever else is not a changeset's own."""
    found: list[Element] = []
    for child in element.children:
        if child.name == "changes":
            found.extend(_listed_changes(child))
        elif child.name not in _OWN_CHILDREN and child.name not in _OWN_ATTRIBUTES:
            found.append(child)
    found.extend(_scalar_changes(element))
    for name in element.attributes:
        if name not in _OWN_ATTRIBUTES and name not in CHANGE_FIELDS:
            report(_unknown_attribute(name, element))
    return tuple(change for change in found if known_change(change, inherited, report))


def _listed_changes(element: Element) -> Iterator[Element]:
    """What a `changes` element holds; a list's item that is a mapping of scalars (`{sql: a, empty: }`) is as many changes."""
    yield from _scalar_changes(element)
    for child in element.children:
        scalars = tuple(_scalar_changes(child)) if child.name == "" else ()
        yield from scalars or (child,)


def _scalar_changes(element: Element) -> Iterator[Element]:
    """Changes written as one scalar: `sql: select 1`, `empty:`."""
    for name, scalar in element.attributes.items():
        if name in CHANGE_FIELDS:
            yield Element(name=name, text=None if scalar.kind == "null" else scalar, position=scalar.position)


def _unknown_attribute(name: str, element: Element) -> Problem:
    near = get_close_matches(name, _OWN_ATTRIBUTES, n=1, cutoff=0.7)
    return Problem(
        code="LOG-005",
        what=f"a changeSet has no attribute '{name}': it is ignored",
        where=str(place(element, name)),
        fix=f"did you mean '{near[0]}'?" if near else None,
        severity="warning",
    )


def known_change(change: Element, inherited: Inherited, report: Report) -> bool:
    """Whether a change has a name that is known; reports it when not."""
    if change.name in CHANGE_FIELDS or inherited.is_known_change(change.name):
        return True
    near = get_close_matches(change.name, CHANGE_FIELDS, n=1, cutoff=0.6)
    what = f"no change is named '{change.name}'" if change.name else "a change needs a name"
    report(Problem(code="REG-001", what=what, where=str(change.position), fix=f"did you mean '{near[0]}'?" if near else None))
    return False


def read_preconditions(element: Element, report: Report) -> Preconditions:
    """A preConditions element. In YAML its outcome rules may stand as items of the list."""
    on_sql_output = element.value_of("onSqlOutput") or element.value_of("onUpdateSQL") or element.value_of("onUpdateSql") or "IGNORE"
    if on_sql_output.upper() not in ("IGNORE", "TEST", "FAIL", "RUN"):
        report(
            Problem(
                code="LOG-008", what=f"onSqlOutput cannot be '{on_sql_output}'", where=str(element.position), fix="IGNORE, TEST or FAIL"
            )
        )
    return Preconditions(
        children=tuple(child for child in _flat(element.children) if child.name not in _PRECONDITION_ATTRIBUTES),
        on_fail=choice(element, "onFail", OnFail, "HALT", report),
        on_error=choice(element, "onError", OnFail, "HALT", report),
        on_fail_message=element.value_of("onFailMessage"),
        on_error_message=element.value_of("onErrorMessage"),
        on_sql_output={"TEST": "TEST", "RUN": "TEST", "FAIL": "FAIL"}.get(on_sql_output.upper(), "IGNORE"),  # type: ignore[arg-type]  # its words
        position=element.position,
    )


def _flat(children: tuple[Element, ...]) -> tuple[Element, ...]:
    """The children, unnamed list items opened."""
    return tuple(inner for child in children for inner in (_flat(child.children) if child.name == "" else (child,)))


def _visitors(element: Element, report: Report) -> list[SqlVisitor]:
    """The visitors of a modifySql element; a list item may carry its own dbms, context and labels."""
    found: list[SqlVisitor] = []
    for child in _each(element):
        if child.name in _VISITOR_ATTRIBUTES:
            continue
        if child.name not in _VISITORS:
            near = get_close_matches(child.name, _VISITORS, n=1, cutoff=0.6)
            fix = f"did you mean '{near[0]}'?" if near else f"one of: {', '.join(_VISITORS)}"
            report(Problem(code="LOG-005", what=f"modifySql cannot hold '{child.name}'", where=str(child.position), fix=fix))
            continue
        found.append(
            SqlVisitor(
                kind=child.name,
                value=child.value_of("value"),
                replace=child.value_of("replace"),
                with_=child.value_of("with"),
                apply_to_rollback=is_true(element.value_of("applyToRollback")),
                dbms=element.value_of("dbms"),
                context=context_of(element),
                labels=element.value_of("labels"),
            )
        )
    return found


def _each(element: Element) -> Iterator[Element]:
    """The visitors of an element; one that holds a list of mappings stands for as many."""
    for child in element.children:
        items = [item for item in child.children if item.name == ""]
        yield from (msgspec.structs.replace(item, name=child.name) for item in items)
        if not items:
            yield child


def _rollbacks(element: Element, file: str, inherited: Inherited, report: Report) -> tuple[RollbackBlock, ...]:
    blocks = [_rollback(child, file, inherited, report) for child in element.named("rollback")]
    scalar = element.attributes.get("rollback")
    if scalar is not None:
        text = None if scalar.kind == "null" else scalar
        blocks.append(_rollback(Element(name="rollback", text=text, position=scalar.position), file, inherited, report))
    return tuple(blocks)


def _rollback(element: Element, file: str, inherited: Inherited, report: Report) -> RollbackBlock:
    """One block: a text is SQL, `changeSetId` refers to another changeset, anything else are changes.

    None of it, or the word `empty`: nothing to do.
    """
    reference = _reference(element, file, report)
    if reference is not None:
        return RollbackBlock(reference=reference, position=element.position)
    changes: list[Element] = []
    if element.text is not None and element.text.text.strip() not in ("", "empty"):
        changes.append(_sql(element.text))
    for child in element.children:
        if child.name == "" and child.text is not None:
            changes.append(_sql(child.text))
        elif child.name == "changes":
            changes.extend(_listed_changes(child))
        elif child.name != "comment":
            changes.append(child)
    changes.extend(_scalar_changes(element))
    return RollbackBlock(changes=tuple(change for change in changes if known_change(change, inherited, report)), position=element.position)


def _reference(element: Element, file: str, report: Report) -> tuple[str, str, str] | None:
    for holder in (element, *(child for child in element.children if child.name == "")):
        identifier = holder.value_of("changeSetId")
        if identifier is not None:
            author = holder.value_of("changeSetAuthor")
            if author is None:
                report(Problem(code="LOG-006", what="a rollback to another changeset needs 'changeSetAuthor'", where=str(holder.position)))
            return (normalise(holder.value_of("changeSetPath") or file), identifier, author or "")
    return None


def _sql(text: Scalar) -> Element:
    return Element(name="sql", text=text, position=text.position)
