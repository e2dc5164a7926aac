"""Every change type on every database: the SQL it renders to, what undoes it, what is refused. The SQL was recorded of Liquibase 4.28."""

from collections.abc import Iterable

import pytest

from bascule.core.errors import InputError
from bascule.engine import dialects
from bascule.engine.changes.base import CHANGES, Change
from bascule.engine.changes.reading.bind import bind_change
from bascule.engine.changes.reading.validate import problems
from tests.unit.engine.changes.cases import CASES, CONTEXTS, OFFLINE, Case, Outcome, all_cases

ROWS = all_cases()


def outcome(changes: Iterable[Change], database: str) -> Outcome:
    dialect = dialects.get(database)
    found: list[str] = []
    for change in changes:
        refused = [problem.what for problem in problems(change, dialect) if problem.severity == "error"]
        if refused:
            return {"refused": refused}
        try:
            for op in change.operations():
                found.extend(f"{statement.text};" for statement in dialect.render(op, {**CONTEXTS, **OFFLINE}[database]))
        except InputError as error:
            return {"refused": [problem.what for problem in error.problems]}
    return "\n".join(found)


@pytest.mark.parametrize("database", CONTEXTS)
@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.title)
def test_a_change_becomes_the_recorded_sql(case: Case, database: str) -> None:
    assert outcome([bind_change(case.element)], database) == case.outcomes[database]


@pytest.mark.parametrize("case", [case for case in ROWS if case.offline], ids=lambda case: case.title)
def test_a_change_has_words_of_other_databases(case: Case) -> None:
    found = {database: outcome([bind_change(case.element)], database) for database in case.offline}
    assert found == case.offline


@pytest.mark.parametrize("database", CONTEXTS)
@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.title)
def test_an_inverse_becomes_the_recorded_sql(case: Case, database: str) -> None:
    inverse = bind_change(case.element).inverse()
    if inverse is None:
        assert case.rollback is None
    else:
        assert case.rollback is not None
        # What was refused cannot have run: there is nothing to undo.
        assert isinstance(case.outcomes[database], dict) or outcome(inverse, database) == case.rollback[database]


def test_every_change_type_has_a_table_and_the_name_of_its_file() -> None:
    assert {file.stem for file in CASES.glob("*.yaml")} == set(CHANGES.modules())
    for name in CHANGES.names():
        assert CHANGES.get(name).change_name == name


def test_an_unknown_change_is_reported_with_a_suggestion() -> None:
    case = next(case for case in ROWS if case.element.name == "addColumn")
    misspelt = type(case.element)(name="addColum", position=case.element.position)
    with pytest.raises(InputError, match="no change is named 'addColum'") as caught:
        bind_change(misspelt)
    assert caught.value.problems[0].code == "REG-001"
    assert caught.value.problems[0].fix == "did you mean 'addColumn'?"
