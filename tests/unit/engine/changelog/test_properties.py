"""Properties: who wins, what stays as it is, and circles."""

import pytest

from bascule.core.errors import InputError
from bascule.core.problems import Position
from bascule.engine.changelog.properties import Properties, expanded, read_properties, references
from bascule.engine.written.changeset import Property

AT = Position("f.xml", 1, 1)


def properties(**options: object) -> Properties:
    settings: dict[str, object] = {"dbms": "postgresql", "run_contexts": "test", "label_filter": None} | options
    return Properties({"cli": "given"}, **settings)  # type: ignore[arg-type]


def define(into: Properties, name: str, value: str, file: str = "f.xml", **options: object) -> None:
    into.define(Property(name=name, value=value, position=AT, **options), file)  # type: ignore[arg-type]


def test_the_first_definition_wins_and_the_callers_always() -> None:
    names = properties()
    define(names, "t", "first")
    define(names, "T", "second")
    define(names, "cli", "file")
    assert names.expand("${t} ${CLI} ${unknown}", "f.xml", AT) == "first given ${unknown}"


def test_definitions_for_another_run_are_left_out() -> None:
    names = properties()
    define(names, "d", "mysql", dbms="mysql,mariadb")
    define(names, "d", "pg", dbms="postgresql")
    define(names, "c", "no", context="!test")
    define(names, "c", "yes", context="test")
    assert names.expand("${d} ${c}", "f.xml", AT) == "pg yes"


def test_local_ones_are_for_their_file_the_latest_wins_and_globals_come_first() -> None:
    names = properties()
    define(names, "l", "one", global_=False)
    define(names, "l", "two", global_=False)
    assert names.expand("${l}", "f.xml", AT) == "two"
    assert names.expand("${l}", "other.xml", AT) == "${l}"
    define(names, "l", "global")
    assert names.expand("${l}", "f.xml", AT) == "global"


def test_values_are_expanded_when_used() -> None:
    names = properties()
    define(names, "nest", "${t}_nested")
    define(names, "t", "x")
    assert names.expand("${nest}", "f.xml", AT) == "x_nested"


def test_a_circle_is_refused() -> None:
    names = properties()
    define(names, "a", "${b}")
    define(names, "b", "${A}")
    with pytest.raises(InputError) as caught:
        names.expand("${a}", "f.xml", AT)
    assert caught.value.problems[0].code == "LOG-017"


def test_values_that_multiply_are_refused() -> None:
    names = properties()
    define(names, "a0", "x" * 1000)
    for level in range(1, 10):
        define(names, f"a{level}", f"${{a{level - 1}}}" * 10)
    with pytest.raises(InputError) as caught:
        names.expand("${a9}", "f.xml", AT)
    assert caught.value.problems[0].code == "LOG-017"


def test_missing_names_by_mode() -> None:
    assert properties(missing="EMPTY").expand("a${x}b", "f.xml", AT) == "ab"
    with pytest.raises(InputError) as caught:
        properties(missing="ERROR").expand("a${x}b", "f.xml", AT)
    assert caught.value.problems[0].code == "LOG-016"


def test_escapes_stay_unless_asked_for() -> None:
    assert properties().expand("${:cli}", "f.xml", AT) == "${:cli}"
    assert properties(escaping=True).expand("${:cli}", "f.xml", AT) == "${cli}"


def test_properties_files() -> None:
    text = "# comment\n! other\nfilep = from file\nk:v\nlong = a \\\n   b\nuni=\\u00e9\nempty=\nspaced  key\nesc\\=aped=1\n"
    assert read_properties(text) == {
        "filep": "from file",
        "k": "v",
        "long": "a b",
        "uni": "é",
        "empty": "",
        "spaced": "key",
        "esc=aped": "1",
    }


def test_recorded_values_are_put_in() -> None:
    assert references("${a} ${b.c} $d ${") == {"a", "b.c"}
    assert expanded("${A} ${x}", {"a": "1"}) == "1 ${x}"
