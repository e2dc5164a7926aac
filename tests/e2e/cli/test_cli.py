"""The command line by its public door: options, where they come from, what is printed, what is told to who watches."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bascule import __version__
from bascule.cli.commands import COMMANDS
from bascule.cli.main import main
from bascule.engine import events

CHANGELOG = """--liquibase formatted sql
--changeset ann:1
create table person (id int);
--rollback drop table person;
--changeset ann:2 context:test labels:big
insert into person values (${number});
--rollback delete from person;
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("BASCULE_", "LIQUIBASE_")):
            monkeypatch.delenv(name)
    (tmp_path / "changelog.sql").write_text(CHANGELOG)
    return tmp_path


def run(*arguments: str) -> int:
    return main(["--changelog-file=changelog.sql", "--url=sqlite:app.db", *arguments])


def told(path: str = "events.jsonl") -> list[events.Event]:
    return [events.decoder.decode(line) for line in Path(path).read_bytes().splitlines()]


def outputs(path: str = "events.jsonl") -> dict[str, Any]:
    return {event.name: event.value for event in told(path) if isinstance(event, events.Output)}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"bascule {__version__}\n"


def test_wrong_usage_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["updat"]) == 2
    assert "Did you mean 'update'" in capsys.readouterr().err
    assert main(["update", "--url", "sqlite:app.db"]) == 2
    assert "--changelog-file" in capsys.readouterr().err
    assert main(["update", "--changelog-file", "changelog.sql"]) == 2
    assert "--url" in capsys.readouterr().err
    assert run("update", "--contxts=x") == 2


@pytest.mark.parametrize(
    "verb", [name for name, verb in COMMANDS.items() if verb.target.split(".")[-1].split(":")[0] not in ("server", "delegate")]
)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert "Usage: bascule" in capsys.readouterr().out


def test_camel_case_and_any_order_will_do() -> None:
    assert main(["--changeLogFile=changelog.sql", "updateCount", "--count", "1", "--url", "sqlite:app.db"]) == 0


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "liquibase.properties").write_text(
        "url: sqlite:file.db\nchangeLogFile=changelog.sql\nliquibase.command.contexts=test\nparameter.number=7\n"
    )
    assert main(["update"]) == 0
    assert (folder / "file.db").exists()
    monkeypatch.setenv("LIQUIBASE_COMMAND_URL", "sqlite:environment.db")
    assert main(["update"]) == 0
    assert (folder / "environment.db").exists()
    monkeypatch.setenv("BASCULE_URL", "sqlite:ours.db")
    assert main(["update"]) == 0
    assert (folder / "ours.db").exists()
    assert main(["update", "--url=sqlite:line.db"]) == 0
    assert (folder / "line.db").exists()
    capsys.readouterr()
    assert main(["execute-sql", "--sql=select * from person", "--url=sqlite:file.db", "--output=json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["rows"] == [[7]]


def test_secrets_come_by_descriptor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = os.memfd_create("secrets")
    os.write(file, json.dumps({"url": "sqlite:secret.db", "properties": {"number": "42"}}).encode())
    monkeypatch.setenv("BASCULE_SECRETS_FD", str(file))
    try:
        assert main(["update", "--changelog-file=changelog.sql", "--events=events.jsonl"]) == 0
        assert main(["status", "--changelog-file=changelog.sql"]) == 0, "it can be read again"
    finally:
        os.close(file)
    assert (folder / "secret.db").exists()
    assert any("values (42)" in (event.text or "") for event in told() if isinstance(event, events.StatementRun))


def test_update_tells_what_happens() -> None:
    assert run("update", "--events=events.jsonl", "--deployment-id=1234567890", "-Dnumber=5") == 0
    seen = told()
    assert isinstance(seen[0], events.Started)
    assert seen[0].deployment_id == "1234567890"
    assert isinstance(seen[-1], events.Result)
    assert (seen[-1].status, seen[-1].exit_code) == ("success", 0)
    finished = [event for event in seen if isinstance(event, events.ChangesetFinished)]
    assert [(event.fqn, event.status) for event in finished] == [
        ("changelog.sql::1::ann", "EXECUTED"), ("changelog.sql::2::ann", "EXECUTED"),
    ]  # fmt: skip
    assert finished[1].sql == ["insert into person values (5)"]
    assert finished[1].row is not None
    assert finished[1].row["DEPLOYMENT_ID"] == "1234567890"
    assert finished[1].row["LIQUIBASE"] == f"bascule {__version__}"
    told_at_the_end = outputs()
    assert told_at_the_end["changeSets"] == ["changelog.sql::1::ann", "changelog.sql::2::ann"]
    assert told_at_the_end["history"]["count"] == 2
    assert told_at_the_end["history"]["rows"][1] == finished[1].row


def test_a_failure_is_told_as_a_result() -> None:
    assert run("update", "--events=events.jsonl") == 1
    last = told()[-1]
    assert isinstance(last, events.Result)
    assert (last.status, last.exit_code, last.failure) == ("failure", 1, "TargetError")
    assert "changelog.sql::2::ann" in last.problems[0].what


def test_there_is_a_result_even_when_nothing_could_begin() -> None:
    assert main(["update", "--changelog-file=changelog.sql", "--url=nonsense", "--events=events.jsonl"]) == 1
    (only,) = told()
    assert isinstance(only, events.Result)
    assert only.problems[0].code == "CFG-010"
    assert main(["update", "--changelog-file=changelog.sql", "--events=usage.jsonl"]) == 2
    (only,) = told("usage.jsonl")
    assert isinstance(only, events.Result)
    assert only.exit_code == 2


def test_a_plan_is_what_runs_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plan", "-Dnumber=1", "--events=events.jsonl", "--output=json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert outputs()["plan"] == plan
    assert [unit["fqn"] for unit in plan["units"]] == ["changelog.sql::1::ann", "changelog.sql::2::ann"]
    assert plan["units"][0]["operations"][0]["kind"] == "create_table"
    assert run("update", "-Dnumber=2", f"--expect-plan={plan['digest']}") == 1
    assert "RUN-070" in capsys.readouterr().err
    assert run("update", "-Dnumber=1", f"--expect-plan={plan['digest']}") == 0


def test_rollback_tells_what_it_undid() -> None:
    assert run("update", "-Dnumber=1") == 0
    assert run("rollback-count", "--count=1", "-Dnumber=1", "--events=events.jsonl") == 0
    finished = [event for event in told() if isinstance(event, events.ChangesetFinished)]
    assert [(event.fqn, event.direction, event.status) for event in finished] == [("changelog.sql::2::ann", "rollback", "ROLLED_BACK")]
    assert outputs()["changeSets"] == ["changelog.sql::2::ann"]
    assert outputs()["history"]["count"] == 1


def test_tags_mark_one_row_and_markers_replace_none(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["update", "-Dnumber=1"], ["tag", "--tag=a"], ["tag", "--tag=b", "--marker"], ["tag", "--tag=c", "--tag-if-changed"]):
        assert main([*arguments, *(["--changelog-file=changelog.sql"] if arguments[0] == "update" else []), "--url=sqlite:app.db"]) == 0
    capsys.readouterr()
    assert main(["history", "--url=sqlite:app.db", "--output=json"]) == 0
    assert [row["TAG"] for row in json.loads(capsys.readouterr().out)] == [None, "a", "b"]


def test_the_outcome_of_a_deployment_is_read_from_the_history() -> None:
    assert run("update", "-Dnumber=1", "--deployment-id=1111111111") == 0
    assert main(["outcome", "--deployment-id=1111111111", "--url=sqlite:app.db", "--events=events.jsonl"]) == 0
    assert outputs()["changeSets"] == ["changelog.sql::1::ann", "changelog.sql::2::ann"]
    assert main(["outcome", "--deployment-id=2222222222", "--url=sqlite:app.db", "--events=other.jsonl"]) == 0
    assert outputs("other.jsonl")["changeSets"] == []


def test_update_sql_shows_what_update_sends_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update-sql", "-Dnumber=3", "--events=events.jsonl") == 0
    script = capsys.readouterr().out
    assert "insert into person values (3);" in script
    assert outputs()["sqlCommands"] == ["create table person (id int)", "insert into person values (3)"]
    assert (folder / "app.db").stat().st_size == 0


def test_a_changeset_that_would_end_its_own_transaction_is_refused_first(capsys: pytest.CaptureFixture[str]) -> None:
    Path("changelog.sql").write_text("--liquibase formatted sql\n--changeset a:1\ncreate table t (id int);\ncommit;\n")
    assert run("update") == 1
    assert "RUN-052" in capsys.readouterr().err
    assert main(["execute-sql", "--sql=select name from sqlite_master where name = 't'", "--url=sqlite:app.db", "--output=json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["rows"] == []
