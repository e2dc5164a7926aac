"""The servers that other tests stand on."""

import psycopg
import pymysql
import pytest

from tools.servers import Database


def test_postgresql_gives_each_test_an_empty_database(postgresql: Database) -> None:
    with psycopg.connect(postgresql.url) as connection:
        rows = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    assert rows == (0,)


@pytest.mark.mariadb
def test_mariadb_gives_each_test_an_empty_database(mariadb: Database) -> None:
    connection = pymysql.connect(host=mariadb.host, port=mariadb.port, user=mariadb.user, password=mariadb.password, database=mariadb.name)
    with connection, connection.cursor() as cursor:
        cursor.execute("show tables")
        assert cursor.fetchall() == ()
