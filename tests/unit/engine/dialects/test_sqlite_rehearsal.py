"""A schema as it will be, on SQLite."""

from pathlib import Path

from bascule.engine.dialects import live
from bascule.engine.dialects.connecting import Login
from bascule.engine.sql.statement import Statement
from bascule.engine.urls import parse


def test_statements_are_tried_on_a_copy(tmp_path: Path) -> None:
    original = live.connect(Login(url=parse(f"sqlite:{tmp_path / 'a.db'}")))
    original.execute(Statement("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)"))
    original.execute(Statement("CREATE INDEX ix ON t (a)"))
    rehearsal = live.rehearsal("sqlite", original)
    rehearsal.carry_out(
        [
            Statement("-- one more\nALTER TABLE t ADD b TEXT"),
            Statement("INSERT INTO t VALUES (1, 'x', 'y')"),
            Statement("DROP TABLE nowhere"),
            Statement("CREATE TABLE u (id INTEGER)"),
        ]
    )
    table = rehearsal.shape(["t"]).tables["t"]
    rehearsal.close()
    assert [column.name for column in table.columns] == ["id", "a", "b"]
    assert [index.name for index in table.indexes] == ["ix"]
    assert original.query("SELECT count(*) FROM pragma_table_info('t')") == [(2,)]
    original.close()
