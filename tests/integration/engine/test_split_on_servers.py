"""What the splitter takes for a statement, the server does too: a script sent whole comes to the same as its pieces sent one by one."""

import json
import random
import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
import pymysql
import pytest
from pymysql.constants import CLIENT

from bascule.cli.main import main
from bascule.engine.sql.split import is_blank, split
from tools.servers import Database

COMMON = (
    "insert into s (t) values ('a;b')",
    "insert into s (t) values ('it''s; x')",
    "/* c; */ insert into s (t) values ('after a comment')",
    "-- x; y\ninsert into s (t) values ('after a line')",
    "insert into s (t) /* ' */ values ('one') -- it's\n",
    "insert into s (t) select case when 1 = 1 then 'x;' else 'y' end",
    "insert into s (t) values ('BEGIN'), ('END')",
    "insert into s (t) values ('/* no; comment')",
    "insert into s (t) values ('-- no; comment')",
)
POSTGRESQL = (
    *COMMON,
    "insert into s (t) values (E'a\\'b;c')",
    "insert into s (t) values ($$a;b$$)",
    "insert into s (t) values ($tag$a;$$;'$tag$)",
    "insert into s (t) values ($$it's$$), ('$$;$$')",
    "/* a /* b; */ c; */ insert into s (t) values ('after nested comments')",
    'insert into s (t) select t."a;b" from (select \'x\' as "a;b") t',
    'insert into s (t) select "begin".t from (select \'x\') as "begin"(t)',
    "do $$ begin insert into s (t) values ('do;'); end $$",
    "create or replace function f1() returns int language sql begin atomic select 1; select case when true then 2 end; end",
    "create or replace function f2() returns int as $body$ begin if true then return 1; end if; end $body$ language plpgsql",
    "create or replace procedure p1() language sql begin atomic insert into s (t) values ('p;'); end",
    "begin; insert into s (t) values ('in a transaction'); commit",
    "insert into s (t) values (U&'\\0061;')",
)
MARIADB = (
    *COMMON,
    "insert into s (t) values ('a\\'b;c')",
    'insert into s (t) values ("a;b")',
    "insert into s (t) values ('c:\\\\')",
    "insert into s (t) select `a;b` from (select 'x' as `a;b`) as t",
    "insert /*! into */ s (t) values ('a hint')",
    "create or replace procedure p1() begin insert into s (t) values ('p;'); if true then select 1; end if; end",
    "create or replace function f1() returns int deterministic begin declare n int; set n = case when true then 1 end; return n; end",
    "create or replace trigger g1 before insert on s2 for each row begin set new.t = 'g;'; end",
)
SQLITE = (
    *COMMON,
    'insert into s (t) values ("a;b")',
    "insert into s (t) select `a;b` from (select 'x' as `a;b`)",
    "drop trigger if exists g1; create trigger g1 after insert on s2 begin insert into s (t) values ('g;'); select case when 1 then 2 end; end",  # noqa: E501
    "begin immediate; insert into s (t) values ('in a transaction'); commit",
)
ENDS = (";\n", " ;\n\n", "; ", ";;\n", "\n;\n")


def scripts(fragments: Sequence[str]) -> list[str]:
    """Each fragment alone, then many together in random order."""
    choose = random.Random(11)
    together = ["".join(piece + choose.choice(ENDS) for piece in choose.sample(fragments, len(fragments))) for _ in range(6)]
    return [*(f"{piece};\ninsert into s (t) values ('next')" for piece in fragments), *together]


def pieces(script: str, *, nested: bool = False) -> list[str]:
    return [text for text in split(script, nested=nested) if not is_blank(text, nested=nested)]


@pytest.mark.postgresql
def test_on_postgresql(postgresql: Database) -> None:
    with psycopg.connect(postgresql.url, autocommit=True) as connection:

        def results(texts: Sequence[str]) -> tuple[list[int], list[Any]]:
            """How many statements the server saw in each text, and what they came to."""
            connection.execute("drop table if exists s cascade; create table s (n serial, t text)")
            counts = []
            for text in texts:
                cursor = connection.execute(text.encode())
                count = 1
                while cursor.nextset():
                    count += 1
                counts.append(count)
            return counts, connection.execute("select t from s order by n").fetchall()

        for script in scripts(POSTGRESQL):
            (whole,), rows = results([script])
            each, rows_of_each = results(pieces(script, nested=True))
            assert (each, rows_of_each) == ([1] * whole, rows), script


@pytest.mark.mariadb
def test_on_mariadb(mariadb: Database) -> None:
    with pymysql.connect(
        host=mariadb.host,
        port=mariadb.port,
        user=mariadb.user,
        password=mariadb.password,
        database=mariadb.name,
        autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
    ) as connection:
        cursor = connection.cursor()

        def run(text: str) -> int:
            cursor.execute(text)
            count = 1
            while cursor.nextset():
                count += 1
            return count

        def results(texts: Sequence[str]) -> tuple[list[int], Any]:
            run("drop table if exists s; create table s (n int auto_increment primary key, t text); create table if not exists s2 (t text)")
            counts = [run(text) for text in texts]
            cursor.execute("select t from s order by n")
            return counts, cursor.fetchall()

        for script in scripts(MARIADB):
            (whole,), rows = results([script.rstrip("; \n").replace(";;", ";")])
            each, rows_of_each = results(pieces(script))
            assert (each, rows_of_each) == ([1] * whole, rows), script


def test_on_sqlite() -> None:
    for script in scripts(SQLITE):
        ways = []
        for texts in ([script], pieces(script)):
            connection = sqlite3.connect(":memory:", isolation_level=None)
            connection.executescript("create table s (n integer primary key, t text); create table s2 (t text)")
            if len(texts) == 1 and texts[0] is script:
                connection.executescript(script)
            else:
                for text in texts:
                    connection.execute(text)  # the driver takes one statement, and refuses two
            connection.execute("insert into s2 values ('x')")
            ways.append(connection.execute("select t from s order by n").fetchall())
        assert ways[0] == ways[1], script


@pytest.mark.postgresql
def test_execute_sql_knows_comments_in_comments(postgresql: Database, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "/* a /* b */ ; c */ create table kept (id int); /* /* */ ; */ insert into kept values (7); /* /* */ x */; select id from kept"
    assert main(["execute-sql", "-q", f"--url={postgresql.url}", f"--sql={sql}", "--output=json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [answer["rows"] for answer in told] == [[], [], [[7]]]
