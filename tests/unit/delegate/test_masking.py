"""Secrets leave the machine as `***`, in whatever form a tool prints them."""

import base64
import html
import itertools
import json
import random
import shlex
import shutil
import subprocess
import time
from urllib.parse import quote
from xml.sax import saxutils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.delegate.masking import MASK, Lines, Masker

SECRET = "pa ss/wörd+\"quo'te"


@pytest.mark.parametrize(
    "printed",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower().replace("pa", "pa"),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        SECRET.replace("'", "''"),
        SECRET.replace("'", "'\\''"),  # set -x
        shlex.quote(SECRET),
        html.escape(SECRET),
        html.escape(SECRET).replace("&#x27;", "&apos;").replace("&quot;", "&#34;"),
        saxutils.escape(SECRET),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        SECRET.encode().hex(" "),
    ],
)
def test_a_secret_is_masked_in_every_form(printed: str) -> None:
    assert MASK in Masker([SECRET]).text(f"before {printed} after")
    assert "rd" not in Masker([SECRET]).text(printed)


@pytest.mark.parametrize("command", ["printf %q {}", "set -x; : {}", "set -x; v={}", "declare -p BASH_EXECUTION_STRING; : {}"])
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_what_shells_make_of_a_secret_is_masked(shell: str, command: str) -> None:
    secret = "pa'ss w$rd\\\"x!"
    ran = subprocess.run([shell, "-c", command.format(shlex.quote(secret))], capture_output=True, text=True, check=False)
    for line in (ran.stdout + ran.stderr).splitlines():
        assert "w$rd" not in Masker([secret]).text(line), line


@pytest.mark.parametrize("tool", ["base64", "base64 -w 60", "xxd -p", "openssl base64"])
@pytest.mark.parametrize("before", ["", "user:", "{'password': '"])
def test_what_tools_break_into_lines_is_masked(tool: str, before: str) -> None:
    if shutil.which(tool.split()[0]) is None:
        pytest.skip(f"there is no {tool.split()[0]}")
    secret = "".join(f"{number}-S3cret;" for number in range(40))
    encoded = subprocess.run(tool.split(), input=(before + secret).encode(), capture_output=True, check=True).stdout.decode()
    masker = Masker([secret])
    for line in encoded.splitlines():
        left = masker.text(line).replace(MASK, "").strip()
        assert len(left) <= 20, (line, left)


@pytest.mark.parametrize(
    "line",
    [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "db/changelog/2026/11/orders-and-invoices.yaml::1::ann ran successfully in 12 ms",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        "=" * 80 + " " * 40 + "0" * 64 + "A" * 64,
    ],
)
def test_what_only_looks_like_it_is_left_alone(line: str) -> None:
    key = "-----BEGIN KEY-----\n" + "\n".join(base64.b64encode(bytes(range(n, n + 48))).decode() for n in range(40)) + "\n-----END KEY-----"
    assert Masker([key, "correct horse battery staple"]).text(line) == line


def test_thousands_of_lines_are_masked_in_time() -> None:
    key = "\n".join(base64.b64encode(random.Random(n).randbytes(48)).decode() for n in range(500))
    masker = Masker([key])
    started = time.perf_counter()
    for number in range(2000):
        masker.text(f"2026-11-29 INFO changeset db/changelog/{number}.xml::ann ran successfully in {number} ms")
    assert time.perf_counter() - started < 5


@given(secrets=st.lists(st.text(alphabet="ab+/'\"&", min_size=4, max_size=12), min_size=1, max_size=30), around=st.text(alphabet="ab &x"))
def test_no_secret_is_left_whole_among_many(secrets: list[str], around: str) -> None:
    masker = Masker(secrets)
    for secret in secrets:
        assert secret not in masker.text(f"{around}{secret}{around}")


@pytest.mark.parametrize("user", ["", "u", "us", "use", "user:"])
@pytest.mark.parametrize("tail", ["", "x", "xy"])
def test_a_secret_inside_base64_is_masked_at_every_offset(user: str, tail: str) -> None:
    secret = "correct-horse-battery"
    masked = Masker([secret]).text(base64.b64encode((user + secret + tail).encode()).decode())
    assert MASK in masked
    assert len(masked) < len(base64.b64encode((user + tail).encode()).decode()) + 8


def test_short_secrets_are_left_alone() -> None:
    assert Masker(["abc", ""]).text("abcdef") == "abcdef"


def test_every_line_of_a_secret_with_several_is_masked() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----"
    masker = Masker([key])
    lines = list(Lines(masker).feed(key.encode() + b"\n"))
    assert not any("MIIEv" in line or "hkiG9" in line for line in lines)


@pytest.mark.parametrize("offset", range(40))
def test_a_long_line_is_not_cut_amid_a_character_of_a_secret(offset: int) -> None:
    lines = Lines(Masker(["пароль-секрет"]), limit=400)
    data = ("a" * (380 + offset) + "пароль-секрет" + "b" * 2000).encode()
    assert "".join([*lines.feed(data), *lines.end()]) == "a" * (380 + offset) + MASK + "b" * 2000


def test_values_are_masked_with_their_keys() -> None:
    assert Masker(["hunter22"]).value({"hunter22": ["x hunter22", 1, None, {"a": True}]}) == {MASK: [f"x {MASK}", 1, None, {"a": True}]}


def test_the_longest_form_wins() -> None:
    assert Masker(["secret", "secret-and-more"]).text("a secret-and-more b") == f"a {MASK} b"


@given(
    before=st.text(alphabet="abc \n", max_size=300),
    after=st.text(alphabet="abc \n", max_size=300),
    cuts=st.lists(st.integers(0, 700), max_size=8),
)
def test_a_secret_split_over_chunks_is_masked(before: str, after: str, cuts: list[int]) -> None:
    secret = "S3CRET-XYZ"
    data = (before + secret + after).encode()
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    lines = Lines(Masker([secret]), limit=50)
    out = [line for start, stop in itertools.pairwise(places) for line in lines.feed(data[start:stop])]
    out += lines.end()
    joined = "".join(out)
    assert not any(part in joined for part in ("S3CRET", "XYZ", "CRET-X"))
    assert joined.replace(MASK, "") == (before + after).replace("\n", "")
