"""`bascule logs --follow` while managers come and go."""

from typing import Any, cast

import pytest

from bascule.cli import logs
from bascule.cli.client import Client
from bascule.core.errors import TargetError
from bascule.core.problems import Problem


class Manager:
    """Answers with each piece in turn; None stands for one that is away."""

    path = "/v1"

    def __init__(self, *pieces: dict[str, Any] | None) -> None:
        self.pieces = list(pieces)
        self.asked: list[str] = []

    def get(self, path: str, after: str = "", **_: Any) -> Any:
        if not path.endswith("/logs"):
            return {"nodes": []}
        self.asked.append(after)
        piece = self.pieces.pop(0) if len(self.pieces) > 1 else self.pieces[0]
        if piece is None:
            raise TargetError(Problem(code="CLI-031", what="the manager cannot be reached"))
        return piece


def piece(text: str, after: str, *, ended: bool = False) -> dict[str, Any]:
    return {"lines": [{"node": "qa", "event": {"kind": "log", "text": text}}], "after": after, "ended": ended}


def test_a_log_goes_on_where_the_manager_went_away(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_PAUSE_S", 0.0)
    manager = Manager(piece("one", "1"), None, None, piece("two", "2", ended=True))
    logs.follow_log(cast("Client", manager), "e1")
    assert manager.asked == ["", "1", "1", "1"]
    assert capsys.readouterr().out.split() == ["qa", "one", "qa", "two"]


@pytest.mark.parametrize("pieces", [(None,), (piece("one", "1"), None)])
def test_one_that_is_not_there_or_stays_away_is_told(pieces: tuple[dict[str, Any] | None, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_PAUSE_S", 0.0)
    monkeypatch.setattr(logs, "AWAY_S", 0.05)
    with pytest.raises(TargetError):
        logs.follow_log(cast("Client", Manager(*pieces)), "e1")
