"""A job's folder is all that a delegate knows: it is written by one and read by another, while it grows."""

import os
from pathlib import Path

import msgspec
import pytest

from bascule.delegate import folder as folder_module
from bascule.delegate.folder import Ended, EventLog, EventReader, JobFolder, ProcessId
from bascule.wire.delegates import Lease, SealedSecrets
from bascule.wire.jobs import Command, Job

LEASE = Lease(
    job=Job(id="j", what=Command(argv=["status"])),
    attempt=2,
    fence=7,
    expires_at=1.0,
    secrets=SealedSecrets(encapsulated_key="a", ciphertext="b"),
)


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    return JobFolder.make(tmp_path, LEASE)


def _say(log: EventLog, *texts: str) -> None:
    for text in texts:
        log.write({"kind": "log", "at": 0.0, "text": text})


def _texts(lines: list[bytes]) -> list[str]:
    return [msgspec.json.decode(line)["text"] for line in lines]


def _all(reader: EventReader, from_seq: int = 0) -> list[str]:
    return _texts(reader.read(from_seq, 10**9, 10**9))


def test_a_lease_is_kept_without_its_secrets(folder: JobFolder) -> None:
    assert folder.lease() == msgspec.structs.replace(LEASE, secrets=None)
    assert folder.path.stat().st_mode & 0o077 == 0


def test_the_same_attempt_has_the_same_folder(folder: JobFolder, tmp_path: Path) -> None:
    log = EventLog(folder, 10**9)
    _say(log, "a")
    log.close(0.0)
    again = EventLog(JobFolder.make(tmp_path, LEASE), 10**9)
    assert again.next_seq == 1


@pytest.mark.parametrize("name", ["lease.json", "exit.json", "pid"])
def test_a_file_that_a_power_cut_left_empty_counts_as_absent(folder: JobFolder, name: str) -> None:
    folder.end(Ended(status="success"))
    (folder.path / name).write_bytes(b"")
    assert {"lease.json": folder.lease, "exit.json": folder.ended, "pid": folder.supervisor}[name]() is None


def test_events_are_read_while_they_are_written(folder: JobFolder) -> None:
    log, reader = EventLog(folder, 10**9), EventReader(folder)
    assert _all(reader) == []
    _say(log, "a", "b")
    assert _all(reader) == ["a", "b"]
    _say(log, "c")
    assert _all(reader, 2) == ["c"]
    assert _all(reader, 1) == ["b", "c"]


def test_an_event_that_is_half_written_waits(folder: JobFolder) -> None:
    log, reader = EventLog(folder, 10**9), EventReader(folder)
    _say(log, "a")
    segment = folder.segments()[0][1]
    with segment.open("ab") as file:
        file.write(b'{"kind": "log", "text": "b"')
    assert _all(reader) == ["a"]
    with segment.open("ab") as file:
        file.write(b"}\n")
    assert _all(reader, 1) == ["b"]


def test_a_new_writer_cuts_off_what_a_killed_one_left_half(folder: JobFolder) -> None:
    _say(EventLog(folder, 10**9), "a")
    with folder.segments()[0][1].open("ab") as file:
        file.write(b'{"kind": "lo')
    log = EventLog(folder, 10**9)
    assert log.next_seq == 1
    _say(log, "b")
    assert _all(EventReader(folder)) == ["a", "b"]


def test_batches_are_bounded_and_never_empty(folder: JobFolder) -> None:
    log, reader = EventLog(folder, 10**9), EventReader(folder)
    _say(log, "x" * 100, "y" * 100, "z")
    assert [text[0] for text in _texts(reader.read(0, 10, 10))] == ["x"]
    assert [text[0] for text in _texts(reader.read(1, 10**6, 1))] == ["y"]
    assert [text[0] for text in _texts(reader.read(2, 10**6, 9))] == ["z"]


def test_segments_are_deleted_once_the_manager_has_them(folder: JobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "SEGMENT_BYTES", 100)
    log, reader = EventLog(folder, 10**9), EventReader(folder)
    _say(log, *(f"{n:02} {'x' * 30}" for n in range(20)))
    assert len(folder.segments()) > 3
    texts = _all(reader)
    assert [text[:2] for text in texts] == [f"{n:02}" for n in range(20)]
    reader.forget(12)
    assert folder.segments()[0][0] <= 12
    assert len(folder.segments()) < 7
    assert [text[:2] for text in _all(EventReader(folder), 12)] == [f"{n:02}" for n in range(12, 20)]
    reader.forget(20)
    assert len(folder.segments()) == 1
    _say(log, "more")
    assert _all(reader, 20) == ["more"]


def test_a_full_buffer_leaves_out_logs_and_says_so_but_never_what_matters(folder: JobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventLog, "_LOOK_EVERY_BYTES", 0)
    log = EventLog(folder, 300)
    _say(log, *("x" * 100 for _ in range(10)))
    log.write({"kind": "changeset.finished", "at": 0.0, "text": "kept"})
    log.write({"kind": "result", "at": 0.0, "text": "done"})
    _say(log, "dropped too")
    log.close(0.0)
    texts = _all(EventReader(folder))
    assert texts.count("x" * 100) == 3
    assert texts[3:] == [
        "7 lines were left out here: the manager could not be reached and the delegate's buffer was full",
        "kept",
        "done",
        "1 lines were left out here: the manager could not be reached and the delegate's buffer was full",
    ]


def test_a_buffer_that_was_sent_has_room_again(folder: JobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventLog, "_LOOK_EVERY_BYTES", 0)
    monkeypatch.setattr(folder_module, "SEGMENT_BYTES", 100)
    log, reader = EventLog(folder, 1000), EventReader(folder)
    for n in range(100):
        _say(log, f"{n:02} {'x' * 50}")
        seq = log.next_seq
        assert _all(reader, seq - 1) == [f"{n:02} {'x' * 50}"]
        reader.forget(seq)


def test_a_process_is_known_by_its_beginning(folder: JobFolder) -> None:
    me = ProcessId.of(os.getpid())
    assert me is not None
    folder.set_supervisor(me)
    assert folder.supervisor() == me
    assert me.is_alive()
    assert not ProcessId(me.pid, me.began + 1).is_alive()
    child = os.fork()
    if child == 0:
        os._exit(0)
    dead = ProcessId.of(child)
    os.waitpid(child, 0)
    assert ProcessId.of(child) is None
    assert dead is None or not dead.is_alive()
