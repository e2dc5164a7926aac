"""The search path: normalised names in, bytes out, nothing from outside."""

import os
from pathlib import Path

import pytest

from bascule.core.errors import InputError, NotFoundError
from bascule.engine.written.files import Files, normalise


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("db/a.xml", "db/a.xml"),
        ("/db/a.xml", "db/a.xml"),
        ("classpath:db/a.xml", "db/a.xml"),
        ("classpath:/db/a.xml", "db/a.xml"),
        ("C:\\db\\a.xml", "db/a.xml"),
        ("db\\sub\\..\\a.xml", "db/a.xml"),
        ("./db//a.xml", "db/a.xml"),
        ("../a.xml", "../a.xml"),
        ("a/../../b.xml", "../b.xml"),
    ],
)
def test_paths_are_stored_normalised(path: str, stored: str) -> None:
    assert normalise(path) == stored


def test_relative_paths_start_beside_the_file(tmp_path: Path) -> None:
    files = Files([tmp_path])
    assert files.resolve("b.xml", "db/sub/a.xml") == "db/sub/b.xml"
    assert files.resolve("../b.xml", "db/sub/a.xml") == "db/b.xml"
    assert files.resolve("b.xml", "a.xml") == "b.xml"


@pytest.mark.parametrize(("path", "beside"), [("../x", None), ("a/../../x", None), ("../../x", "db/a.xml"), ("..", None)])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str, beside: str | None) -> None:
    with pytest.raises(InputError) as caught:
        Files([tmp_path]).resolve(path, beside)
    assert caught.value.problems[0].code == "LOG-002"


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "root" / "folder").symlink_to("/etc")
    files = Files([tmp_path / "root"])
    for path in ("link", "folder/hostname", "folder/passwd"):
        with pytest.raises(InputError) as caught:
            files.read(path)
        assert caught.value.problems[0].code == "LOG-002"


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        Files([tmp_path]).read("nope.xml")
    (problem,) = caught.value.problems
    assert problem.code == "LOG-001"
    assert str(tmp_path) in (problem.why or "")
    assert not Files([tmp_path]).exists("nope.xml")
    assert not Files([tmp_path]).exists("no\0pe")


def test_roots_are_searched_in_turn_and_a_file_in_two_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.sql").write_text(name)
        (tmp_path / name / "both.sql").write_text(name)
    files = Files([tmp_path / "one", tmp_path / "two"])
    assert files.read("two.sql") == b"two"
    with pytest.raises(InputError) as caught:
        files.read("both.sql")
    assert caught.value.problems[0].code == "LOG-021"


def test_an_absolute_path_below_a_root_is_taken_from_there(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "a.sql").write_text("x")
    assert Files([tmp_path]).resolve(str(tmp_path / "db" / "a.sql")) == "db/a.sql"


def test_a_listing_is_recursive_in_code_unit_order_and_follows_no_folder_links(tmp_path: Path) -> None:
    for name in ("B.sql", "_u.sql", "a.sql", "sub/z.sql", "10.sql", "01.sql"):
        place = tmp_path / "all" / name
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_text("")
    (tmp_path / "all" / "loop").symlink_to(tmp_path / "all")
    files = Files([tmp_path])
    assert files.list("all") == [f"all/{name}" for name in ("01.sql", "10.sql", "B.sql", "_u.sql", "a.sql", "sub/z.sql")]
    assert files.list("nope") is None
    assert os.sep == "/"
