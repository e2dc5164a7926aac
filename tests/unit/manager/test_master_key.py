"""A master key that is handed to the manager: by Kubernetes, by systemd, by a file."""

import base64
import os
from pathlib import Path

import pytest

from bascule.core.errors import BasculeError, ConflictError, InputError
from bascule.manager.secrets.keyring import Envelope, Keyring, open_keyring

FIRST, SECOND = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def handed(path: Path, *lines: str, mode: int = 0o400) -> Path:
    path.unlink(missing_ok=True)
    path.write_text("\n".join(lines) + "\n")
    path.chmod(mode)
    return path


def test_two_managers_with_the_same_file_open_each_others_secrets(tmp_path: Path) -> None:
    ours, theirs = (Keyring(handed(tmp_path / name, FIRST)) for name in ("a", "b"))
    assert theirs.open(ours.seal("correct-horse", "secret:1"), "secret:1") == "correct-horse"


def test_a_new_first_line_is_taken_up_and_the_old_one_still_opens(tmp_path: Path) -> None:
    keyring = Keyring(handed(tmp_path / "key", FIRST))
    before = keyring.seal("correct-horse", "secret:1")
    handed(tmp_path / "key", SECOND, FIRST)
    keyring.add_key()
    after: Envelope = keyring.rewrap(before, "secret:1")
    keyring.forget_all_but({before.key_id})
    assert after.key_id == keyring.current != before.key_id
    assert Keyring(handed(tmp_path / "key", SECOND)).open(after, "secret:1") == "correct-horse"


def test_a_manager_that_was_started_with_the_new_line_rotates_too(tmp_path: Path) -> None:
    before = Keyring(handed(tmp_path / "key", FIRST)).seal("correct-horse", "secret:1")
    keyring = Keyring(handed(tmp_path / "key", SECOND, FIRST))
    keyring.add_key()
    assert keyring.rewrap(before, "secret:1").key_id == keyring.current != before.key_id


def test_a_rotation_without_a_new_line_says_how_and_leaves_the_file_alone(tmp_path: Path) -> None:
    path = handed(tmp_path / "key", FIRST)
    with pytest.raises(ConflictError) as caught:
        Keyring(path).add_key()
    assert caught.value.problems[0].code == "SRV-004"
    assert path.read_text() == f"{FIRST}\n"


@pytest.mark.parametrize("lines", [[""], ["correct-horse"], [base64.b64encode(b"short").decode()], [FIRST, "not base64!"]])
def test_a_file_without_a_key_of_32_bytes_is_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        Keyring(handed(tmp_path / "key", *lines))
    assert caught.value.problems[0].code == "SRV-005"


def test_a_named_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_keyring(tmp_path / "nothing", make=False)
    assert caught.value.problems[0].code == "SRV-005"
    assert not (tmp_path / "nothing").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: files of two owners")
@pytest.mark.parametrize(
    ("owner", "mode", "taken"), [(0, 0o440, False), (65534, 0o440, True), (65534, 0o444, False), (65534, 0o460, False)]
)
def test_a_file_of_another_owner_may_be_our_groups(tmp_path: Path, owner: int, mode: int, taken: bool) -> None:
    path = handed(tmp_path / "key", FIRST, mode=mode)
    os.chown(path, owner, -1)
    if taken:
        assert Keyring(path).current
    else:
        with pytest.raises(BasculeError) as caught:
            Keyring(path)
        assert caught.value.problems[0].code == "SEC-004"
