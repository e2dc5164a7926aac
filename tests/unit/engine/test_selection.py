"""Which changesets would run, and why the rest would not."""

import pytest

from bascule.core.errors import InputError
from bascule.core.problems import Position
from bascule.engine.history.row import HistoryRow
from bascule.engine.selection import Filters, Selection, select
from bascule.engine.written.changeset import Changelog, ChangeSet

POSITION = Position("c.yaml", 1, 1)


def changeset(id: str, **facts: object) -> ChangeSet:
    return ChangeSet(id=id, author="a", file="c.yaml", source_file="c.yaml", position=POSITION, **facts)  # type: ignore[arg-type]  # its own fields


def row(id: str, checksum: str | None = "9:now", **facts: object) -> HistoryRow:
    return HistoryRow(id=id, author="a", file="c.yaml", checksum=checksum, **facts)  # type: ignore[arg-type]  # its own fields


def choose(changesets: list[ChangeSet], rows: list[HistoryRow] | None = None, **filters: object) -> Selection:
    changelog = Changelog(file="c.yaml", changesets=tuple(changesets))
    asked = Filters(dbms="postgresql", **filters)  # type: ignore[arg-type]  # its own fields
    return select(changelog, rows or [], asked, lambda changeset, version: f"{version}:now")


def pending(selection: Selection) -> list[tuple[str, str]]:
    return [(item.changeset.id, item.action) for item in selection.pending]


def test_what_has_no_row_runs_in_order() -> None:
    assert pending(choose([changeset("1"), changeset("2")], [row("1")])) == [("2", "run")]


@pytest.mark.parametrize(
    ("facts", "filters", "reason"),
    [
        ({"contexts": ("test",)}, {"contexts": "prod"}, "context"),
        ({"labels": (("l1",),)}, {"label_filter": "l2"}, "label"),
        ({"dbms": "oracle"}, {}, "dbms"),
        ({"ignore": True}, {}, "ignored"),
    ],
)
def test_filters(facts: dict[str, object], filters: dict[str, object], reason: str) -> None:
    selection = choose([changeset("1", **facts)], **filters)
    assert [skipped.reason for skipped in selection.skipped] == [reason]


def test_count_counts_only_what_would_run() -> None:
    selection = choose([changeset("1", dbms="oracle"), changeset("2"), changeset("3")], count=1)
    assert pending(selection) == [("2", "run")]
    assert [skipped.reason for skipped in selection.skipped] == ["dbms", "after_count"]


def test_what_a_limit_keeps_for_later_is_known() -> None:
    selection = choose([changeset("1"), changeset("2", dbms="oracle"), changeset("3")], count=1)
    assert [item.changeset.id for item in selection.later] == ["3"]


def test_an_altered_changeset_is_a_problem_unless_its_sum_is_accepted() -> None:
    assert [p.code for p in choose([changeset("1")], [row("1", "9:before")]).problems] == ["CHK-001"]
    for valid in ("ANY", "1:any", "9:before", "9:now"):
        assert not choose([changeset("1", valid_checksums=(valid,))], [row("1", "9:before")]).problems


def test_run_on_change_runs_again_only_when_changed() -> None:
    assert pending(choose([changeset("1", run_on_change=True)], [row("1", "9:before")])) == [("1", "rerun")]
    assert pending(choose([changeset("1", run_on_change=True)], [row("1")])) == []
    assert pending(choose([changeset("1", run_on_change=True)], [row("1", None)])) == [], "a cleared sum is no change"


def test_run_always_runs_again() -> None:
    assert pending(choose([changeset("1", run_always=True)], [row("1")])) == [("1", "rerun")]


def test_old_and_cleared_sums_are_written_anew() -> None:
    selection = choose([changeset("1"), changeset("2"), changeset("3")], [row("1", "8:now"), row("2", None), row("3")])
    assert [(upgrade.changeset.id, upgrade.checksum) for upgrade in selection.upgrades] == [("1", "9:now"), ("2", "9:now")]


def test_rows_match_whatever_prefix_their_file_was_stored_with() -> None:
    old = HistoryRow(id="1", author="a", file="classpath:/c.yaml", checksum="9:now")
    assert pending(choose([changeset("1")], [old])) == []


def test_two_changesets_of_one_name_are_a_problem() -> None:
    assert [p.code for p in choose([changeset("1"), changeset("1")]).problems] == ["RUN-030"]


def test_a_tag_that_nothing_sets_is_refused() -> None:
    with pytest.raises(InputError, match="RUN-031"):
        choose([changeset("1")], tag="v1")


def test_a_tag_that_is_set_already_leaves_nothing_to_run() -> None:
    selection = choose([changeset("1"), changeset("2")], [row("1", tag="v1")], tag="v1")
    assert pending(selection) == []
    assert [skipped.reason for skipped in selection.skipped] == ["already_ran", "after_tag"]
