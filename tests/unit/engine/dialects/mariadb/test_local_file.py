"""A MariaDB session and a server that asks for files: it gets the lines of the load at hand, never a file."""

from typing import Any

import pytest
from pymysql.connections import Connection, MySQLResult
from pymysql.protocol import MysqlPacket

from bascule.engine.dialects.mariadb.connect import _Session

ASKS = b"\xfb/etc/passwd"
DONE = bytes([0, 2, 0, 2, 0, 0, 0])


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of a server that answers every statement by asking for a file."""
    answers = [ASKS, DONE]
    session: Any = _Session(defer_connect=True)
    session.written = []
    monkeypatch.setattr(Connection, "_read_packet", lambda *_: MysqlPacket(answers.pop(0), "utf8"))
    monkeypatch.setattr(_Session, "write_packet", lambda self, payload: self.written.append(payload))
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    return session


def test_the_lines_at_hand_are_sent_whatever_file_is_asked_for(session: Any) -> None:
    session.lines = b"x" * 40_000
    result: Any = MySQLResult(session)
    result.read()
    assert b"".join(session.written) == b"x" * 40_000
    assert session.written[-1] == b""
    assert max(map(len, session.written)) <= 16 * 1024
    assert (result.affected_rows, session.lines) == (2, None)


def test_without_lines_nothing_is_sent(session: Any) -> None:
    result: Any = MySQLResult(session)
    with pytest.raises(RuntimeError, match="local_infile option is false"):
        result.read()
    assert session.written == []
