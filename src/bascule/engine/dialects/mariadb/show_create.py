"""What only SHOW CREATE TABLE tells: partitions, periods, keys that are more than columns. Asked for the few tables that may have such."""

import re
from collections.abc import Iterable

import msgspec

from bascule.engine.dialects.live import LiveConnection
from bascule.engine.dialects.mariadb.rows import Rows, TableRow
from bascule.engine.dialects.mariadb.server import Server
from bascule.engine.dialects.mysql.whole import quoted

_PERIOD = re.compile(r"^\s*PERIOD FOR (`(?:[^`]|``)+`|SYSTEM_TIME) (\(.*\)),?$", re.MULTILINE)
_KEY = re.compile(r"^\s*((?:UNIQUE |FULLTEXT )?KEY `((?:[^`]|``)+)` .*(?:WITHOUT OVERLAPS|WITH PARSER).*?),?$", re.MULTILINE)
_PARTITIONS = re.compile(r"^\s*(?:/\*!\d+ )?PARTITION BY (.*?)(?: ?\*/)?\s*\Z", re.MULTILINE | re.DOTALL)
_OF_ENGINE = re.compile(r"\s+ENGINE = \w+")
_COMPARED = re.compile(r"`(?:[^`]|``)+` < `(?:[^`]|``)+`")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Periods are among the options, as `` PERIOD FOR `at` `` → `` (`since`, `till`) ``; `keys` are lines of the statement by name."""

    options: dict[str, str] = {}
    keys: dict[str, str] = {}
    partition_by: str | None = None


def shown_of(connection: LiveConnection, server: Server, relations: Iterable[TableRow], rows: Rows) -> dict[str, Shown]:
    """By table, of those that may have more to say than their rows do."""
    found = {}
    for relation in relations:
        if _may_have_more(relation, rows, server):
            ((_, statement, *_),) = connection.query(f"SHOW CREATE TABLE {quoted(server.schema)}.{quoted(relation.name)}")
            found[relation.name] = read(statement)
    return found


def read(statement: str) -> Shown:
    partitions = _PARTITIONS.search(statement)
    body = statement if partitions is None else statement[: partitions.start()]
    return Shown(
        options={f"PERIOD FOR {name}": columns for name, columns in _PERIOD.findall(body)},
        keys={name.replace("``", "`"): line for line, name in _KEY.findall(body)},
        partition_by=None if partitions is None else " ".join(_OF_ENGINE.sub("", partitions[1]).split()),
    )


def _may_have_more(table: TableRow, rows: Rows, server: Server) -> bool:
    if table.kind == "SYSTEM VERSIONED" or "partitioned" in (table.options or ""):
        return True
    if not server.is_mariadb:
        return any(row.method == "FULLTEXT" for row in rows.indexes.get(table.name, ()))
    return any(_COMPARED.fullmatch(check.clause) for check in rows.checks.get(table.name, ()))
