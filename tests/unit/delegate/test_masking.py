"""Secrets leave the machine as `***`, in whatever form a tool prints them."""

import base64
import itertools
import json
from urllib.parse import quote

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
    ],
)
def test_a_secret_is_masked_in_every_form(printed: str) -> None:
    assert MASK in Masker([SECRET]).text(f"before {printed} after")
    assert "rd" not in Masker([SECRET]).text(printed)


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
