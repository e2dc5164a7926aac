"""A changeset's changes and what undoes them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.core.errors import BasculeError, InputError, NotFoundError
from bascule.engine.changelog.bind import changes_of, rollback_changes_of
from bascule.engine.changelog.load import LoadSettings, load
from bascule.engine.changes.create_view import CreateView
from bascule.engine.changes.sql_file import SqlFile
from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files

from .conftest import write, xml

Made = Callable[..., tuple[Changelog, Files]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(body: str, **files: str) -> tuple[Changelog, Files]:
        write(tmp_path, {"c.xml": xml(body)} | {f"{name}.sql": text for name, text in files.items()})
        search = Files([tmp_path])
        return load("c.xml", search, settings=LoadSettings(dbms="postgresql"), cache=None), search

    return make


def undone(changelog: Changelog, files: Files, index: int = -1) -> list[str]:
    changes = rollback_changes_of(changelog.changesets[index], changelog, files, dialect_name="postgresql")
    return [change.change_name for change in changes]


TABLE = '<createTable tableName="t"><column name="a" type="int"/></createTable>'


def test_changes_are_bound_in_order_with_their_files(made: Made) -> None:
    changelog, files = made(
        '<property name="p" value="42"/><changeSet id="1" author="a"><sqlFile path="s.sql"/>'
        '<createView viewName="v" path="v.sql"/></changeSet>',
        s="select ${p}, ${q}",
        v="select ${P}",
    )
    first, second = changes_of(changelog.changesets[0], files, dialect_name="postgresql")
    assert isinstance(first, SqlFile)
    assert first.text == "select 42, ${q}"
    assert isinstance(second, CreateView)
    assert second.select_query == "select 42"


def test_changes_for_other_databases_are_left_out_and_their_files_not_read(made: Made) -> None:
    changelog, files = made('<changeSet id="1" author="a"><sqlFile path="nope.sql" dbms="oracle"/><empty/></changeSet>')
    assert [change.change_name for change in changes_of(changelog.changesets[0], files, dialect_name="postgresql")] == ["empty"]


def test_all_problems_of_a_changeset_are_gathered(made: Made) -> None:
    changelog, files = made('<changeSet id="1" author="a"><dropTable/><sqlFile path="nope.sql"/></changeSet>')
    with pytest.raises(BasculeError) as caught:
        changes_of(changelog.changesets[0], files, dialect_name="postgresql")
    assert [problem.code for problem in caught.value.problems] == ["REG-005", "LOG-001"]
    assert all((problem.where or "").startswith("c.xml:2:") for problem in caught.value.problems)


def test_automatic_inverses_come_in_reverse_order(made: Made) -> None:
    changelog, files = made(
        f'<changeSet id="1" author="a">{TABLE}<createIndex tableName="t" indexName="i"><column name="a"/></createIndex></changeSet>'
    )
    assert undone(changelog, files) == ["dropIndex", "dropTable"]


def test_blocks_replace_inverses_and_are_joined(made: Made) -> None:
    changelog, files = made(
        f'<changeSet id="1" author="a">{TABLE}<rollback>x</rollback><rollback><dropTable tableName="t"/></rollback></changeSet>'
    )
    assert undone(changelog, files) == ["sql", "dropTable"]


def test_an_empty_block_is_nothing_to_do(made: Made) -> None:
    changelog, files = made('<changeSet id="1" author="a"><sql>x</sql><rollback/></changeSet>')
    assert undone(changelog, files) == []


def test_a_reference_runs_the_other_changesets_changes(made: Made) -> None:
    changelog, files = made(
        f'<changeSet id="1" author="a">{TABLE}<empty/></changeSet>'
        '<changeSet id="2" author="a"><dropTable tableName="t"/><rollback changeSetId="1" changeSetAuthor="a"/></changeSet>'
    )
    assert undone(changelog, files) == ["createTable", "empty"]
    with pytest.raises(NotFoundError):
        rollback_changes_of(changelog.changesets[1], Changelog(file="c.xml", changesets=()), files)


def test_without_an_inverse_every_such_change_is_named(made: Made) -> None:
    changelog, files = made(f'<changeSet id="1" author="a"><sql>x</sql>{TABLE}<dropTable tableName="u"/></changeSet>')
    with pytest.raises(InputError) as caught:
        undone(changelog, files)
    assert [(problem.code, problem.what) for problem in caught.value.problems] == [
        ("LOG-025", "'sql' cannot be undone by itself"),
        ("LOG-025", "'dropTable' cannot be undone by itself"),
    ]
    assert all(problem.fix for problem in caught.value.problems)
