"""How client commands find their manager, and what they say when it does not answer."""

from pathlib import Path

import httpx
import pytest

from bascule.cli.client import Client, Login, connect, login_file, save_login
from bascule.core.errors import ConflictError, DeniedError, InputError, NotFoundError, TargetError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def answering(handler: httpx.MockTransport) -> Client:
    client = Client("http://manager", "key", "shop", "orders")
    client._http = httpx.Client(base_url="http://manager", transport=handler)
    return client


def test_a_login_is_kept_for_its_owner_only() -> None:
    save_login(Login(manager="http://one", api_key="k1", org="shop"))
    assert login_file().stat().st_mode & 0o777 == 0o600
    client = connect(None, None, None, "web")
    assert (client.manager, client.path) == ("http://one", "/v1/orgs/shop/projects/web")
    save_login(Login(manager="http://two", api_key="k2"))
    assert connect(None, None, None, None).manager == "http://two"


def test_a_key_is_never_sent_to_another_manager() -> None:
    save_login(Login(manager="http://one", api_key="k1"))
    with pytest.raises(DeniedError, match="there is no API key"):
        connect("http://evil", None, None, None)
    assert connect("http://evil", "other", None, None)._http.headers["x-api-key"] == "other"


def test_without_login_or_with_a_broken_one_the_way_is_told() -> None:
    with pytest.raises(DeniedError, match="bascule login URL"):
        connect(None, None, None, None)
    login_file().parent.mkdir(parents=True)
    login_file().write_text("{")
    with pytest.raises(InputError, match="the saved login cannot be read"):
        connect(None, None, None, None)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, InputError), (401, DeniedError), (403, DeniedError), (404, NotFoundError), (409, ConflictError), (500, TargetError)],
)
def test_an_error_keeps_the_managers_problems(status: int, error: type[Exception]) -> None:
    body = {"message": "no", "problems": [{"code": "X-1", "what": "no", "where": "body.a"}]}
    client = answering(httpx.MockTransport(lambda _request: httpx.Response(status, json=body)))
    with pytest.raises(error, match="X-1"):
        client.get("/v1/x")


def test_an_answer_that_is_not_ours_is_still_told() -> None:
    client = answering(httpx.MockTransport(lambda _request: httpx.Response(502, text="<html>bad gateway")))
    with pytest.raises(TargetError, match="bad gateway"):
        client.get("/v1/x")


def test_a_manager_that_is_not_there_is_told() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    with pytest.raises(TargetError, match="cannot be reached"):
        answering(httpx.MockTransport(refuse)).get("/v1/x")


def test_every_item_is_read_page_by_page() -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["page"]) * 100
        return httpx.Response(200, json=list(range(start, min(start + 100, 250))), headers={"X-Total-Elements": "250"})

    assert list(answering(httpx.MockTransport(pages)).every("/v1/x", status=None)) == list(range(250))
