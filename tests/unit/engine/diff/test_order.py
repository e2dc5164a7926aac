"""What comes after what it needs, and what goes with what it rests on."""

from bascule.engine import dialects
from bascule.engine.diff.changes import changes
from bascule.engine.diff.needs import in_order, says
from bascule.engine.diff.stale import stale
from bascule.engine.schema import Check, Column, Name, Routine, Schema, Table, UserType, Value, View

POSTGRESQL = dialects.get("postgresql")


def table(name: str, *columns: Column) -> Table:
    return Table(name=Name(name), columns=columns)


def function(name: str, body: str, language: str = "sql", result: str = "integer") -> Routine:
    definition = f"CREATE OR REPLACE FUNCTION {name}()\n RETURNS {result}\n LANGUAGE {language}\nAS $function${body}$function$"
    return Routine(name=Name(name), kind="function", definition=definition, signature=f" {result}")


def view(name: str, query: str) -> View:
    return View(name=Name(name), query=query)


def test_each_object_comes_after_those_that_it_needs() -> None:
    schema = Schema(
        tables={"a": table("a", Column(name="x", type="kind", default=Value("computed", "next_no()")))},
        routines={"next_no()": function("next_no", "SELECT 1"), "of_a()": function("of_a", "SELECT x FROM b_view")},
        types={"kind": UserType(name=Name("kind"), kind="domain", base="text", checks=(Check(expression="(VALUE <> first_no())"),))},
        views={"b_view": view("b_view", "SELECT x FROM a"), "a_view": view("a_view", "SELECT * FROM b_view")},
    )
    placed = [key for _, key in in_order(schema)]
    assert placed == ["kind", "next_no()", "a", "b_view", "of_a()", "a_view"]


def test_a_body_that_is_read_when_it_runs_closes_no_circle() -> None:
    own = function("make_no", "BEGIN INSERT INTO a VALUES (1); END", "plpgsql")
    schema = Schema(
        tables={"a": table("a", Column(name="x", type="integer", default=Value("computed", "make_no()")))}, routines={"make_no()": own}
    )
    assert in_order(schema) == [("routine", "make_no()"), ("table", "a")]


def test_what_rests_on_what_goes_goes_along_and_no_more() -> None:
    actual = Schema(
        tables={"a": table("a"), "b": table("b")},
        views={"v": view("v", "SELECT * FROM a"), "w": view("w", "SELECT * FROM v"), "other": view("other", "SELECT * FROM b")},
        routines={"f()": function("f", "SELECT count(*) FROM a")},
    )
    found = stale(actual, actual, {"a"})
    assert found.moving == {("table", "a"), ("view", "v"), ("view", "w")}
    assert found.rests("SELECT * FROM w", on_tables=True)
    assert not found.rests("SELECT * FROM w")


def test_a_function_that_gives_the_same_is_replaced_where_it_stands() -> None:
    before, after = Schema(routines={"f()": function("f", "SELECT 1")}), Schema(routines={"f()": function("f", "SELECT 2")})
    (step,) = changes(after, before, POSTGRESQL)
    assert step.attributes["sql"].text == after.routines["f()"].definition
    other = Schema(routines={"f()": function("f", "SELECT 2", result="bigint")})
    assert [step.attributes["sql"].text.split("(")[0] for step in changes(other, before, POSTGRESQL)] == [
        'DROP FUNCTION "f"',
        "CREATE OR REPLACE FUNCTION f",
    ]


def test_a_label_is_put_beside_one_that_is_there_by_then() -> None:
    def enum(*labels: str) -> Schema:
        return Schema(types={"t": UserType(name=Name("t"), kind="enum", labels=labels)})

    steps = changes(enum("zero", "one", "two", "it's", "three"), enum("one", "three"), POSTGRESQL)
    assert [step.attributes["sql"].text.partition("ADD VALUE ")[2] for step in steps] == [
        "'zero' BEFORE 'one'",
        "'two' AFTER 'one'",
        "'it''s' AFTER 'two'",
    ]


def test_a_text_says_a_name_however_it_is_quoted() -> None:
    assert says('("a b" * 2)', ["A B"])
    assert says('"qu""ote" > 1', ['qu"ote'])
    assert not says("total_of", ["total"])
