"""Approvals as clients meet them."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from bascule.manager.approvals import service
from bascule.manager.approvals.model import ApprovalOwner
from bascule.manager.database import writing

PLACES = ["/v1", "/v1/orgs/default", "/v1/orgs/default/projects/default"]
SPEC: dict[str, Any] = {
    "approvalMessage": "Look at the SQL",
    "approvers": {"userGroups": ["account.dbas"], "minimumCount": 1, "disallowPipelineExecutor": True},
    "approverInputs": [{"name": "ticket", "required": True}],
}


@pytest.fixture
def approval(client: TestClient, store: Engine) -> str:
    assert client.post("/v1/user-groups", json={"identifier": "dbas", "name": "DBAs", "users": ["admin"]}).status_code == 201
    owner = ApprovalOwner(execution_id="exe_1", node_id="1", phase="ask", org="default", project="default", executor_id="joe")
    with writing(store) as connection:
        return service.open(connection, owner, SPEC, "sha256:abc", ["ALTER TABLE a ADD b INT"])


@pytest.mark.parametrize("place", PLACES)
def test_an_approval_is_found_read_and_decided(client: TestClient, approval: str, place: str) -> None:
    (listed,) = client.get(f"{place}/approvals", params={"execution": "exe_1", "status": "WAITING"}).json()
    shown = client.get(f"{place}/approvals/{approval}").json()
    assert shown == listed
    assert (shown["approvalMessage"], shown["sql"], shown["subject"]) == ("Look at the SQL", ["ALTER TABLE a ADD b INT"], "sha256:abc")
    assert (shown["mayDecide"], shown["obstacle"]) == (True, None)
    vote = {"action": "APPROVE", "comments": "fine", "approverInputs": [{"name": "ticket", "value": "CHG-1"}]}
    decided = client.post(f"{place}/approvals/{approval}/decision", json=vote).json()
    assert (decided["status"], decided["votes"][0]["approverInputs"]) == ("APPROVED", {"ticket": "CHG-1"})
    assert decided["mayDecide"] is False
    again = client.post(f"{place}/approvals/{approval}/decision", json=vote)
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "APR-002")


def test_a_missing_input_is_refused_and_a_wrong_place_shows_nothing(client: TestClient, approval: str) -> None:
    refused = client.post(f"/v1/approvals/{approval}/decision", json={"action": "APPROVE"})
    assert (refused.status_code, refused.json()["problems"][0]["where"]) == (400, "approverInputs.ticket")
    assert client.get(f"/v1/orgs/other/approvals/{approval}").status_code == 404
    assert client.post(f"/v1/orgs/other/approvals/{approval}/decision", json={"action": "REJECT"}).status_code == 404
    assert client.post(f"/v1/approvals/{approval}/decision", json={"action": "MAYBE"}).status_code == 400
