"""Indexes: their columns where these say all, else the statement that makes them."""

import re
from typing import Any

from bascule.engine.schema import Column, Index, Name

_WORD = r"""(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)"""
_PLAIN_INDEX = re.compile(rf"CREATE (?:UNIQUE )?INDEX .* USING btree \(({_WORD}(?: DESC)?(?:, {_WORD}(?: DESC)?)*)\)", re.DOTALL)
_PLAIN_PART = re.compile(rf"({_WORD})( DESC)?(?:, |$)")


def read(table: Name, rows: list[tuple[Any, ...]]) -> tuple[Index, ...]:
    return tuple(_index(table, *row) for row in rows)


def _index(table: Name, label: str, unique: bool, of_constraint: bool, columns: list[str], opening: str, ending: str) -> Index:
    """Where it is no plain one, its columns are as the server words each."""
    plain = _PLAIN_INDEX.fullmatch(opening + ending)
    if plain is None:
        own = tuple(Column(name=column) for column in columns)
        return Index(name=label, table=table, columns=own, unique=unique, of_constraint=of_constraint, definition=opening + ending)
    own = tuple(Column(name=_unquoted(part[1]), descending=True if part[2] else None) for part in _PLAIN_PART.finditer(plain[1]))
    return Index(name=label, table=table, columns=own, unique=unique, of_constraint=of_constraint)


def _unquoted(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


QUERY = """
    SELECT t.relname, i.relname, x.indisunique,
           EXISTS (SELECT FROM pg_constraint k
                   WHERE k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')),
           CASE WHEN x.indexprs IS NULL
                THEN ARRAY(SELECT a.attname::text FROM pg_attribute a
                           WHERE a.attrelid = i.oid AND a.attnum <= x.indnkeyatts ORDER BY a.attnum)
                ELSE ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts) k) END,
           opening || quote_ident(t.relname),
           substr(pg_get_indexdef(x.indexrelid), 1 + length(opening || quote_ident(n.nspname) || '.' || quote_ident(t.relname))
                  + CASE WHEN i.relkind = 'I' THEN length('ONLY ') ELSE 0 END)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    CROSS JOIN LATERAL (
        SELECT 'CREATE ' || CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(i.relname) || ' ON ' AS opening) o
    WHERE n.nspname = %s AND t.relname = ANY(%s) AND NOT i.relispartition
    ORDER BY t.relname, i.relname
"""
