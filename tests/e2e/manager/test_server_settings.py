"""What `bascule server` is told by files and by its environment, as containers and units tell it."""

import base64
import os
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.e2e.manager.test_server_and_client import BASCULE, start


def secret(path: Path, text: str) -> str:
    path.write_text(text + "\n")
    path.chmod(0o400)
    return str(path)


def refused(tmp_path: Path, *options: str, **environment: str) -> tuple[int, str]:
    command = [BASCULE, "server", "--data-dir", str(tmp_path / "data"), "--port", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment})
    return done.returncode, done.stderr


def test_store_key_and_password_come_from_files_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    monkeypatch.setenv("BASCULE_STORE_FILE", secret(tmp_path / "store", f"sqlite:///{tmp_path / 'elsewhere.db'}"))
    monkeypatch.setenv("BASCULE_MASTER_KEY_FILE", secret(tmp_path / "key", key))
    monkeypatch.setenv("BASCULE_ADMIN_PASSWORD_FILE", secret(tmp_path / "password", "correct-horse-battery"))
    monkeypatch.setenv("BASCULE_TRUSTED_PROXIES", "127.0.0.0/8")
    running = start(tmp_path / "data")
    try:
        assert not any("correct-horse" in line for line in running.said)
        assert (tmp_path / "elsewhere.db").exists()
        assert not (tmp_path / "data" / "bascule.db").exists()
        assert not (tmp_path / "data" / "master.key").exists()
        credentials = {"username": "admin", "password": "correct-horse-battery"}
        with httpx.Client(base_url=running.url) as http:
            plain = http.post("/v1/login", json=credentials)
            assert plain.status_code == 200
            assert "secure" not in plain.headers["set-cookie"].lower()
            behind = http.post("/v1/login", json=credentials, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"})
            assert "secure" in behind.headers["set-cookie"].lower()
            body = {"secret": {"identifier": "pw", "name": "pw", "type": "SecretText", "spec": {"value": "correct-horse"}}}
            http.cookies.clear()
            token = (tmp_path / "data" / "admin-token").read_text().strip()
            assert http.post("/v1/secrets", json=body, headers={"x-api-key": token}).status_code == 201
            rotated = http.post("/v1/master-key/rotate", headers={"x-api-key": token})
            assert (rotated.status_code, rotated.json()["problems"][0]["code"]) == (409, "SRV-004")
    finally:
        assert running.stop() == 0


def test_whom_the_manager_does_not_trust_is_not_believed(tmp_path: Path) -> None:
    password = secret(tmp_path / "password", "correct-horse-battery")
    running = start(tmp_path / "data", "--admin-password-file", password, "--trusted-proxies", "10.0.0.0/8")
    try:
        credentials = {"username": "admin", "password": "correct-horse-battery"}
        answer = httpx.post(f"{running.url}/v1/login", json=credentials, headers={"X-Forwarded-Proto": "https"})
        assert answer.status_code == 200
        assert "secure" not in answer.headers["set-cookie"].lower()
    finally:
        assert running.stop() == 0


def test_the_password_file_is_read_at_the_first_start_alone(tmp_path: Path) -> None:
    password = secret(tmp_path / "password", "correct-horse-battery")
    assert start(tmp_path / "data", "--admin-password-file", password).stop() == 0
    Path(password).unlink()
    assert start(tmp_path / "data", "--admin-password-file", password).stop() == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("--store-file", None, "SRV-006"),
        ("--store-file", "", "SRV-006"),
        ("--master-key-file", None, "SRV-005"),
        ("--master-key-file", "correct-horse", "SRV-005"),
        ("--admin-password-file", None, "SRV-006"),
        ("--admin-password-file", "short", "SRV-007"),
    ],
)
def test_a_secrets_file_that_is_missing_or_unfit_is_one_problem(tmp_path: Path, name: str, content: str | None, code: str) -> None:
    path = tmp_path / "secret"
    if content is not None:
        secret(path, content)
    status, told = refused(tmp_path, name, str(path))
    assert status == 1
    assert told.startswith(code), told
    assert str(path) in told


def test_an_option_and_its_file_are_not_both_taken(tmp_path: Path) -> None:
    status, told = refused(tmp_path, "--store-file", secret(tmp_path / "store", "sqlite:///x"), BASCULE_STORE="sqlite:///y")
    assert status == 2
    assert "--store and --store-file" in told


def test_what_is_no_network_is_no_trusted_proxy(tmp_path: Path) -> None:
    assert refused(tmp_path, BASCULE_TRUSTED_PROXIES="proxy.example.com")[0] == 2
