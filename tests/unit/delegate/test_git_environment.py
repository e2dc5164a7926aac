"""What git sees of the delegate's environment."""

from pathlib import Path

import pytest

from bascule.delegate.sources.git import Login
from bascule.wire.jobs import GitSource
from tools.authority import Authority


def test_certificates_and_proxies_that_the_delegate_was_given_are_gits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"GIT_SSL_CAINFO": "/run/bascule/ca/ca.crt", "HTTPS_PROXY": "http://proxy:3128", "AWS_SECRET_ACCESS_KEY": "correct-horse"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with Login(GitSource(url="https://git.example.com/x.git"), {}, tmp_path) as seen:
        assert (seen["GIT_SSL_CAINFO"], seen["HTTPS_PROXY"]) == ("/run/bascule/ca/ca.crt", "http://proxy:3128")
        assert "AWS_SECRET_ACCESS_KEY" not in seen


def test_a_sources_own_authority_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSL_CAINFO", "/run/bascule/ca/ca.crt")
    own = Authority().pem
    with Login(GitSource(url="https://git.example.com/x.git", ca=own), {}, tmp_path) as seen:
        assert Path(seen["GIT_SSL_CAINFO"]).read_text() == own
