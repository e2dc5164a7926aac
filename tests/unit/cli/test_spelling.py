"""Names as Liquibase's users write them."""

import pytest

from bascule.cli.properties_file import read_properties_file
from bascule.cli.spelling import command_first, kebab


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("changeLogFile", "changelog-file"),
        ("changelogFile", "changelog-file"),
        ("change-log-file", "changelog-file"),
        ("updateSQL", "update-sql"),
        ("rollbackCountSQL", "rollback-count-sql"),
        ("markNextChangeSetRan", "mark-next-changeset-ran"),
        ("clearCheckSums", "clear-checksums"),
        ("LABEL_FILTER", "label-filter"),
        ("D", "D"),
    ],
)
def test_kebab(written: str, read: str) -> None:
    assert kebab(written) == read


def test_options_may_stand_before_the_command() -> None:
    assert command_first(["--url", "x", "--quiet", "-Da=b", "-D", "c=d", "update", "--count=1"]) == [
        "update", "--url", "x", "--quiet", "-Da=b", "-D", "c=d", "--count=1",
    ]  # fmt: skip
    assert command_first(["status"]) == ["status"]
    assert command_first(["--version"]) == ["--version"]


def test_properties_files_are_read_as_java_reads_them() -> None:
    text = "# note\n! note\nurl = jdbc:postgresql://h/x\nusername: ann\nlong=a\\\n  b\nescaped=c\\:d\\=e\nempty=\n"
    assert read_properties_file(text) == [
        ("url", "jdbc:postgresql://h/x"), ("username", "ann"), ("long", "ab"), ("escaped", "c:d=e"), ("empty", ""),
    ]  # fmt: skip
