"""A checksum is of what a changeset does, not of how it is written: another format, other spaces, another order of attributes."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bascule.engine.changelog.checksums import checksum
from bascule.engine.changelog.load import LoadSettings, load
from bascule.engine.changelog.serialise import serialise
from bascule.engine.dialects import DIALECTS
from bascule.engine.written.build import NOWHERE, element
from bascule.engine.written.changeset import ChangeSet
from bascule.engine.written.element import Element
from bascule.engine.written.files import Files
from tests.integration.engine.rollback_strategies import MAKERS, Drawn

FORMATS = ("xml", "yaml", "json")
_FEW = settings(max_examples=6, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture])
"""For each change type."""
_SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def changeset(*changes: Element, **facts: object) -> ChangeSet:
    bare = ChangeSet(id="1", author="a", file="c", source_file="c", position=NOWHERE, changes=changes)
    return msgspec.structs.replace(bare, **facts)


def summed(given: ChangeSet, version: int = 9, root: Path = Path("/nowhere")) -> str:
    return checksum(given, version=version, dbms="postgresql", files=Files([root]))


def written_as(kind: str, given: ChangeSet, folder: Path) -> ChangeSet:
    """The changeset after it was written to a file of that format and read again."""
    (folder / f"c.{kind}").write_text(serialise([given], kind, DIALECTS.get("postgresql")), encoding="utf-8")
    read = load(f"c.{kind}", Files([folder]), settings=LoadSettings(dbms="postgresql"), cache=None)
    (found,) = read.changesets
    return msgspec.structs.replace(found, known_checksums={})


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_format_has_the_same_checksum(name: str, tmp_path: Path) -> None:
    @_FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        database = data.draw(st.sampled_from([d for d in ("postgresql", "mariadb") if DIALECTS.get(d).support.knows(name)]))
        given_one = changeset(MAKERS[name](Drawn(data, database, "public")))
        for kind in FORMATS:
            again = written_as(kind, given_one, tmp_path)
            assert summed(again) == summed(given_one), kind
            assert summed(again, 8) == summed(given_one, 8), kind

    check()


_SQL = st.lists(
    st.sampled_from(["select", "1", "'a b'", "from", "person", "--x", ";", "A", "a", "é", "$$", "(", ")"]), min_size=1, max_size=8
)
_SPACES = st.text(" \n\t\r", max_size=3)


@_SOME
@given(_SQL, st.data())
def test_spaces_between_the_words_of_sql_do_not_count(words: list[str], data: st.DataObject) -> None:
    spread = "".join(word + data.draw(_SPACES) for word in words)
    close = "".join(words)
    assert summed(changeset(element("sql", sql=spread))) == summed(changeset(element("sql", sql=close)))


@_SOME
@given(_SQL, _SQL)
def test_every_other_character_of_sql_counts(one: list[str], other: list[str]) -> None:
    def bare(words: list[str]) -> str:
        return "".join("".join(words).split())

    same = summed(changeset(element("sql", sql=" ".join(one)))) == summed(changeset(element("sql", sql=" ".join(other))))
    assert same is (bare(one) == bare(other))


@_SOME
@given(_SQL, st.data())
def test_in_version_8_a_run_of_spaces_counts_as_one(words: list[str], data: st.DataObject) -> None:
    run = st.text(" \n\t\r", min_size=1, max_size=3)
    spread = "".join(data.draw(run) + word for word in words) + data.draw(run)
    assert summed(changeset(element("sql", sql=spread)), 8) == summed(changeset(element("sql", sql=" ".join(words))), 8)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_order_of_attributes_does_not_count(name: str) -> None:
    @_FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        change = MAKERS[name](Drawn(data, "postgresql", "public"))
        names = data.draw(st.permutations(list(change.attributes)))
        shuffled = msgspec.structs.replace(change, attributes={key: change.attributes[key] for key in names})
        assert summed(changeset(shuffled)) == summed(changeset(change))

    check()


@_SOME
@given(st.data())
def test_the_order_of_changes_and_of_columns_counts(data: st.DataObject) -> None:
    one, other = (element("sql", sql=text) for text in data.draw(st.lists(st.text("abc", min_size=1), min_size=2, max_size=2, unique=True)))
    assert summed(changeset(one, other)) != summed(changeset(other, one))
    columns = [element("column", name=name, type="int") for name in ("a", "b")]
    there, back = (
        element("createTable", [Element(name="columns", children=tuple(order), position=NOWHERE)], tableName="t")
        for order in (columns, columns[::-1])
    )
    assert summed(changeset(there)) != summed(changeset(back))


@pytest.mark.parametrize(
    "facts",
    [
        {"id": "2"},
        {"author": "b"},
        {"file": "other.xml"},
        {"contexts": ("test",)},
        {"labels": (("l",),)},
        {"comment": "why"},
        {"run_on_change": True},
        {"run_always": True},
        {"dbms": "postgresql"},
        {"fail_on_error": False},
        {"run_in_transaction": False},
        {"quoting": "QUOTE_ALL_OBJECTS"},
        {"created": "today"},
    ],
    ids=str,
)
def test_what_stands_around_the_changes_does_not_count(facts: dict[str, object]) -> None:
    change = element("renameTable", oldTableName="a", newTableName="b")
    for version in (8, 9):
        assert summed(changeset(change, **facts), version) == summed(changeset(change), version)


def test_a_number_with_zeros_at_its_end_has_two_checksums(tmp_path: Path) -> None:
    """XML keeps the text `1.50`, YAML and JSON read a number: so the peer has recorded it."""
    (tmp_path / "c.xml").write_text(
        '<databaseChangeLog><changeSet id="1" author="a"><addDefaultValue tableName="t" columnName="c" defaultValueNumeric="1.50"/>'
        "</changeSet></databaseChangeLog>"
    )
    (tmp_path / "c.yaml").write_text(
        "databaseChangeLog: [{changeSet: {id: '1', author: a, changes: ["
        "{addDefaultValue: {tableName: t, columnName: c, defaultValueNumeric: 1.50}}]}}]"
    )
    as_xml, as_yaml = (
        summed(load(f"c.{kind}", Files([tmp_path]), settings=LoadSettings(dbms="postgresql"), cache=None).changesets[0])
        for kind in ("xml", "yaml")
    )
    assert as_xml != as_yaml
    assert as_xml == summed(changeset(element("addDefaultValue", tableName="t", columnName="c", defaultValueNumeric="1.50")))
    assert as_yaml == summed(changeset(element("addDefaultValue", tableName="t", columnName="c", defaultValueNumeric="1.5")))
