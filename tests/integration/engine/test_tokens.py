"""Passwords that live for minutes: who is asked for them, and that every connection asks anew. Clouds are stand-ins on loopback."""

import datetime
import hashlib
import hmac
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bascule.cli.main import main
from bascule.core.errors import BasculeError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.access.model import Access, Tokens
from bascule.engine.access.tokens import TOKENS
from bascule.engine.access.tokens.base import Answer, Question
from bascule.engine.dialects import live
from bascule.engine.dialects.connecting import Login, entered
from bascule.engine.dialects.mariadb.tls import wanted
from bascule.engine.dialects.postgresql.url_options import libpq_options
from bascule.engine.target import TargetSettings, open_target
from bascule.engine.urls import parse
from tools.loopback import answering
from tools.servers import Database

_KEY, _SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_RDS = "orders.abc.eu-central-1.rds.amazonaws.com"
Handler = Callable[[str, str, dict[str, str], bytes], dict[str, Any]]


@pytest.fixture
def cloud() -> Iterator[Callable[[Handler], str]]:
    """Starts an HTTP server that answers by a function of method, path, headers and body."""
    servers = ExitStack()

    def start(answer: Handler) -> str:
        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                said = json.dumps(answer(self.command, self.path, dict(self.headers), body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_POST = do_GET  # noqa: N815 - the standard library's name

            def log_message(self, format: str, *args: object) -> None:
                pass

        return f"http://127.0.0.1:{servers.enter_context(answering(Answering))}"

    with servers:
        yield start


def ask(provider: str, url: str, username: str | None = None, *, secrets: dict[str, Secret] | None = None, **options: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return TOKENS.get(provider)(Question(url=parse(url), username=username, options=named, secrets=secrets or {}))


def refused(provider: str, url: str, username: str | None = None, **options: str) -> Problem:
    with pytest.raises(BasculeError) as caught:
        ask(provider, url, username, **options)
    (problem,) = caught.value.problems
    assert problem.fix
    return problem


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", _KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", _SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def signature(token: str, secret: str) -> str:
    """What AWS would compute for the token: Signature Version 4 by its description."""
    place, _, query = token.partition("/?")
    given = dict(parse_qsl(query))
    signed = "&".join(f"{quote(n, safe='~')}={quote(v, safe='~')}" for n, v in sorted(given.items()) if n != "X-Amz-Signature")
    request = "\n".join(["GET", "/", signed, f"host:{place}", "", "host", hashlib.sha256(b"").hexdigest()])
    scope = given["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", given["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


@pytest.mark.usefixtures("aws")
def test_a_token_of_aws_is_a_request_signed_for_15_minutes() -> None:
    answer = ask("aws-iam", f"jdbc:postgresql://{_RDS}/app", "ann")
    token = answer.password.reveal()
    assert token.startswith(f"{_RDS}:5432/?")
    given = {name: values[0] for name, values in parse_qs(token.partition("?")[2]).items()}
    assert (given["Action"], given["DBUser"], given["X-Amz-Expires"]) == ("connect", "ann", "900")
    assert given["X-Amz-Credential"].split("/")[2:4] == ["eu-central-1", "rds-db"]
    assert given["X-Amz-Signature"] == signature(token, _SECRET)


@pytest.mark.usefixtures("aws")
def test_the_region_is_told_or_read_from_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused("aws-iam", "jdbc:mysql://db.internal/app", "ann").code == "CON-063"
    assert refused("aws-iam", f"jdbc:mysql://{_RDS}/app").code == "CON-063"
    behind = ask("aws-iam", "jdbc:mysql://db.internal/app", "ann", host=_RDS, port="3307").password.reveal()
    assert behind.startswith(f"{_RDS}:3307/?")
    for host in (_RDS.replace("eu-central-1", "cn-north-1") + ".cn", "orders.abc.rds.cn-north-1.amazonaws.com.cn"):
        assert "cn-north-1" in ask("aws-iam", f"jdbc:mysql://{host}/app", "ann").password.reveal()
    told = refused("aws-iam", "jdbc:mysql://db.internal/app", "ann", host=_RDS, port="rds")
    assert (told.code, told.fix) == ("CON-063", "'rds' is no port: say a number, as in 3306")
    monkeypatch.setenv("AWS_REGION", "us-east-2")
    assert "us-east-2" in ask("aws-iam", "jdbc:mysql://db.internal/app", "ann").password.reveal()


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("kind", "port"), [("postgresql", 5432), ("mysql", 3306)])
def test_the_aws_wrappers_url_asks_for_a_token_and_for_tls(kind: str, port: int) -> None:
    url = parse(f"jdbc:aws-wrapper:{kind}://{_RDS}/app?wrapperPlugins=iam")
    login = entered(Login(url=url, username="ann", password=Secret("not this")))
    assert login.password is not None
    assert login.password.reveal().startswith(f"{_RDS}:{port}/?Action=connect")
    assert login.url.options == {}
    tls = libpq_options(login)["sslmode"] if kind == "postgresql" else wanted({}, login).mode
    assert tls == "require"


@pytest.mark.usefixtures("aws")
def test_a_role_is_assumed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://{host}:{port}")
        token = ask("aws-iam", f"jdbc:postgresql://{_RDS}/app", "ann", role="arn:aws:iam::123456789012:role/migrator").password.reveal()
    finally:
        server.stop()
    assert "X-Amz-Security-Token=" in token
    assert _KEY not in token


def test_without_an_identity_aws_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert refused("aws-iam", f"jdbc:postgresql://{_RDS}/app", "ann").code == "CON-062"


def test_a_service_accounts_key_becomes_an_access_token(cloud: Callable[[Handler], str]) -> None:
    asked: list[bytes] = []

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        asked.append(body)
        return {"access_token": "ya29.token", "expires_in": 3600, "token_type": "Bearer"}

    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    email = "migrator@shop.iam.gserviceaccount.com"
    described = {"type": "service_account", "client_email": email, "private_key": pem, "private_key_id": "1", "token_uri": cloud(answer)}
    told = ask("gcp", "jdbc:postgresql://10.0.0.1/app", secrets={"credentials": Secret(json.dumps(described))})
    assert (told.username, told.password.reveal()) == ("migrator@shop.iam", "ya29.token")
    assert b"jwt-bearer" in asked[0]
    with pytest.raises(BasculeError) as caught:
        ask("gcp", "jdbc:postgresql://10.0.0.1/app", secrets={"credentials": Secret("CANARY")})
    assert caught.value.problems[0].code == "CON-063"
    assert "CANARY" not in str(caught.value)


def test_an_account_is_acted_as(cloud: Callable[[Handler], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the token of the delegate's own identity Google is asked for one of the account, good for logging in to databases alone."""
    import google.auth.iam

    asked: list[tuple[str, bytes]] = []

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        asked.append((path, body))
        if path == "/token":
            return {"access_token": "own", "expires_in": 3600, "token_type": "Bearer"}
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        return {"accessToken": "ya29.account", "expireTime": later.strftime("%FT%TZ")}

    server = cloud(answer)
    monkeypatch.setattr(google.auth.iam, "_IAM_ENDPOINT", server + "/v1/{}:generateAccessToken")
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    described = {"type": "service_account", "client_email": "delegate@shop.iam.gserviceaccount.com", "private_key": pem}
    described |= {"private_key_id": "1", "token_uri": f"{server}/token"}
    account = "migrator@shop.iam.gserviceaccount.com"
    secrets = {"credentials": Secret(json.dumps(described))}
    told = ask("gcp", "jdbc:postgresql://10.0.0.1/app", secrets=secrets, service_account=account)
    assert (told.username, told.password.reveal()) == ("migrator@shop.iam", "ya29.account")
    path, body = asked[-1]
    assert account in path
    assert json.loads(body)["scope"] == ["https://www.googleapis.com/auth/sqlservice.login"]


def test_an_oidc_token_is_exchanged_for_that_of_an_account(cloud: Callable[[Handler], str], tmp_path: Path) -> None:
    """Workload identity federation: the token of whoever runs the delegate, then Google's, then the account's."""
    seen: list[str] = []

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        seen.append(path)
        if path == "/sts":
            assert dict(parse_qsl(body.decode()))["subject_token"] == "oidc-token"
            return {"access_token": "federated", "expires_in": 3600, "token_type": "Bearer", "issued_token_type": "x"}
        assert {name.lower(): value for name, value in headers.items()}["authorization"] == "Bearer federated"
        return {
            "accessToken": "ya29.account",
            "expireTime": (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)).strftime("%FT%TZ"),
        }

    (tmp_path / "token").write_text("oidc-token")
    server = cloud(answer)
    email = "migrator@shop.iam.gserviceaccount.com"
    described = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{server}/sts",
        "credential_source": {"file": str(tmp_path / "token")},
        "service_account_impersonation_url": f"{server}/v1/projects/-/serviceAccounts/{email}:generateAccessToken",
    }
    told = ask("gcp", "jdbc:mysql://10.0.0.1/app", secrets={"credentials": Secret(json.dumps(described))})
    assert (told.username, told.password.reveal()) == ("migrator", "ya29.account")
    assert len(seen) == 2


def test_a_managed_identity_of_azure_becomes_a_token(cloud: Callable[[Handler], str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        asked.append(path)
        return {"access_token": "eyJ.token", "expires_on": "4102444800", "resource": "x", "token_type": "Bearer"}

    monkeypatch.setenv("IDENTITY_ENDPOINT", cloud(answer) + "/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "x")
    told = ask("azure", "jdbc:postgresql://x.postgres.database.azure.com/app", "ann@tenant", client_id="client")
    assert (told.username, told.password.reveal()) == ("ann@tenant", "eyJ.token")
    given = parse_qs(urlsplit(asked[0]).query)
    assert given["resource"] == ["https://ossrdbms-aad.database.windows.net"]
    assert given["client_id"] == ["client"]


def test_what_a_cloud_finds_its_identity_by_is_set_only_while_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a script nor a client of the same job sees it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    environment = {"AWS_ACCESS_KEY_ID": _KEY, "AWS_SECRET_ACCESS_KEY": _SECRET}
    tokens = Tokens(provider="aws-iam", environment=environment)
    login = entered(Login(url=parse(f"jdbc:postgresql://{_RDS}/app"), username="ann", access=Access(tokens=tokens)))
    assert login.password is not None
    assert signature(login.password.reveal(), _SECRET) in login.password.reveal()
    assert login.by_token
    assert not [name for name in os.environ if name.startswith("AWS_")]


_PROVIDER = """#!{python}
import json, os, secrets, psycopg
fresh = secrets.token_hex(8)
with psycopg.connect({url!r}, autocommit=True) as connection:
    connection.execute(f"ALTER ROLE keeper PASSWORD '{{fresh}}'")
with open({log!r}, "a") as file:
    print(os.environ["BASCULE_DB_NAME"], os.environ["BASCULE_DB_PORT"], os.geteuid(), file=file)
print(json.dumps({{"username": "keeper", "password": fresh}}))
"""


@pytest.fixture
def provider(postgresql: Database, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A program that gives the role a new password each time, and prints it: the one before is worth nothing then."""
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE keeper SUPERUSER LOGIN")
    log, program = tmp_path / "log", tmp_path / "provider"
    program.write_text(_PROVIDER.format(python=sys.executable, url=postgresql.url, log=str(log)))
    program.chmod(0o755)
    yield str(program), log
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY keeper; DROP ROLE keeper")


@pytest.mark.postgresql
def test_every_connection_asks_for_a_token_of_its_own(
    postgresql: Database, provider: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work's session and the lock's: each would be refused with the other's password."""
    program, log = provider
    (tmp_path / "changelog.sql").write_text(
        "--liquibase formatted sql\n--changeset a:1\ncreate table t (a int);\n--changeset a:2\nselect 1;\n"
    )
    monkeypatch.chdir(tmp_path)
    document = {"url": postgresql.jdbc_url + "?sslmode=disable", "tokens": {"provider": "command", "options": {"command": program}}}
    descriptor = os.memfd_create("secrets")
    os.write(descriptor, json.dumps(document).encode())
    monkeypatch.setenv("BASCULE_SECRETS_FD", str(descriptor))
    assert main(["update", "--changelog-file", "changelog.sql"]) == 0
    os.close(descriptor)
    asked = log.read_text().splitlines()
    assert len(asked) >= 2
    assert set(asked) == {f"{postgresql.name} {postgresql.port} {os.geteuid()}"}


@pytest.mark.postgresql
def test_a_migration_that_outlives_its_token_goes_on_with_a_new_one(postgresql: Database, provider: tuple[str, Path]) -> None:
    access = Access(tokens=Tokens(provider="command", options={"command": provider[0]}))
    with open_target(TargetSettings(url=parse(f"{postgresql.jdbc_url}?sslmode=disable"), access=access)) as target:
        with psycopg.connect(postgresql.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE keeper PASSWORD 'another'")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'keeper'")
        assert not target.connection.is_alive()
        target.reconnect()
        assert target.connection.query("select current_user") == [("keeper",)]


@pytest.mark.postgresql
def test_a_token_goes_over_tls_or_not_at_all(postgresql: Database, provider: tuple[str, Path]) -> None:
    """This server has no TLS: without a word in the URL the token is not sent."""
    access = Access(tokens=Tokens(provider="command", options={"command": provider[0]}))
    with pytest.raises(BasculeError) as caught:
        live.connect(Login(url=parse(postgresql.jdbc_url), access=access))
    assert caught.value.problems[0].code == "CON-030"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("", "CON-063"),
        ("/opt/tokens --for Ann's", "CON-063"),
        ("/nowhere/program", "CON-065"),
        ("sh -c 'echo no >&2; exit 3'", "CON-065"),
        ("true", "CON-066"),
        ("echo {}", "CON-066"),
    ],
)
def test_a_program_that_gives_no_token_is_told(command: str, code: str) -> None:
    assert refused("command", "jdbc:postgresql://db/app", "ann", command=command).code == code


def test_a_program_may_print_the_bare_password() -> None:
    assert ask("command", "jdbc:postgresql://db/app", "ann", command="echo CANARY").password.reveal() == "CANARY"


def test_a_provider_that_is_not_known_is_told() -> None:
    with pytest.raises(BasculeError) as caught:
        entered(Login(url=parse("jdbc:postgresql://db/app"), access=Access(tokens=Tokens(provider="aws"))))
    assert caught.value.problems[0].code == "CON-060"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_as_root_the_program_runs_under_another_user() -> None:
    question = Question(url=parse("jdbc:postgresql://db/app"), username="ann", options={"command": "id -u"}, run_as=65534)
    assert TOKENS.get("command")(question).password.reveal() == "65534"
