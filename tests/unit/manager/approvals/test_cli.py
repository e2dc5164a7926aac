"""`bascule approve` and `reject` against a manager."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from bascule.cli import approve
from bascule.cli.client import Client
from bascule.cli.main import main
from bascule.manager.approvals import service
from bascule.manager.approvals.model import ApprovalOwner
from bascule.manager.database import writing

SPEC: dict[str, Any] = {
    "approvalMessage": "Look at the SQL",
    "approvers": {"userGroups": ["account.dbas"], "minimumCount": 2},
    "approverInputs": [{"name": "ticket", "required": True}],
}


@pytest.fixture(autouse=True)
def manager(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command talks to this test's manager, as its admin, who is a DBA."""
    assert client.post("/v1/user-groups", json={"identifier": "dbas", "name": "DBAs", "users": ["admin"]}).status_code == 201
    asked = Client("http://testserver", "unused", "default", "default")
    asked._http = client
    monkeypatch.setattr(approve, "connect", lambda **_where: asked)


def open_one(store: Engine, node: str = "1", **spec: Any) -> str:
    owner = ApprovalOwner(execution_id="exec_1", node_id=node, phase="ask", org="default", project="default", step=node)
    with writing(store) as connection:
        return service.open(connection, owner, SPEC | spec, "sha256:abc", ["ALTER TABLE a ADD b INT"])


def test_an_execution_is_approved_with_its_sql_in_view(store: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(store)
    assert main(["approve", "exec_1", "--input", "ticket=CHG-7", "--comment", "fine"]) == 0
    printed = capsys.readouterr()
    assert "ALTER TABLE a ADD b INT" in printed.err
    assert "Look at the SQL" in printed.err
    assert printed.out == "your approval is counted: 1 of 2\n"
    assert main(["approve", "exec_1", "--input", "ticket=CHG-7"]) == 1
    assert "APR-006" in capsys.readouterr().err


def test_a_rejection_is_printed_as_json_where_asked(store: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    approval = open_one(store)
    assert main(["reject", approval, "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "REJECTED"


def test_missing_inputs_and_bad_names_are_told(store: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(store)
    assert main(["approve", "exec_1"]) == 1
    assert "APR-008  the input 'ticket' is required" in capsys.readouterr().err
    assert main(["approve", "exec_1", "--input", "ticket"]) == 2
    assert main(["approve", "exec_2"]) == 1
    assert "waits for no approval" in capsys.readouterr().err
    assert main(["reject", "apr_none"]) == 1
    assert "there is no approval 'apr_none'" in capsys.readouterr().err


def test_an_execution_that_waits_twice_is_not_guessed_at(store: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    open_one(store, "1")
    open_one(store, "2")
    assert main(["reject", "exec_1"]) == 1
    assert "waits for several" in capsys.readouterr().err
