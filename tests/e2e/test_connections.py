"""Test connection: a delegate tries what a connector leads to, and says what is wrong with it and what to do."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_pipeline import Product
from tools.servers import Database


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("product"))
    for name, value in (("right", "bascule-test"), ("wrong", "CANARY-wrong")):
        secret = {"identifier": name, "name": name, "type": "SecretText", "spec": {"value": value}}
        running.ask("POST", "/v1/secrets", {"secret": secret})
    yield running
    running.process.terminate()
    running.process.wait(30)


def tried(product: Product, kind: str, spec: dict[str, Any], identifier: str) -> dict[str, Any]:
    connector = {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}
    product.ask("POST", "/v1/connectors", {"connector": connector})
    answer: dict[str, Any] = product.ask("POST", f"/v1/connectors/{identifier}/test")
    return answer


def jdbc(database: Database, secret: str, name: str | None = None) -> dict[str, Any]:
    auth = {"type": "UsernamePassword", "spec": {"username": database.user, "passwordRef": f"account.{secret}"}}
    return {"url": f"jdbc:{database.scheme}://{database.host}:{database.port}/{name or database.name}", "auth": auth}


def test_a_database_is_reached_or_its_refusal_told(product: Product, postgresql: Database) -> None:
    good = tried(product, "Jdbc", jdbc(postgresql, "right"), "pg_good")
    assert (good["status"], good["delegate"], good["problems"]) == ("SUCCESS", "embedded", [])
    refused = tried(product, "Jdbc", jdbc(postgresql, "wrong"), "pg_refused")
    assert refused["status"] == "FAILURE"
    assert "refused the login of user" in refused["problems"][0]["what"]
    assert refused["problems"][0]["fix"]
    assert "CANARY" not in str(refused)
    missing = tried(product, "Jdbc", jdbc(postgresql, "right", "nowhere"), "pg_missing")
    assert "there is no database 'nowhere'" in missing["problems"][0]["what"]
    harness = product.ask("POST", "/ng/api/connectors/testConnection/pg_missing?accountIdentifier=default")
    assert harness["data"]["status"] == "FAILURE"
    assert "there is no database 'nowhere'" in harness["data"]["errorSummary"]


def test_a_repository_is_reached_or_not(product: Product, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *who, "-C", str(repository), "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    assert tried(product, "Git", {"url": repository.as_uri()}, "git_good")["status"] == "SUCCESS"
    account = {"url": tmp_path.as_uri(), "connectionType": "Account", "validationRepo": "repository"}
    assert tried(product, "Git", account, "git_account")["status"] == "SUCCESS"
    gone = tried(product, "Git", {"url": (tmp_path / "gone").as_uri()}, "git_gone")
    assert (gone["status"], gone["problems"][0]["code"]) == ("FAILURE", "SRC-009")


def test_without_a_delegate_for_it_that_is_the_answer(product: Product, postgresql: Database) -> None:
    answer = tried(product, "Jdbc", jdbc(postgresql, "right") | {"delegateSelectors": ["mars"]}, "pg_mars")
    assert (answer["status"], answer["problems"][0]["code"], answer.get("delegate")) == ("FAILURE", "DEL-010", None)
    assert "it lacks the tag 'mars'" in answer["problems"][0]["why"]
