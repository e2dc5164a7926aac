"""Secrets in Vault, read from a real OpenBao: engines, log-ins, and everything that can be wrong."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.secrets import SecretManagers, lookup
from bascule.delegate.settings import DelegateSettings
from bascule.wire.delegates import ExternalSecret
from tests.integration.delegate.shelf import Shelf, serving
from tests.integration.delegate.test_hostile_servers import redirect
from tests.stand_ins.openbao import OpenBao
from tests.stand_ins.token_review import REVIEWER, TokenReviews


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("bao")) as running:
        running.engine("secret", 2)
        running.engine("old/kv", 1)
        running.root.secrets.kv.v2.create_or_update_secret(
            "orders", {"password": "v2-password", "value": "v2-value", "n": 12345}, mount_point="secret"
        )
        running.root.secrets.kv.v1.create_or_update_secret("orders", {"password": "v1-password"}, mount_point="old/kv")
        running.root.secrets.kv.v2.create_or_update_secret("closed", {"password": "closed-password"}, mount_point="secret")
        running.policy("reader", "secret/data/orders", "secret/data/nowhere", "old/kv/orders")
        yield running


@pytest.fixture
def managers(tmp_path: Path) -> SecretManagers:
    return SecretManagers(settings(tmp_path))


def settings(folder: Path, **more: Any) -> DelegateSettings:
    return DelegateSettings(manager="http://nowhere", token="t", data_directory=folder, **more)


def vault(bao: OpenBao, reference: str, **options: str) -> ExternalSecret:
    given = {"url": bao.url, "ca": bao.ca, "auth": "token"} | options
    named = {"token": {"token": "manager:t"}, "approle": {"secret_id": "manager:t"}, "kubernetes": {}}[given["auth"]]
    return ExternalSecret(kind="Vault", reference=reference, options=given, credentials=named)


def look_up(managers: SecretManagers, secret: ExternalSecret, credential: str = "") -> str:
    return asyncio.run(managers.look_up({"wanted": secret}, {"manager:t": credential}))["wanted"]


def refused(managers: SecretManagers, secret: ExternalSecret, credential: str = "") -> Problem:
    with pytest.raises(TargetError) as caught:
        look_up(managers, secret, credential)
    (problem,) = caught.value.problems
    assert credential not in str(problem) or not credential
    return problem


@pytest.mark.parametrize(
    ("reference", "options", "text"),
    [
        ("orders#password", {"engine": "secret", "version": "2"}, "v2-password"),
        ("orders", {"engine": "secret", "version": "2"}, "v2-value"),
        ("orders#n", {"engine": "secret"}, "12345"),
        ("orders#password", {"engine": "old/kv", "version": "1"}, "v1-password"),
        ("secret/orders#password", {}, "v2-password"),
        ("/old/kv/orders#password", {}, "v1-password"),
    ],
)
def test_both_versions_are_read_and_found_out(
    bao: OpenBao, managers: SecretManagers, reference: str, options: dict[str, str], text: str
) -> None:
    assert look_up(managers, vault(bao, reference, **options), bao.token("reader")) == text


def test_what_is_wrong_is_told_apart(bao: OpenBao, managers: SecretManagers) -> None:
    token, at = bao.token("reader"), {"engine": "secret", "version": "2"}
    wrong = refused(managers, vault(bao, "orders#password", **at), "no-such-token")
    assert (wrong.code, wrong.where) == ("SEC-023", "Vault orders#password")
    assert refused(managers, vault(bao, "closed#password", **at), token).code == "SEC-023"
    assert refused(managers, vault(bao, "nowhere#password", **at), token).code == "SEC-024"
    key = refused(managers, vault(bao, "orders#pasword", **at), token)
    assert (key.code, key.why) == ("SEC-025", "its keys: n, password, value")
    assert refused(managers, vault(bao, "#password", **at), token).code == "SEC-030"
    bao.root.sys.enable_secrets_engine("transit")
    engine = refused(managers, vault(bao, "transit/keys/x"), bao.root.token)
    assert "of type transit, not kv" in engine.what


@pytest.mark.parametrize("options", [{}, {"engine": "old/kv"}, {"engine": "old/kv", "version": "1"}, {"engine": "secret", "version": "2"}])
def test_a_reference_does_not_lead_to_vaults_other_addresses(bao: OpenBao, managers: SecretManagers, options: dict[str, str]) -> None:
    token = bao.token("reader")
    for reference in ("../../auth/token/lookup-self#id", "x/../../../auth/token/lookup-self#id"):
        assert refused(managers, vault(bao, reference, **options), token).code == "SEC-030"


def test_another_host_is_told_neither_token_nor_log_in(managers: SecretManagers, shelf: Shelf) -> None:
    elsewhere = Shelf()
    with serving(elsewhere, None):
        shelf.answer = redirect(elsewhere.url.replace("127.0.0.1", "localhost") + "/v1/secret/data/orders")
        secret = ExternalSecret(
            kind="Vault",
            reference="orders",
            options={"url": shelf.url, "auth": "token", "engine": "secret", "version": "2"},
            credentials={"token": "manager:t"},
        )
        assert refused(managers, secret, "t0ken").code == "SEC-038"
    assert elsewhere.asked == []


def test_a_server_that_is_not_trusted_or_not_there_is_told_apart(
    bao: OpenBao, managers: SecretManagers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_PAUSES_S", (0.0,))
    at = {"engine": "secret", "version": "2"}
    stranger = vault(bao, "orders#password", **at)
    del stranger.options["ca"]
    assert refused(managers, stranger, "t0ken").code == "SEC-022"
    nowhere = refused(managers, vault(bao, "orders#password", **at, url="https://127.0.0.1:1"), "t0ken")
    assert (nowhere.code, "refused" in (nowhere.why or "")) == ("SEC-021", True)
    assert refused(managers, vault(bao, "orders#password", **at, ca="no PEM"), "t0ken").code == "SEC-022"


def test_an_app_role_logs_in_once_and_again_when_its_token_is_revoked(bao: OpenBao, managers: SecretManagers) -> None:
    bao.root.sys.enable_auth_method("approle", path="roles")
    bao.root.auth.approle.create_or_update_approle("bascule", token_policies=["reader"], token_ttl="1h", mount_point="roles")
    role = bao.root.auth.approle.read_role_id("bascule", mount_point="roles")["data"]["role_id"]
    secret_id = bao.root.auth.approle.generate_secret_id("bascule", mount_point="roles")["data"]["secret_id"]
    secret = vault(bao, "orders#password", engine="secret", version="2", auth="approle", mount="roles", role_id=role)
    before = set(accessors(bao))
    assert [look_up(managers, secret, secret_id) for _ in range(3)] == ["v2-password"] * 3
    (made,) = set(accessors(bao)) - before
    bao.root.auth.token.revoke_accessor(made)
    assert look_up(managers, secret, secret_id) == "v2-password"
    wrong = refused(managers, secret, "wrong-secret-id")
    assert (wrong.code, wrong.what) == ("SEC-023", "the secret manager refuses the log-in")


def accessors(bao: OpenBao) -> list[str]:
    keys: list[str] = bao.root.list("auth/token/accessors")["data"]["keys"]
    return keys


def test_a_log_in_that_ends_is_made_anew(bao: OpenBao, managers: SecretManagers) -> None:
    bao.root.sys.enable_auth_method("approle", path="short")
    bao.root.auth.approle.create_or_update_approle("b", token_policies=["reader"], token_ttl="1s", token_max_ttl="1s", mount_point="short")
    role = bao.root.auth.approle.read_role_id("b", mount_point="short")["data"]["role_id"]
    secret_id = bao.root.auth.approle.generate_secret_id("b", mount_point="short")["data"]["secret_id"]
    secret = vault(bao, "orders#password", engine="secret", version="2", auth="approle", mount="short", role_id=role)

    async def twice() -> list[str]:
        known = {"manager:t": secret_id}
        first = await managers.look_up({"w": secret}, known)
        await asyncio.sleep(1.2)
        return [first["w"], (await managers.look_up({"w": secret}, known))["w"]]

    assert asyncio.run(twice()) == ["v2-password"] * 2


def test_a_service_account_of_kubernetes_logs_in(bao: OpenBao, tmp_path: Path) -> None:
    reviews = TokenReviews(tmp_path / "cluster")
    with reviews.server as cluster:
        bao.root.sys.enable_auth_method("kubernetes", path="k8s")
        config = {"kubernetes_host": cluster.url, "kubernetes_ca_cert": cluster.ca, "token_reviewer_jwt": REVIEWER}
        bao.root.write_data("auth/k8s/config", data=config | {"disable_local_ca_jwt": True})
        role = {"bound_service_account_names": ["delegate"], "bound_service_account_namespaces": ["bascule"], "policies": ["reader"]}
        bao.root.write_data("auth/k8s/role/db", data=role)
        (tmp_path / "mounted").mkdir()
        token_file = tmp_path / "mounted" / "token"
        managers = SecretManagers(settings(tmp_path, secret_files=tmp_path / "mounted"))
        at = {"engine": "secret", "version": "2", "auth": "kubernetes", "mount": "k8s", "role": "db"}
        secret = vault(bao, "orders#password", **at, jwt_path=str(token_file))
        token_file.write_text(reviews.token("bascule", "stranger"))
        assert refused(managers, secret).what == "the secret manager refuses the log-in"
        token_file.write_text(reviews.token("bascule", "delegate") + "\n")
        assert look_up(managers, secret) == "v2-password"
        (tmp_path / "elsewhere").write_text("not for Vault")
        elsewhere = refused(managers, vault(bao, "orders#password", **at, jwt_path=str(tmp_path / "elsewhere")))
        escaping = refused(managers, vault(bao, "orders#password", **at, jwt_path=str(tmp_path / "mounted" / ".." / "elsewhere")))
        assert (elsewhere.code, escaping.code) == ("SEC-029", "SEC-029")


def test_a_namespace_is_kept_to(bao: OpenBao, managers: SecretManagers) -> None:
    bao.root.write_data("sys/namespaces/team", data={})
    inside = type(bao.root)(url=bao.url, token=bao.root.token, namespace="team", verify=str(bao.ca_file))
    inside.sys.enable_secrets_engine("kv", path="secret", options={"version": "1"})
    inside.secrets.kv.v1.create_or_update_secret("orders", {"password": "the team's"}, mount_point="secret")
    secret = vault(bao, "secret/orders#password", namespace="team")
    assert look_up(managers, secret, bao.root.token) == "the team's"


def test_rotation_is_seen_at_the_next_look_up(bao: OpenBao, managers: SecretManagers) -> None:
    secret, token = vault(bao, "orders#rotating", engine="secret", version="2"), bao.token("reader")
    for text in ("first one", "second one"):
        bao.root.secrets.kv.v2.patch("orders", {"rotating": text}, mount_point="secret")
        assert look_up(managers, secret, token) == text


def test_texts_that_cannot_be_masked_or_are_too_large_are_refused(bao: OpenBao, managers: SecretManagers) -> None:
    values = {"short": "abc", "large": "x" * 65_537, "most": "y" * 65_536, "lines": "a line\nand another\n", "nested": {"a": "b"}}
    bao.root.secrets.kv.v2.create_or_update_secret("sizes", values, mount_point="secret")

    def of(key: str) -> ExternalSecret:
        return vault(bao, f"sizes#{key}", engine="secret", version="2")

    assert refused(managers, of("short"), bao.root.token).code == "SEC-027"
    assert refused(managers, of("large"), bao.root.token).code == "SEC-028"
    assert refused(managers, of("nested"), bao.root.token).what == "'nested' is no text"
    assert look_up(managers, of("most"), bao.root.token) == values["most"]
    assert look_up(managers, of("lines"), bao.root.token) == values["lines"]


def test_a_sealed_vault_is_asked_again_and_then_said_to_be_sealed(
    bao: OpenBao, managers: SecretManagers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_PAUSES_S", (0.1, 0.1))
    secret, token = vault(bao, "orders#password", engine="secret", version="2"), bao.token("reader")
    bao.root.sys.seal()
    try:
        problem = refused(managers, secret, token)
        assert problem.code == "SEC-026"
        assert "sealed" in (problem.why or "")
    finally:
        bao.unseal()
    assert look_up(managers, secret, token) == "v2-password"


def test_every_problem_of_a_job_is_told_at_once(bao: OpenBao, managers: SecretManagers) -> None:
    at = {"engine": "secret", "version": "2"}
    wanted = {"a": vault(bao, "closed#x", **at), "b": vault(bao, "nowhere#x", **at), "c": vault(bao, "orders#password", **at)}
    with pytest.raises(TargetError) as caught:
        asyncio.run(managers.look_up(wanted, {"manager:t": bao.token("reader")}))
    assert sorted(problem.code for problem in caught.value.problems) == ["SEC-023", "SEC-024"]
