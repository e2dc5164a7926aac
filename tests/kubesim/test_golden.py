"""The stand-in answers what a real API server was recorded to answer: status, reason, causes, warning, and how jobs and pods fare."""

import json
import re
import time
from pathlib import Path
from typing import Any

import httpx

from tests.kubesim.cluster import Cluster

_RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "golden" / "kubernetes-1.36.json").read_text())
_OBJECT = re.compile(r'Invalid value: (\{.*\}|"…"): ')
_SCALE = 20.0
_PATIENCE_S = 8.0
_GENERATED = re.compile(r"\b(j1|jf|jd|js|ji|x)-[a-z0-9]{5}\b")
_UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TAKES_TIME = ("status", "pods", "job status", "log")
_NOT_SEEN_HERE = {"pods jd": "its pod was still in its grace period when recorded"}


def _facts(code: int, warning: str | None, body: Any) -> dict[str, Any]:
    """What of an answer must be equal."""
    facts: dict[str, Any] = {"code": code, "warning": warning or None}
    if not isinstance(body, dict):
        return facts | {"text": re.sub(r"^\d{4}-\S+", "TIME", body) if isinstance(body, str) and "{" not in body else None}
    facts["kind"] = body.get("kind")
    if body.get("kind") == "Status":
        details = body.get("details") or {}
        facts["reason"], facts["status"] = body.get("reason"), body.get("status")
        facts["causes"] = sorted((c["reason"], c["field"]) for c in details.get("causes", []))
        facts["details"] = {key: details.get(key) for key in ("group", "kind")}
        facts["message"] = _OBJECT.sub("Invalid value: OBJECT: ", body.get("message", ""))
    elif body.get("kind") == "Job":
        status = body.get("status") or {}
        facts["conditions"] = [(c["type"], c["reason"]) for c in status.get("conditions", [])]
        facts["counts"] = {key: status.get(key) for key in ("active", "succeeded", "failed")}
        facts["spec"] = {k: v for k, v in body["spec"].items() if k not in ("selector", "template")}
        facts["template"] = body["spec"]["template"]["spec"]
        facts["finalizers"] = body["metadata"].get("finalizers")
    elif body.get("kind") == "PodList":
        facts["pods"] = sorted(_pod(item) for item in body["items"])
    elif str(body.get("kind")).endswith("List"):
        facts["more"] = "continue" in body["metadata"]
    elif body.get("kind") in ("Secret", "ConfigMap"):
        facts["data"], facts["type"] = body.get("data"), body.get("type")
    return facts


def _pod(item: dict[str, Any]) -> tuple[Any, ...]:
    """Without its phase while it waits in its grace, as that is a matter of the moment."""
    states = []
    for status in item["status"].get("containerStatuses", []):
        ((kind, state),) = status["state"].items()
        states.append((kind, state.get("reason"), state.get("exitCode")))
    owners = [(owner["kind"], owner["name"]) for owner in item["metadata"].get("ownerReferences", [])]
    return (item["status"]["phase"], tuple(states), tuple(owners), sorted(item["metadata"].get("labels", {})))


def test_every_recorded_answer_is_given(cluster: Cluster) -> None:
    cluster.set_scale(_SCALE)
    headers = {"Authorization": f"Bearer {cluster.access.admin_token}"}
    unequal: list[str] = []
    names: dict[str, str] = {}
    with httpx.Client(base_url=cluster.url, verify=_trusting(cluster), headers=headers, timeout=30) as client:
        for case in _RECORDED:
            wanted = _facts(case["code"], case["warning"], case["response"])
            deadline = time.monotonic() + (_PATIENCE_S if case["label"].startswith(_TAKES_TIME) else 0)
            while True:
                code, warning, body = _ask(client, case, names, cluster)
                _learn(case, body, names)
                found = _facts(code, warning, body)
                plain = json.loads(_masked(json.dumps(wanted))), json.loads(_masked(json.dumps(found)))
                if plain[0] == plain[1] or time.monotonic() > deadline:
                    break
                time.sleep(0.05)
            if plain[0] != plain[1] and case["label"] not in _NOT_SEEN_HERE:
                unequal.append(f"{case['label']}\n  recorded {plain[0]}\n  here     {plain[1]}")
    assert not unequal, "\n".join(unequal)


def _trusting(cluster: Cluster) -> Any:
    import ssl

    return ssl.create_default_context(cadata=cluster.ca)


def _ask(client: httpx.Client, case: dict[str, Any], names: dict[str, str], cluster: Cluster) -> tuple[int, str | None, Any]:
    asked = case["request"]
    path, body = asked["path"], asked["body"]
    for recorded, here in names.items():
        path = path.replace(recorded, here)
        body = json.loads(json.dumps(body).replace(recorded, here))
    content = None if body is None else json.dumps(body)
    answer = client.request(asked["method"], path, content=content, headers={"Content-Type": asked["contentType"] or "application/json"})
    text = answer.headers.get("content-type", "").startswith("application/json") and "watch=true" not in path
    return answer.status_code, answer.headers.get("warning"), answer.json() if text else answer.text


def _learn(case: dict[str, Any], body: Any, names: dict[str, str]) -> None:
    """Names that a server made up: the recorded ones → those made here, in the order of their creation."""
    if not isinstance(body, dict):
        return
    if case["label"] == "generateName":
        names[case["response"]["metadata"]["name"]] = body["metadata"]["name"]
    if body.get("kind") == "PodList":
        recorded = [item["metadata"]["name"] for item in sorted(case["response"]["items"], key=_created)]
        here = [item["metadata"]["name"] for item in sorted(body["items"], key=_created)]
        names.update(zip(recorded, here, strict=False))


def _created(item: dict[str, Any]) -> tuple[str, int]:
    return (item["metadata"]["creationTimestamp"], int(item["metadata"]["resourceVersion"]))


def _masked(text: str) -> str:
    return _UNIQUE.sub("UID", _GENERATED.sub(r"\1-NAME", text))
