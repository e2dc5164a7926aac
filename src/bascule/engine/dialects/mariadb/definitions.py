"""Statements as the catalog keeps them, so that they can be run elsewhere: without the schema they stand in."""

import re
from collections.abc import Callable

from bascule.engine.dialects.mysql.whole import quoted

_TOKEN = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`|\"(?:[^\"\\]|\\.|\"\")*\"|--\s[^\n]*|#[^\n]*|/\*.*?\*/|[\w$]+|\s+|.", re.DOTALL)
_DEFINER = re.compile(r"DEFINER\s*=\s*((?:`(?:[^`]|``)*`|\"[^\"]*\"|\w+)(?:@(?:`(?:[^`]|``)*`|\"[^\"]*\"|\w+))?)\s*", re.IGNORECASE)
_BEFORE_A_TABLE = frozenset({"from", "join", "straight_join", "into", "update", "table", "call", "nextval", "lastval", "setval", "for"})


def account(definer: str) -> str:
    """`app@%` as a statement writes it; a role has no host."""
    user, at, host = definer.rpartition("@")
    return f"{quoted(user)}@{quoted(host)}" if at and host else quoted(user if at else host)


def definer_clause(definer: str, user: str) -> str:
    """Who looks becomes the definer of what he makes elsewhere: only another one is told."""
    return "" if definer == user else f"DEFINER={account(definer)} "


def without_definer(statement: str, user: str) -> str:
    """The statement of SHOW CREATE, its definer left out where it is who looks."""
    match = _DEFINER.search(statement)
    if match is None or match[1].replace('"', "`").replace("`", "") != user:
        return statement
    return statement[: match.start()] + statement[match.end() :]


def unqualified(sql: str, schema: str) -> str:
    """The statement with the names of its own schema unqualified; strings, comments and all else stay as they are.

    Where a table or an alias is called as the schema is, only names that stand where a table's does lose it.
    """
    tokens = _TOKEN.findall(sql)
    solid = [index for index, token in enumerate(tokens) if not token.isspace() and not token.startswith(("--", "#", "/*"))]
    named = [place for place, index in enumerate(solid) if _is(tokens[index], schema)]
    if not named:
        return sql

    def at(place: int) -> str:
        return tokens[solid[place]] if 0 <= place < len(solid) else ""

    ambiguous = any(at(place + 1) != "." for place in named)
    gone: set[int] = set()
    for place in named:
        if at(place + 1) != "." or at(place - 1) == "." or solid[place] in gone:
            continue
        if not ambiguous or at(place + 3) == "." or _stands_for_a_table(place, at):
            gone |= {solid[place], solid[place + 1]}
    return "".join(token for index, token in enumerate(tokens) if index not in gone)


def _is(token: str, schema: str) -> bool:
    return token == quoted(schema) or token == schema


def _stands_for_a_table(place: int, at: Callable[[int], str]) -> bool:
    while at(place - 1) == "(":
        place -= 1
    return at(place - 1).lower() in _BEFORE_A_TABLE
