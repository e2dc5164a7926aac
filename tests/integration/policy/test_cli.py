"""`bascule policy` by its public door."""

import json
from pathlib import Path

import pytest

from bascule.cli.main import main

NO_DROP = 'package p\n\ndeny contains {"what": "no drop", "where": "a:1"} if "DROP" in input.sqlStatements\n'
TEST = """package p_test

import data.p

test_a_drop_is_denied if count(p.deny) == 1 with input as {"sqlStatements": ["DROP"]}

test_nothing_is_denied if count(p.deny) == 1 with input as {"sqlStatements": []}

test_it_is_nonsense if nonsense(1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.rego").write_text(NO_DROP)
    (tmp_path / "deny.json").write_text('{"sqlStatements": ["DROP"]}')
    (tmp_path / "pass.json").write_text('{"sqlStatements": []}')
    return tmp_path


def test_eval_tells_what_is_denied_by_its_exit_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "eval", str(folder / "p.rego"), "--input", str(folder / "pass.json")]) == 0
    assert "passed" in capsys.readouterr().out
    assert main(["policy", "eval", str(folder / "p.rego"), "--input", str(folder / "deny.json")]) == 1
    assert "POL-100  no drop" in capsys.readouterr().out
    assert main(["policy", "eval", str(folder / "p.rego"), "--input", str(folder / "deny.json"), "--output", "json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["allowed"], answer["results"][0]["denied"][0]["where"]) == (False, "a:1")


def test_check_shows_line_and_caret(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", str(folder / "p.rego")]) == 0
    assert main(["policy", "check", str(folder / "p.rego"), "--rego-version", "v0"]) == 1
    printed = capsys.readouterr().err
    assert "p.rego:3:" in printed
    assert "^" in printed


def test_tests_pass_fail_and_err_each_by_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "p_test.rego").write_text(TEST)
    assert main(["policy", "test", str(folder), "--verbose"]) == 1
    printed = capsys.readouterr().out
    assert "passed  p_test.rego  test_a_drop_is_denied" in printed
    assert "failed  p_test.rego  test_nothing_is_denied" in printed
    assert "could not find function nonsense" in printed


def test_a_folder_without_tests_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "test", str(folder)]) == 1
    assert "POL-020" in capsys.readouterr().err


def test_the_library_is_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "library"]) == 0
    assert "POL-101  no_drop_in_production" in capsys.readouterr().out
    assert main(["policy", "library", "no_drop"]) == 0
    assert "package bascule.policies.no_drop" in capsys.readouterr().out
    assert main(["policy", "library", "no_dorp"]) == 2
