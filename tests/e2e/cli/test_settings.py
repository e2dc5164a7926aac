"""What Liquibase's settings do here, from the command line, the environment and liquibase.properties."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bascule.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changelog(text: str, name: str = "changelog.sql", encoding: str = "utf-8") -> None:
    Path(name).write_bytes(text.encode(encoding))


def run(verb: str, *arguments: str, file: str = "changelog.sql") -> int:
    return main([verb, f"--changelog-file={file}", "--url=sqlite:app.db", *arguments])


def rows(sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect("app.db")) as connection:
        return connection.execute(sql).fetchall()


def test_a_delimiter_for_all_changesets_gives_way_to_their_own_unless_it_has_priority() -> None:
    changelog(
        "--liquibase formatted sql\n--changeset ann:1\ncreate table a (x text)@@insert into a values (';')\n"
        "--changeset ann:2 endDelimiter:%%\ninsert into a values ('@@')%%insert into a values ('own')\n"
    )
    assert run("update", "--pro-global-end-delimiter=@@") == 0
    assert rows("select x from a order by x") == [(";",), ("@@",), ("own",)]
    changelog("--liquibase formatted sql\n--changeset ann:3 endDelimiter:;\ninsert into a values ('1;')@@insert into a values ('2')\n")
    assert run("update", "--global-end-delimiter=@@", "--global-end-delimiter-prioritized") == 0
    assert rows("select count(*) from a") == [(5,)]


@pytest.mark.parametrize(("mode", "status"), [("PRESERVE", 0), ("empty", 0), ("ERROR", 1)])
def test_missing_properties(mode: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\ncreate table a (x text default '${unknown}');insert into a default values;\n")
    monkeypatch.setenv("LIQUIBASE_MISSING_PROPERTY_MODE", mode)
    assert run("update") == status
    if status == 0:
        assert rows("select x from a") == [("${unknown}" if mode == "PRESERVE" else "",)]


def test_an_escaped_property_is_its_text() -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\ncreate table a (x text default '${:name}');insert into a default values;\n")
    Path("liquibase.properties").write_text("liquibase.supportPropertyEscaping=true\n")
    assert run("update") == 0
    assert rows("select x from a") == [("${name}",)]


def test_texts_in_another_encoding() -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\ncreate table a as select 'é' x;\n", encoding="latin-1")
    assert run("update") == 1, "it is no UTF-8"
    assert run("update", "--file-encoding=ISO-8859-1") == 0
    assert rows("select x from a") == [("é",)]


def test_a_missing_include_may_be_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    changelog(
        "databaseChangeLog:\n- include: {file: nowhere.sql}\n- changeSet: {id: 1, author: ann, changes: [sql: select 1]}\n", "root.yaml"
    )
    assert run("update", file="root.yaml") == 1
    assert run("update", "--on-missing-include-changelog=WARN", file="root.yaml") == 0
    assert "LOG-026" in capsys.readouterr().err


def test_a_file_that_is_in_two_folders(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        changelog(f"--liquibase formatted sql\n--changeset ann:1\ncreate table {name} (x int);\n", f"{name}/changelog.sql")
    assert run("update", "--search-path=one,two") == 1
    assert run("update", "--search-path=one,two", "--duplicate-file-mode=WARN") == 0
    assert rows("select name from sqlite_master where name in ('one', 'two')") == [("one",)]


def test_the_output_file_has_the_encoding_and_the_line_ends_that_were_asked_for(folder: Path) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 'é';\n")
    assert run("update-sql", "--output-file=out.sql", "--output-file-encoding=latin-1", "--output-line-separator=\\r\\n") == 0
    written = (folder / "out.sql").read_bytes()
    assert b"select '\xe9';\r\n" in written
    assert written.count(b"\n") == written.count(b"\r\n")
    assert run("update-sql", "--output-file=out.sql", "--output-file-encoding=klingon") == 2


def test_nothing_is_done_where_it_should_not_run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 1;\n")
    monkeypatch.setenv("LIQUIBASE_SHOULD_RUN", "false")
    assert run("update") == 0
    assert not (folder / "app.db").exists()


@pytest.mark.parametrize(
    ("options", "out", "err"),
    [
        ((), True, False),
        (("--show-summary=OFF",), False, False),
        (("--show-summary-output=LOG",), False, True),
        (("--show-summary=verbose",), True, False),
    ],
)
def test_the_summary(options: tuple[str, ...], out: bool, err: bool, capsys: pytest.CaptureFixture[str]) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1 context:prod\nselect 1;\n--changeset ann:2\nselect 1;\n")
    assert run("update", "--contexts=test", *options) == 0
    said = capsys.readouterr()
    assert ("UPDATE SUMMARY" in said.out) is out
    assert ("UPDATE SUMMARY" in said.err) is err
    assert ("changelog.sql::1::ann  Context mismatch" in said.out) is ("--show-summary=verbose" in options)


def test_old_scripts_give_the_value_without_its_option() -> None:
    changelog(
        "--liquibase formatted sql\n--changeset ann:1\ncreate table a (x int);\n--rollback drop table a;\n--changeset ann:2\nselect 1;\n"
    )
    assert main(["--changeLogFile=changelog.sql", "--url=sqlite:app.db", "updateCount", "1"]) == 0
    assert rows("select id from databasechangelog") == [("1",)]
    assert main(["--changeLogFile=changelog.sql", "--url=sqlite:app.db", "rollbackCount", "1"]) == 0
    assert rows("select id from databasechangelog") == []


def test_switches_take_true_and_false(capsys: pytest.CaptureFixture[str]) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 1;\n")
    for words in (["--verbose=false"], ["--verbose", "false"]):
        assert run("status", *words) == 0
        assert "changelog.sql::1::ann" not in capsys.readouterr().out
    assert main(["--verbose", "true", "status", "--changelog-file=changelog.sql", "--url=sqlite:app.db"]) == 0
    assert "changelog.sql::1::ann" in capsys.readouterr().out


def test_a_java_class_is_told_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 1;\n")
    assert run("update", "--change-exec-listener-class=com.example.Listener", "--log-level", "fine", "--driver=org.sqlite.JDBC") == 0
    assert "--change-exec-listener-class is left out" in capsys.readouterr().err


def test_options_of_the_connection_come_from_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("driver.properties").write_text("outputLiquibaseSql=all\n")
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 1;\n")
    assert main(["update-sql", "--changelog-file=changelog.sql", "--url=offline:h2?changeLogFile=h.csv"]) == 0
    assert "DATABASECHANGELOG" not in capsys.readouterr().out
    Path("h.csv").unlink()
    assert (
        main(
            [
                "update-sql",
                "--changelog-file=changelog.sql",
                "--url=offline:h2?changeLogFile=h.csv",
                "--driver-properties-file=driver.properties",
            ]
        )
        == 0
    )
    assert "DATABASECHANGELOG" in capsys.readouterr().out


def test_the_history_of_one_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 1;\n--changeset ann:2\nselect 1;\n")
    assert run("update-count", "--count=1", "--deployment-id=1111111111") == 0
    assert run("update", "--deployment-id=2222222222") == 0
    capsys.readouterr()
    assert main(["history", "--url=sqlite:app.db", "--deployment-id=2222222222", "--format=TEXT"]) == 0
    said = capsys.readouterr().out
    assert "changelog.sql::2::ann" in said
    assert "changelog.sql::1::ann" not in said


def test_the_history_tables_have_a_tablespace(capsys: pytest.CaptureFixture[str]) -> None:
    changelog("--liquibase formatted sql\n--changeset ann:1\nselect 1;\n")
    url = "--url=offline:postgresql?changeLogFile=h.csv&outputLiquibaseSql=all"
    assert main(["update-sql", "--changelog-file=changelog.sql", url, "--liquibase-tablespace-name=books"]) == 0
    assert "DEPLOYMENT_ID VARCHAR(10)) TABLESPACE books;" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("url", "option", "named"),
    [
        ("offline:postgresql?schema=app", "--output-default-schema=true", "app."),
        ("offline:postgresql?schema=app", "--output-default-schema=false", ""),
        ("offline:postgresql?schema=app", "--output-default-catalog=false", "app."),
        ("offline:mariadb?schema=app", "--output-default-catalog=false", ""),
    ],
)
def test_the_default_schema_is_left_out_of_scripts(url: str, option: str, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = "createTable: {tableName: t, schemaName: %s, columns: [column: {name: x, type: int}]}"
    changes = ", ".join(table % schema for schema in ("app", "other"))
    changelog(f"databaseChangeLog:\n- changeSet: {{id: 1, author: ann, changes: [{changes}]}}\n", "changelog.yaml")
    assert main(["update-sql", "--changelog-file=changelog.yaml", f"--url={url}&outputLiquibaseSql=all", option]) == 0
    said = capsys.readouterr().out
    assert f"CREATE TABLE {named}t (" in said
    assert f"CREATE TABLE {named}DATABASECHANGELOG (".lower() in said.lower()
    assert "CREATE TABLE other.t (" in said
