"""Rego by an OPA server over REST: for who runs one already, or needs a built-in function that regorus lacks. A RegoEvaluator.

Modules are uploaded once under a package of their own (`data.bascule_HASH…`), so that policies of the same package do not meet.
v1 text gets `import rego.v1`, which every server since 0.59 understands; v0 text needs a server that was started with `--v0-compatible`.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import msgspec

from bascule.core.problems import Problem
from bascule.policy.metadata import package
from bascule.policy.model import Answer, PolicyText, Question

if TYPE_CHECKING:
    import httpx

KEPT_MODULES = 256


class OpaServer:
    """`url` as in `http://127.0.0.1:8181`; `token` is sent as bearer. `client` is for tests."""

    def __init__(self, url: str, token: str | None = None, client: "httpx.Client | None" = None) -> None:
        import httpx

        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._client = client or httpx.Client(base_url=url, headers=headers)
        self._uploaded: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, question: Question) -> Answer:
        import httpx

        try:
            prefix = self._upload(question)
            values: dict[str, Any] = {}
            for rule in question.rules:
                reply = self._client.post(
                    "/v1/data/" + "/".join(steps(prefix + rule.removeprefix("data."))),
                    content=b'{"input":' + question.document + b"}",
                    params={"strict-builtin-errors": "true"},  # else a failing built-in is undefined, and would allow
                    headers={"content-type": "application/json"},
                    timeout=question.limits.wall_s,
                )
                reply.raise_for_status()
                body = reply.json()
                if "result" in body:
                    values[rule] = body["result"]
        except httpx.TimeoutException:
            return self._failed(question, "POL-003", f"the OPA server had not answered after {question.limits.wall_s:g} s")
        except httpx.HTTPStatusError as error:
            return Answer(problem=rejection(error.response, question))
        except httpx.HTTPError as error:
            return self._failed(question, "POL-009", f"the OPA server could not be asked: {error}")
        missing = tuple(rule for rule in question.rules if rule not in values and not defines(question.modules, rule))
        return Answer(values=values, missing=missing)

    def close(self) -> None:
        """Take our modules back and close the connection."""
        import httpx

        with self._lock:
            while self._uploaded:
                try:
                    self._forget_oldest()
                except httpx.HTTPError:
                    break
        self._client.close()

    def _upload(self, question: Question) -> str:
        """The prefix under which the question's modules stand on the server; uploads them when it has not seen them."""
        key = hashlib.sha256(msgspec.json.encode(question.modules)).hexdigest()[:24]
        prefix = f"bascule_{key}."
        with self._lock:
            if key not in self._uploaded:
                for number, module in enumerate(question.modules):
                    reply = self._client.put(
                        f"/v1/policies/bascule_{key}_{number}",
                        content=moved(module, prefix, [package(each.text) or "" for each in question.modules]).encode(),
                        headers={"content-type": "text/plain"},
                        timeout=question.limits.wall_s,
                    )
                    reply.raise_for_status()
                self._uploaded[key] = tuple(f"bascule_{key}_{number}" for number in range(len(question.modules)))
                while len(self._uploaded) > KEPT_MODULES:
                    self._forget_oldest()
            self._uploaded.move_to_end(key)
        return prefix

    def _forget_oldest(self) -> None:
        _, names = self._uploaded.popitem(last=False)
        for name in names:
            self._client.delete(f"/v1/policies/{name}")

    def _failed(self, question: Question, code: str, what: str) -> Answer:
        return Answer(problem=Problem(code=code, what=what, where=question.modules[0].name, why="what cannot be judged is denied"))


def moved(module: PolicyText, prefix: str, packages: list[str]) -> str:
    """The text with its package, and what it says of the packages beside it, below the prefix."""
    text, own = module.text, package(module.text) or ""
    for name in packages:
        text = re.sub(rf"\bdata\.{re.escape(name)}(?!\w)", f"data.{prefix}{name}", text)
    line = f"package {prefix}{own}" + ("\nimport rego.v1" if gets_import(module) else "")
    return re.sub(rf"^\s*package\s+{re.escape(own)}", line, text, count=1, flags=re.MULTILINE)


def gets_import(module: PolicyText) -> bool:
    """Whether a line is put in after the package line: the lines after it are then one further down on the server."""
    return module.version == "v1" and not re.search(r"^\s*import\s+rego\.v1\b", module.text, re.MULTILINE)


def steps(path: str) -> list[str]:
    """`a["b-c"].d` as the steps of a URL."""
    return [quoted or plain for quoted, plain in re.findall(r'\["([^"]+)"\]|([^.\[\]"]+)', path)]


def defines(modules: tuple[PolicyText, ...], rule: str) -> bool:
    """Whether some module has a rule of that name: OPA answers the same for an undefined value and an absent rule."""
    name = re.escape(rule.rpartition(".")[2])
    return any(re.search(rf"^(?:default\s+)?{name}\b", module.text, re.MULTILINE) for module in modules)


def rejection(reply: "httpx.Response", question: Question) -> Problem:
    """OPA's error body: the first error with its place."""
    try:
        body = reply.json()
    except ValueError:
        body = {}
    errors = body.get("errors") or [{}]
    location = errors[0].get("location") or {}
    module = question.modules[0]
    where, row = module.name, int(location.get("row") or 0)
    return Problem(
        code="POL-002",
        what=str(errors[0].get("message") or body.get("message") or f"the OPA server answered {reply.status_code}"),
        where=f"{where}:{row - 1 if gets_import(module) else row}:{location.get('col', 1)}" if row else where,
        fix="start the server with --v0-compatible" if module.version == "v0" and reply.status_code == 400 else None,
    )
