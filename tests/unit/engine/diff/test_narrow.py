"""What is looked at: kinds and names of objects."""

import pytest

from bascule.core.errors import InputError
from bascule.engine.diff.compare import compare
from bascule.engine.diff.filters import filters
from bascule.engine.diff.narrow import Scope, diff_types, narrowed, narrowed_pair
from bascule.engine.schema import Check, Column, Index, Name, PrimaryKey, Routine, Schema, Sequence, Table, Trigger, View


def table(name: str, *columns: str, index: str | None = None, kind: str = "int") -> Table:
    own = (Index(name=index, table=Name(name), columns=(Column(name=columns[0]),)),) if index else ()
    return Table(
        name=Name(name),
        columns=tuple(Column(name=column, type=kind) for column in columns),
        primary_key=PrimaryKey(columns=(columns[0],), name=f"pk_{name}"),
        indexes=own,
        checks=(Check(expression="(1 = 1)", name=f"ck_{name}"),),
    )


WANTED = Schema(
    tables={
        "emp": table("emp", "id", "salary", index="ix_emp"),
        "dept": table("dept", "id", "boss"),
        "new": table("new", "id", index="ix_new"),
    },
    views={"emp_view": View(name=Name("emp_view"), query="select 1")},
    sequences={"no": Sequence(name=Name("no"))},
    routines={
        "f(int)": Routine(name=Name("f"), kind="function", definition="f"),
        "p()": Routine(name=Name("p"), kind="procedure", definition="p"),
    },
    triggers={"emp.tr": Trigger(name=Name("tr"), table=Name("emp"), definition="t")},
)
ACTUAL = Schema(tables={"emp": table("emp", "id", "salary", "extra", kind="bigint"), "dept": table("dept", "id")})


def told(types: str | None, include: str | None = None, exclude: str | None = None) -> set[str]:
    """Kind and name of each difference."""
    pair = narrowed_pair(WANTED, ACTUAL, Scope(diff_types(types), filters(include, exclude)))
    return {f"{found.status} {found.kind} {found.name}" for found in compare(*pair)}


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ("tables", {"missing Table new"}),
        ("views,sequences", {"missing View emp_view", "missing Sequence no"}),
        ("indexes", {"missing Index emp.ix_emp", "missing Index new.ix_new"}),
        ("catalogs,synonyms", set()),
    ],
)
def test_kinds_that_nobody_asked_for_are_not_compared(types: str, expected: set[str]) -> None:
    assert told(types) == expected


def test_columns_without_tables_are_those_of_tables_that_both_have_and_of_others() -> None:
    found = told("columns")
    assert {"missing Column dept.boss", "unexpected Column emp.extra", "changed Column emp.id", "missing Column new.id"} <= found
    assert not [difference for difference in found if " Column " not in difference]


@pytest.mark.parametrize(
    ("include", "exclude", "named"),
    [
        ("emp", None, {"emp"}),
        ("table:emp", None, {"emp"}),
        ("tables:(?i)EMP", None, {"emp"}),
        ("table:EMP", None, set()),
        ("table:em", None, set()),
        ("view:.*", None, {"emp_view"}),
        ("column:salary", None, {"emp"}),
        (None, "emp.*,new", {"dept", "no", "f(int)", "p()"}),
        (None, "table:emp,view:.*,sequence:.*, procedure:.*,function:f", {"dept", "new"}),
    ],
)
def test_objects_are_picked_by_name(include: str | None, exclude: str | None, named: set[str]) -> None:
    found = {difference.split(" ")[-1] for difference in told(None, include, exclude)}
    assert {name.partition(".")[0] for name in found} == named


def test_a_part_can_be_left_out() -> None:
    assert "missing Index emp.ix_emp" in told(None)
    assert "missing Index emp.ix_emp" not in told(None, exclude="index:ix_.*")
    assert "unexpected Column emp.extra" not in told(None, exclude="column:extra")


def test_what_is_not_asked_for_stays_as_it_is_where_a_table_is_made_anew() -> None:
    wanted, actual = narrowed_pair(WANTED, ACTUAL, Scope(diff_types("tables,columns")))
    assert wanted.tables["emp"].indexes == actual.tables["emp"].indexes == ACTUAL.tables["emp"].indexes
    assert wanted.tables["emp"].primary_key == ACTUAL.tables["emp"].primary_key
    assert [column.type for column in wanted.tables["emp"].columns] == ["int", "int"]
    assert wanted.tables["new"].primary_key is None
    assert wanted.tables["new"].columns == WANTED.tables["new"].columns


def test_everything_is_everything() -> None:
    assert narrowed(WANTED, Scope()) is WANTED


@pytest.mark.parametrize(
    ("include", "exclude", "code"), [("a", "b", "CLI-064"), ("people:ann", None, "CLI-065"), ("table:(", None, "CLI-066")]
)
def test_a_wrong_pattern_is_a_problem(include: str | None, exclude: str | None, code: str) -> None:
    with pytest.raises(InputError) as raised:
        filters(include, exclude)
    assert raised.value.problems[0].code == code


def test_a_wrong_kind_is_a_problem() -> None:
    with pytest.raises(InputError) as raised:
        diff_types("tables,people")
    assert raised.value.problems[0].code == "CLI-060"
