"""Statements that may be run in another schema than the one they were read from."""

import pytest

from bascule.engine.dialects.mariadb.code import TriggerRow, ViewRow, in_own_mode, trigger, view
from bascule.engine.dialects.mariadb.definitions import definer_clause, unqualified, without_definer
from bascule.engine.dialects.mariadb.rights import grantee_of
from bascule.engine.dialects.mariadb.server import Server

MARIADB = Server(is_mariadb=True, version=(10, 11, 6), schema="shop", user="app@%", sql_mode="STRICT_TRANS_TABLES")
MYSQL = Server(is_mariadb=False, version=(8, 0, 36), schema="shop", user="app@%", sql_mode="STRICT_TRANS_TABLES")


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("select `shop`.`t`.`id` AS `id` from `shop`.`t`", "select `t`.`id` AS `id` from `t`"),
        ("select 'x `shop`.y' from `shop`.`t` -- `shop`.t\n", "select 'x `shop`.y' from `t` -- `shop`.t\n"),
        ("select `other`.`shop`.`id` from `other`.`shop`", "select `other`.`shop`.`id` from `other`.`shop`"),
        ("select `shop`.`shop`.`id` from `shop`.`shop`", "select `shop`.`id` from `shop`"),
        ("select `shop`.`id` from (`shop`.`t` join `shop`.`b` `shop`)", "select `shop`.`id` from (`t` join `b` `shop`)"),
        ("select nextval(`shop`.`s`),`shop`.`f`(1)", "select nextval(`s`),`f`(1)"),
        (
            "INSERT INTO shop.log VALUES (\"shop.log\", 'it''s', 'a\\'shop.b')",
            "INSERT INTO log VALUES (\"shop.log\", 'it''s', 'a\\'shop.b')",
        ),
        ("select workshop.a, `my shop`.b", "select workshop.a, `my shop`.b"),
    ],
)
def test_names_lose_the_schema_they_stand_in(sql: str, wanted: str) -> None:
    assert unqualified(sql, "shop") == wanted


def test_only_another_definer_is_told() -> None:
    assert definer_clause("app@%", "app@%") == ""
    assert definer_clause("o`k@local host", "app@%") == "DEFINER=`o``k`@`local host` "
    assert definer_clause("auditor", "app@%") == "DEFINER=`auditor` "
    assert without_definer("CREATE DEFINER=`app`@`%` PROCEDURE `p`() SELECT 1", "app@%") == "CREATE PROCEDURE `p`() SELECT 1"
    assert without_definer('CREATE DEFINER="app"@"%" PACKAGE "p" AS END', "app@%") == 'CREATE PACKAGE "p" AS END'
    kept = "CREATE DEFINER=`root`@`%` EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1"
    assert without_definer(kept, "app@%") == kept


def test_a_view_is_its_query_unless_there_is_more_to_it() -> None:
    plain = ViewRow("v", "select `shop`.`t`.`id` AS `id` from `shop`.`t`", "NONE", "app@%", "DEFINER")
    assert view(plain, None, MYSQL).definition is None
    assert view(plain, None, MYSQL).query == "select `t`.`id` AS `id` from `t`"
    more = plain._replace(check_option="CASCADED", security="INVOKER", algorithm="MERGE", definer="root@%")
    assert view(more, None, MARIADB).definition == (
        "CREATE ALGORITHM=MERGE DEFINER=`root`@`%` SQL SECURITY INVOKER VIEW `v` AS select `t`.`id` AS `id` from `t` "
        "WITH CASCADED CHECK OPTION"
    )


def test_a_trigger_follows_the_one_before_it() -> None:
    row = TriggerRow("audit", "INSERT", "orders", "SET NEW.at = shop.now_of(1)", "BEFORE", "app@%", "STRICT_TRANS_TABLES")
    assert trigger(row, "check", MARIADB) == (
        "CREATE TRIGGER `audit` BEFORE INSERT ON `orders` FOR EACH ROW FOLLOWS `check` SET NEW.at = now_of(1)"
    )


def test_code_is_made_in_the_mode_it_was_written_in() -> None:
    assert in_own_mode("CREATE PROCEDURE p() SELECT 1", "STRICT_TRANS_TABLES", MARIADB) == "CREATE PROCEDURE p() SELECT 1"
    oracle = in_own_mode("CREATE PROCEDURE p AS BEGIN SELECT 'it\\'s'; END", "ORACLE", MARIADB)
    assert oracle.startswith("BEGIN NOT ATOMIC DECLARE mode TEXT DEFAULT @@sql_mode;")
    assert "SET sql_mode = 'ORACLE'; EXECUTE IMMEDIATE 'CREATE PROCEDURE p AS BEGIN SELECT ''it\\\\''s''; END';" in oracle
    assert in_own_mode("CREATE PROCEDURE p() SELECT 1", "ANSI_QUOTES", MYSQL) == "CREATE PROCEDURE p() SELECT 1"


def test_a_role_has_no_host() -> None:
    assert grantee_of("'auditor'@''") == "'auditor'"
    assert grantee_of("'app'@'%'") == "'app'@'%'"
