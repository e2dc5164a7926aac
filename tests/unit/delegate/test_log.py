"""The delegate's own log: masked, bounded, in order."""

import asyncio
import io
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bascule.delegate import log as own_log
from bascule.delegate.agent import Agent
from bascule.delegate.folder import JobFolder
from bascule.delegate.log import KEPT_DAYS, Masked, OwnLog
from bascule.delegate.measures import Measures
from bascule.wire.delegates import Lease
from bascule.wire.jobs import Fetch, Job


@pytest.fixture
def log(tmp_path: Path) -> Iterator[OwnLog]:
    made = OwnLog(tmp_path / "log", ["bdt_the-token"])
    yield made
    made.close()


def say(log: OwnLog, message: str, **facts: object) -> None:
    record = logging.makeLogRecord({"name": "bascule.x", "levelno": logging.INFO, "levelname": "INFO", "msg": message, **facts})
    log.handle(record)


def test_facts_stand_after_the_message(log: OwnLog) -> None:
    say(log, "leased", job_id="j1", attempt=2)
    ((_, text),) = log.after(0)
    assert text.endswith("INFO bascule.x: leased  job_id=j1 attempt=2")


def test_neither_the_token_nor_secrets_in_hand_are_written(log: OwnLog, tmp_path: Path) -> None:
    log.hide("j1", ["hunter22"])
    say(log, "bdt_the-token and hunter22", fact="hunter22")
    log.forget("j1")
    say(log, "hunter22 is nobody's now, bdt_the-token is")
    written = (tmp_path / "log" / "delegate.log").read_text()
    first, second = (text for _, text in log.after(0))
    assert first.endswith("*** and ***  fact=***")
    assert second.endswith("hunter22 is nobody's now, *** is")
    assert "bdt_the-token" not in written
    assert written.count("hunter22") == 1


def test_what_is_shown_elsewhere_is_masked_as_well(log: OwnLog) -> None:
    handler = logging.StreamHandler(shown := io.StringIO())
    handler.setFormatter(Masked(None, log))
    log.hide("j1", ["hunter22"])
    handler.handle(logging.makeLogRecord({"name": "bascule.x", "levelname": "INFO", "msg": "bdt_the-token and hunter22", "job_id": "j1"}))
    assert shown.getvalue().endswith("INFO bascule.x: *** and ***  job_id=j1\n")


def test_the_last_word_about_a_job_is_masked_too(log: OwnLog, tmp_path: Path) -> None:
    async def failing() -> None:
        raise ValueError("hunter22 is no number")

    async def dropped() -> None:
        task = asyncio.create_task(failing())
        await asyncio.wait({task})
        agent = SimpleNamespace(_jobs={}, _room=asyncio.Event(), _leave=asyncio.Event(), _log=log, _measures=Measures())
        lease = Lease(job=Job(id="j1", what=Fetch(), workspace="w"), attempt=1, fence=1, expires_at=0)
        Agent._released(cast("Agent", agent), lease, tmp_path, JobFolder(tmp_path), task)

    log.hide("j1", ["hunter22"])
    logging.getLogger("bascule").addHandler(log)
    try:
        asyncio.run(dropped())
    finally:
        logging.getLogger("bascule").removeHandler(log)
    ((_, text),) = log.after(0)
    assert "ValueError: *** is no number" in text
    assert log._secrets == {}


def test_no_two_lines_have_the_same_moment(log: OwnLog) -> None:
    for number in range(50):
        say(log, str(number), created=1000.0)
    moments = [moment for moment, _ in log.after(0)]
    assert moments == list(range(1_000_000, 1_000_050))
    assert [text[-2:] for _, text in log.after(1_000_047)] == ["48", "49"]


def test_only_the_last_lines_are_at_hand_and_files_stay_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_log, "FILE_BYTES", 10_000)
    log = OwnLog(tmp_path / "log", [])
    for number in range(3000):
        say(log, f"line {number}")
    log.close()
    assert len(log.after(0)) == own_log.LINES
    files = list((tmp_path / "log").iterdir())
    assert len(files) == own_log.FILES
    assert all(path.stat().st_size <= 10_000 for path in files)


def test_old_files_are_removed(log: OwnLog, tmp_path: Path) -> None:
    old, new = (tmp_path / "log" / f"delegate.log.{number}" for number in (1, 2))
    for path in (old, new):
        path.touch()
    ago = time.time() - (KEPT_DAYS + 1) * 24 * 3600
    os.utime(old, (ago, ago))
    log.drop_old()
    assert (old.exists(), new.exists()) == (False, True)
