"""The rows of MySQL 8.0 (as its manual documents them) and of several MariaDBs, in one wording."""

import pytest

from bascule.engine.dialects.mariadb import words
from bascule.engine.dialects.mariadb.rows import CheckRow, ColumnRow, IndexRow, KeyRow, RuleRow, TableRow
from bascule.engine.dialects.mariadb.server import Server, collation_name
from bascule.engine.dialects.mariadb.show_create import Shown, read
from bascule.engine.dialects.mariadb.tables import Parts, options, table
from bascule.engine.dialects.mysql.whole import column as defined
from bascule.engine.schema import Check, Column, Value

COLLATION = "utf8mb4_0900_ai_ci"
MYSQL = Server(is_mariadb=False, version=(8, 0, 36), schema="shop", collation=COLLATION, usual_collation=COLLATION)
MARIADB = Server(is_mariadb=True, version=(10, 11, 6), schema="shop", collation="utf8mb4_general_ci", usual_collation="utf8mb4_general_ci")
OLD_MARIADB = Server(is_mariadb=True, version=(10, 1, 48), schema="shop", collation="utf8mb4_general_ci")


def row(
    kind: str,
    default: str | None = None,
    *,
    nullable: str = "YES",
    extra: str = "",
    collation: str | None = None,
    generation: str | None = None,
    srid: int | None = None,
) -> ColumnRow:
    return ColumnRow("c", kind, nullable, default, extra, "", collation, generation, srid)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (row("int"), "`c` int NULL"),
        (row("int", "7", nullable="NO"), "`c` int NOT NULL DEFAULT 7"),
        (row("bigint unsigned", nullable="NO", extra="auto_increment"), "`c` bigint unsigned NOT NULL AUTO_INCREMENT"),
        (row("varchar(20)", "it's", collation=COLLATION), "`c` varchar(20) NULL DEFAULT 'it''s'"),
        (row("varchar(20)", "7", collation=COLLATION), "`c` varchar(20) NULL DEFAULT '7'"),
        (row("varchar(20)", "NULL", collation=COLLATION), "`c` varchar(20) NULL DEFAULT 'NULL'"),
        (row("varchar(20)", "a\\b", collation=COLLATION), "`c` varchar(20) NULL DEFAULT 'a\\\\b'"),
        (row("enum('a','b')", "a", collation=COLLATION), "`c` enum('a','b') NULL DEFAULT 'a'"),
        (row("date", "2024-02-29"), "`c` date NULL DEFAULT '2024-02-29'"),
        (row("decimal(10,2)", "-1.50"), "`c` decimal(10,2) NULL DEFAULT -1.50"),
        (row("bit(3)", "b'101'"), "`c` bit(3) NULL DEFAULT b'101'"),
        (
            row("timestamp(3)", "CURRENT_TIMESTAMP(3)", nullable="NO", extra="DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)"),
            "`c` timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)",
        ),
        (row("datetime", extra="on update CURRENT_TIMESTAMP"), "`c` datetime ON UPDATE current_timestamp() NULL"),
        (row("varchar(36)", "uuid()", extra="DEFAULT_GENERATED", collation=COLLATION), "`c` varchar(36) NULL DEFAULT (uuid())"),
        (
            row("json", "json_array(_utf8mb4\\'a\\')", extra="DEFAULT_GENERATED"),
            "`c` json NULL DEFAULT (json_array(_utf8mb4'a'))",
        ),
        (
            row("int", extra="STORED GENERATED", generation="(`a` + 1)", nullable="NO"),
            "`c` int GENERATED ALWAYS AS ((`a` + 1)) STORED NOT NULL",
        ),
        (
            row("varchar(9)", extra="VIRTUAL GENERATED", generation="concat(`a`,_utf8mb4\\'x\\')", collation=COLLATION),
            "`c` varchar(9) GENERATED ALWAYS AS (concat(`a`,_utf8mb4'x')) VIRTUAL",
        ),
        (row("point", nullable="NO", srid=4326), "`c` point SRID 4326 NOT NULL"),
        (row("int", "5", extra="INVISIBLE"), "`c` int INVISIBLE NULL DEFAULT 5"),
        (
            row("char(3)", collation="latin1_bin"),
            "`c` char(3) CHARACTER SET latin1 COLLATE latin1_bin NULL",
        ),
    ],
)
def test_a_column_of_mysql_is_defined_as_it_is(seen: ColumnRow, wanted: str) -> None:
    assert defined(words.column(seen, MYSQL, COLLATION)) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (row("int(11)", "NULL"), "`c` int NULL"),
        (row("bigint(20) unsigned", "7", nullable="NO"), "`c` bigint unsigned NOT NULL DEFAULT 7"),
        (row("int(5) unsigned zerofill"), "`c` int(5) unsigned zerofill NULL"),
        (row("tinyint(1)", "0"), "`c` tinyint(1) NULL DEFAULT 0"),
        (row("tinyint(4)"), "`c` tinyint NULL"),
        (row("year(4)"), "`c` year NULL"),
        (row("varchar(5)", "'NULL'"), "`c` varchar(5) NULL DEFAULT 'NULL'"),
        (row("timestamp", "current_timestamp()", nullable="NO"), "`c` timestamp NOT NULL DEFAULT current_timestamp()"),
        (row("varchar(20) /*M!100301 COMPRESSED*/"), "`c` varchar(20) COMPRESSED NULL"),
        (row("int(11)", extra="STORED GENERATED", generation="`a` + 1"), "`c` int GENERATED ALWAYS AS (`a` + 1) STORED"),
        (
            row("timestamp(6)", extra="STORED GENERATED", generation="ROW START", nullable="NO"),
            "`c` timestamp(6) GENERATED ALWAYS AS ROW START",
        ),
        (row("int(11)", extra="WITHOUT SYSTEM VERSIONING"), "`c` int WITHOUT SYSTEM VERSIONING NULL"),
        (row("char(3)", collation="utf8_bin"), "`c` char(3) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin NULL"),
        (row("char(3)", collation="utf8mb4_uca1400_ai_ci"), "`c` char(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci NULL"),
    ],
)
def test_a_column_of_mariadb_is_defined_as_it_is(seen: ColumnRow, wanted: str) -> None:
    assert defined(words.column(seen, MARIADB, "utf8mb4_general_ci")) == wanted


def test_a_json_column_is_not_told_as_a_text_with_a_check() -> None:
    seen = row("longtext", collation="utf8mb4_bin")
    assert words.column(seen, MARIADB, "utf8mb4_general_ci", "(json_valid(`c`))") == Column(name="c", type="json")
    assert words.column(seen, MARIADB, "utf8mb4_general_ci", "(`c` <> '')").check == "(`c` <> '')"


@pytest.mark.parametrize(
    ("server", "kind", "default"),
    [
        (OLD_MARIADB, "timestamp", "CURRENT_TIMESTAMP"),
        (MARIADB, "timestamp", "current_timestamp()"),
        (MYSQL, "timestamp", "CURRENT_TIMESTAMP"),
    ],
)
def test_the_present_has_one_wording(server: Server, kind: str, default: str) -> None:
    assert words.column(row(kind, default), server, None).default == Value("computed", "current_timestamp()")


def test_utf8_has_one_name() -> None:
    assert [collation_name(name) for name in ("utf8_general_ci", "utf8mb3_general_ci", "utf8mb4_general_ci", "latin1_swedish_ci")] == [
        "utf8mb3_general_ci",
        "utf8mb3_general_ci",
        "utf8mb4_general_ci",
        "latin1_swedish_ci",
    ]


def test_old_and_new_servers_give_one_table() -> None:
    def seen(server: Server, width: str, collation: str) -> object:
        columns = [row(f"int{width}", "1"), row("varchar(5)", collation=collation)]
        relation = TableRow("t", "BASE TABLE", "InnoDB", collation, "", "")
        return table(relation, Parts(columns, (), (), (), ()), Shown(), None, server)

    assert seen(MARIADB, "(11)", "utf8_general_ci") == seen(MARIADB, "", "utf8mb3_general_ci")


def test_a_table_of_mysql_has_its_indexes_keys_and_checks() -> None:
    indexes = [
        IndexRow("PRIMARY", 0, "id", None, "A", "BTREE", "", "NO"),
        IndexRow("code", 0, "code", None, "A", "BTREE", "", "NO"),
        IndexRow("low", 1, None, None, "A", "BTREE", "", "NO", "lower(`name`)"),
        IndexRow("pre", 1, "name", 10, "D", "BTREE", "of names", "YES"),
    ]
    keys = [KeyRow("fk", "up", "shop", "t", "id")]
    checks = [CheckRow("t_chk_1", "(`code` in (_utf8mb4\\'a\\',_utf8mb4\\'b\\'))"), CheckRow("off", "(`id` > 0)", "Table", "NO")]
    parts = Parts([row("int")], indexes, keys, [RuleRow("fk", "NO ACTION", "CASCADE")], checks)
    seen = table(TableRow("t", "BASE TABLE", "InnoDB", COLLATION, "", ""), parts, Shown(), None, MYSQL)
    assert seen.primary_key is not None
    assert seen.primary_key.columns == ("id",)
    assert [unique.name for unique in seen.uniques] == ["code"]
    assert [index.definition for index in seen.indexes] == [
        None,
        "CREATE INDEX `low` ON `t` ((lower(`name`)))",
        "CREATE INDEX `pre` ON `t` (`name`(10) DESC) COMMENT 'of names' INVISIBLE",
    ]
    assert seen.checks == (
        Check(name="t_chk_1", expression="(`code` in (_utf8mb4'a',_utf8mb4'b'))"),
        Check(name="off", expression="(`id` > 0) NOT ENFORCED"),
    )
    assert [(key.on_update, key.on_delete) for key in seen.foreign_keys] == [("NO ACTION", "CASCADE")]


def test_only_what_is_not_usual_is_an_option() -> None:
    plain = TableRow("t", "BASE TABLE", "InnoDB", COLLATION, "row_format=COMPRESSED KEY_BLOCK_SIZE=8 partitioned", "")
    assert options(plain, MYSQL) == {"ROW_FORMAT": "COMPRESSED", "KEY_BLOCK_SIZE": "8"}
    other = TableRow("t", "SYSTEM VERSIONED", "Aria", "latin1_bin", "`ENCRYPTED`=YES comment='a b'", "")
    assert options(other, MYSQL) == {
        "ENGINE": "Aria",
        "COLLATE": "latin1_bin",
        "ENCRYPTED": "YES",
        "COMMENT": "'a b'",
        "SYSTEM VERSIONING": "",
    }


def test_show_create_tells_partitions_periods_and_odd_keys() -> None:
    mysql = read(
        "CREATE TABLE `t` (\n  `id` int,\n  FULLTEXT KEY `ft` (`body`) /*!50100 WITH PARSER `ngram` */ \n) ENGINE=InnoDB\n"
        "/*!50100 PARTITION BY RANGE (`id`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,\n"
        " PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */"
    )
    assert mysql.partition_by == "RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)"
    assert mysql.keys == {"ft": "FULLTEXT KEY `ft` (`body`) /*!50100 WITH PARSER `ngram` */ "}
    mariadb = read(
        "CREATE TABLE `t` (\n  `id` int,\n  PERIOD FOR `at` (`a`, `b`),\n  UNIQUE KEY `u` (`id`,`at` WITHOUT OVERLAPS)\n) ENGINE=InnoDB"
    )
    assert mariadb.options == {"PERIOD FOR `at`": "(`a`, `b`)"}
    assert mariadb.keys == {"u": "UNIQUE KEY `u` (`id`,`at` WITHOUT OVERLAPS)"}
    assert mariadb.partition_by is None


def test_a_default_of_bytes_that_the_catalog_garbles_is_noticed() -> None:
    assert words.is_lossy(row("varbinary(5)", "'\\0?'"))
    assert not words.is_lossy(row("varbinary(5)", "'abc'"))
    assert not words.is_lossy(row("varchar(5)", "'?'"))
