"""Secrets planted wherever the product takes one; then everything that it has written is searched for them, in every form.

A manager and a delegate, processes of their own; a repository behind a password, a PostgreSQL, a Vault (OpenBao). What is searched does not
know how masking works: it looks for the heart of each canary, plain and encoded.
"""

import base64
import binascii
import contextlib
import html
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import psycopg
import pytest

from tests.integration.delegate.test_vault import OpenBao
from tools.git_http import backend
from tools.loopback import answering
from tools.servers import Server

PROGRAM = str(Path(sys.executable).with_name("bascule"))
BASE = "/v1/orgs/default/projects/default"
SCRIPT_USER = 65534
_NOISE = "'\"<&>$ %+/=\\é"


class Canary:
    """A secret. Its heart is what is looked for: no tool leaves it whole and unmasked."""

    def __init__(self, name: str, *, noise: str = _NOISE, lines: int = 1) -> None:
        self.name = name
        self.heart = f"Cnry{name}{binascii.hexlify(os.urandom(5)).decode()}"
        self.text = "\n".join(f"{noise[: len(noise) // 2]}{self.heart}{noise[len(noise) // 2 :]}" for _ in range(lines))

    def forms(self) -> list[bytes]:
        """The heart, and what encodings make of it wherever it stands."""
        heart = self.heart.encode()
        found = [
            heart,
            heart[::-1],
            heart.hex().encode(),
            heart.hex().upper().encode(),
            heart.hex(" ").encode(),
            self.heart.encode("utf-16-le"),
        ]
        for offset in range(3):
            encoded = base64.b64encode(bytes(offset) + heart)
            found.append(encoded[-(-offset * 8 // 6) : (offset + len(heart)) * 8 // 6])
        return found


NAMES = ("database", "git", "gitwrong", "text", "variable", "pipelinevar", "vault", "vaulttoken", "file", "property", "rotated", "unused")
CANARIES = {name: Canary(name) for name in NAMES}
CANARIES["long"] = Canary("long", lines=6)
CANARIES["environment"] = Canary("environment")
CANARIES["vaulttoken"].text = CANARIES["vaulttoken"].heart  # a token is a word
ALL = re.compile(b"|".join(re.escape(form) for canary in CANARIES.values() for form in canary.forms()))


def leaks(content: bytes, *, but: tuple[str, ...] = ()) -> list[str]:
    """Where canaries stand in it, with what is around them."""
    allowed = [form for name in but for form in CANARIES[name].forms()]
    return [
        content[max(0, found.start() - 60) : found.end() + 20].decode("utf-8", "replace")
        for found in ALL.finditer(content)
        if found.group() not in allowed
    ]


CHANGELOG = """
databaseChangeLog:
  - changeSet:
      id: "1"
      author: ann
      changes:
        - createTable: {tableName: note, columns: [{column: {name: id, type: int}}, {column: {name: text, type: text}}]}
  - changeSet:
      id: "2"
      author: ann
      changes:
        - insert: {tableName: note, columns: [{column: {name: id, valueNumeric: 1}}, {column: {name: text, value: "${of_vault}"}}]}
        - sql: {sql: "SELECT length($$ ${mixed} $$)"}
  - changeSet:
      id: "3"
      author: ann
      labels: broken
      changes:
        - sql: {sql: "SELECT CAST($$${of_vault}$$ AS integer)"}
"""

SCRIPT = r"""
set -x
echo "plain $OF_VAULT and $MIXED"
: "$OF_TEXT"
set +x
echo "in the text: <+secrets.getValue("account.text")> <+secrets.getValue("account.file")>"
printf %s "$OF_TEXT" | base64
printf 'user:%s' "$LONG" | base64
printf %s "$LONG" | base64 -w 40
printf %s "$OF_VAULT" | od -An -v -tx1 -w2000
echo "$LONG"
python3 - <<'END'
import base64, html, json, os, shlex, sys, time, urllib.parse, xml.sax.saxutils
for name in ("OF_TEXT", "OF_VAULT", "MIXED", "LONG", "OF_ENVIRONMENT", "VARIABLE", "ROTATED"):
    value = os.environ[name]
    print(name, json.dumps({"x": value}), json.dumps([value], ensure_ascii=False))
    print(urllib.parse.quote(value), urllib.parse.quote_plus(value), urllib.parse.quote(value, safe="").lower() if value.isascii() else "")
    print(html.escape(value), xml.sax.saxutils.quoteattr(value), xml.sax.saxutils.escape(value))
    print(value.encode().hex(), value.encode().hex().upper(), repr(value), shlex.quote(value))
    print(base64.b64encode(b"a" + value.encode()).decode(), base64.urlsafe_b64encode(b"ab" + value.encode()).decode())
    print(f"postgresql://somebody:{urllib.parse.quote(value, safe='')}@host/x?password={value}")
    for stream in (sys.stdout, sys.stderr):
        for at in range(0, len(value), 5):
            stream.write(value[at : at + 5])
            stream.flush()
            time.sleep(0.01)
        stream.write("\n")
END
sleep 1
export OUT="$OF_TEXT" ENCODED="$(printf %s "$LONG" | base64 -w 0)"
exit ${STATUS:-0}
"""


def _step(identifier: str, kind: str, **spec: Any) -> dict[str, Any]:
    return {"step": {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}}


def _secret(name: str) -> str:
    return f'<+secrets.getValue("account.{name}")>'


VARIABLES = {
    "OF_TEXT": _secret("text"),
    "OF_VAULT": _secret("vault"),
    "OF_ENVIRONMENT": _secret("environment"),
    "ROTATED": _secret("rotated"),
    "LONG": _secret("long"),
    "VARIABLE": "<+pipeline.variables.secret>",
    "MIXED": f"x:<+pipeline.variables.asked>@{_secret('file')}",
}
OUTPUTS = [{"name": "OUT", "type": "String"}, {"name": "ENCODED", "type": "String"}]
OF_DEV, OF_BROKEN = ({"dbSchema": "notes", "dbInstance": name} for name in ("dev", "broken"))
STEPS = [
    _step("preview", "DBSchemaUpdateSQL", **OF_DEV),
    _step("apply", "DBSchemaApply", **OF_DEV),
    _step("script", "Run", shell="Bash", command=SCRIPT, envVariables=VARIABLES, outputVariables=OUTPUTS),
    _step("after", "Run", command="echo <+execution.steps.script.output.outputVariables.OUT>"),
    _step("checked", "LiquibaseCommand", command="update-sql", settings={"-Dextra": _secret("property")}, **OF_DEV),
    _step("broken", "DBSchemaApply", **OF_BROKEN),
]
STAGE = {"identifier": "s", "name": "S", "type": "Custom", "spec": {"execution": {"steps": STEPS}}}
PIPELINE = {
    "identifier": "leaky",
    "name": "Leaky",
    "variables": [
        {"name": "secret", "type": "Secret", "value": "account.variable"},
        {"name": "asked", "type": "Secret", "value": _secret("pipelinevar")},
    ],
    "stages": [{"stage": STAGE}],
}


class World:
    """The product, what it works with, and an eye on its processes."""

    def __init__(self, folder: Path, server: Server, bao: OpenBao, repository: str) -> None:
        self.folder, self.bao = folder, bao
        self.manager_data, self.delegate_data = folder / "manager", folder / "delegate"
        self.logs = {name: folder / f"{name}.txt" for name in ("manager", "delegate")}
        self.seen: list[str] = []
        self.looked_at = 0
        self._stop = threading.Event()
        self._watching = threading.Thread(target=self._watch)
        command = ["server", "--data-dir", str(self.manager_data), "--port", "0"]
        self.processes = [self._start("manager", command, {})]
        self.url = self._until("manager", "bascule is at ").split()[0]
        self.key = (self.manager_data / "admin-token").read_text().strip()
        self._watching.start()
        self._prepare(server, repository)
        token = self.ask("POST", "/v1/delegate-tokens", {"name": "d"})["value"]
        (folder / "token").write_text(token)
        (folder / "files").mkdir()
        (folder / "files" / "password").write_text(CANARIES["file"].text + "\n")
        command = ["delegate", "--manager", self.url, "--token-file", str(folder / "token"), "--data-dir", str(self.delegate_data)]
        command += ["--allow-scripts", "--secret-files", str(folder / "files"), "--name", "d"]
        self.processes.append(self._start("delegate", command, {"BASCULE_SECRET_CANARY": CANARIES["environment"].text}))
        self._until("delegate", "registered")

    def _start(self, name: str, command: list[str], more: dict[str, str]) -> subprocess.Popen[bytes]:
        with self.logs[name].open("w") as log:
            return subprocess.Popen([PROGRAM, *command], env=os.environ | more, stdout=log, stderr=subprocess.STDOUT)

    def _until(self, name: str, words: str) -> str:
        ends_at = time.monotonic() + 90
        while time.monotonic() < ends_at:
            if words in (text := self.logs[name].read_text()):
                return text.split(words, 1)[1]
            time.sleep(0.1)
        raise AssertionError(self.logs[name].read_text())

    def get(self, path: str, accept: str = "*/*") -> tuple[int, str, bytes]:
        request = urllib.request.Request(urljoin(self.url, path), headers={"x-api-key": self.key, "accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers.get("content-type", ""), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("content-type", ""), error.read()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"x-api-key": self.key, "content-type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(
            urllib.request.Request(self.url + path, method=method, data=data, headers=headers), timeout=60
        ) as answer:
            return json.loads(answer.read() or b"null")

    def _prepare(self, server: Server, repository: str) -> None:
        def secret(name: str, value: str, manager: str | None = None) -> None:
            kept = {"secretManagerIdentifier": manager, "valueType": "Reference"} if manager else {}
            body = {"identifier": name, "name": name, "type": "SecretText", "spec": {"value": value, **kept}}
            self.ask("POST", "/v1/secrets", {"secret": body})

        def connector(identifier: str, kind: str, spec: dict[str, Any]) -> None:
            body = {"identifier": identifier, "name": identifier, "type": kind, "spec": spec}
            self.ask("POST", "/v1/connectors", {"connector": body})

        for name in (
            "database",
            "git",
            "gitwrong",
            "text",
            "variable",
            "pipelinevar",
            "vaulttoken",
            "property",
            "rotated",
            "unused",
            "long",
        ):
            secret(name, CANARIES[name].text)
        changed = {"identifier": "unused", "name": "changed", "type": "SecretText", "spec": {"value": CANARIES["unused"].text + "2"}}
        self.ask("PUT", "/v1/secrets/unused", {"secret": changed})
        self.ask("POST", "/v1/master-key/rotate")
        vault = {"vaultUrl": self.bao.url, "caCertificate": self.bao.ca, "authToken": "account.vaulttoken", "secretEngineName": "secret"}
        connector("vault", "Vault", vault)
        connector("files", "DelegateFiles", {})
        connector("env", "DelegateEnvironment", {})
        secret("vault", "notes#password", "account.vault")
        secret("missing", "nowhere#password", "account.vault")
        secret("file", "password", "account.files")
        secret("environment", "BASCULE_SECRET_CANARY", "account.env")
        admin = server.admin
        with psycopg.connect(admin.url, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE ROLE canary SUPERUSER LOGIN PASSWORD {}").format(CANARIES["database"].text))
            connection.execute("CREATE DATABASE canaries OWNER canary")
        url = f"jdbc:postgresql://{admin.host}:{admin.port}/canaries"
        login = {"type": "UsernamePassword", "spec": {"username": "canary", "passwordRef": "account.database"}}
        connector("db", "Jdbc", {"url": url, "auth": login})
        wrong = {"type": "UsernamePassword", "spec": {"username": "canary", "passwordRef": "account.unused"}}
        connector("db_wrong", "Jdbc", {"url": url, "auth": wrong})
        missing = {"type": "UsernamePassword", "spec": {"username": "canary", "passwordRef": "account.missing"}}
        connector("db_missing", "Jdbc", {"url": url, "auth": missing})
        for name, of in (("git", "git"), ("git_wrong", "gitwrong")):
            spec = {
                "url": repository,
                "connectionType": "Repo",
                "type": "Http",
                "spec": {"username": "robot", "passwordRef": f"account.{of}"},
            }
            connector(name, "Git", spec)
        changelog = {"connector": "account.git", "location": "changelog.yaml"}
        self.ask("POST", f"{BASE}/dbschema", {"identifier": "notes", "name": "Notes", "changelog": changelog})
        given = {"of_vault": '<+secrets.getValue("account.vault")>', "mixed": 'a <+secrets.getValue("account.property")> b'}
        for identifier, context in (("dev", None), ("broken", None)):
            instance = {
                "identifier": identifier,
                "name": identifier,
                "connector": "account.db",
                "branch": identifier,
                "substituteProperties": given,
            }
            self.ask("POST", f"{BASE}/dbschema/notes/instance", instance | ({"context": context} if context else {}))
        self.ask("POST", f"{BASE}/pipelines", {"yaml": json.dumps({"pipeline": PIPELINE})})

    def run(self) -> str:
        execution: str = self.ask("POST", f"{BASE}/pipelines/leaky/execute", {})["executionId"]
        ends_at = time.monotonic() + 120
        while time.monotonic() < ends_at:
            if self.ask("GET", f"{BASE}/executions/{execution}")["status"] in ("Success", "Failed", "Aborted", "Errored", "Expired"):
                return execution
            time.sleep(0.2)
        raise AssertionError(self.ask("GET", f"{BASE}/executions/{execution}"))

    # Its processes

    def _watch(self) -> None:
        """Argv of every process below ours, and the environment of those that are no script's."""
        while not self._stop.is_set():
            parents = {}
            for place in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    text = (place / "stat").read_text()
                    parents[int(place.name)] = int(text[text.rindex(")") + 2 :].split()[1])
            for pid in _below(parents, {process.pid for process in self.processes}):
                with contextlib.suppress(OSError):
                    place = Path(f"/proc/{pid}")
                    argv = (place / "cmdline").read_bytes()
                    self.looked_at += 1
                    self.seen += leaks(argv)
                    uid = place.stat().st_uid
                    if uid != SCRIPT_USER:
                        # The delegate was given one itself; git's password is in git's own environment (docs/secrets.md).
                        of_git = argv.startswith((b"git", b"/bin/sh")) or b"git" in argv.split(b"\0")[0]
                        known = ("environment", "git", "gitwrong") if of_git else ("environment",)
                        self.seen += leaks((place / "environ").read_bytes(), but=known)
            time.sleep(0.05)

    def stop(self) -> None:
        self._stop.set()
        self._watching.join()
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _below(parents: dict[int, int], roots: set[int]) -> set[int]:
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A repository over HTTP, behind a password: branch `dev` works, branch `broken` has a changeset that fails."""
    folder = tmp_path_factory.mktemp("repositories")
    tree = folder / "notes"
    who = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", "init", "-q", "-b", "broken", str(tree)], check=True)
    (tree / "changelog.yaml").write_text(CHANGELOG)
    subprocess.run([*who, "-C", str(tree), "add", "."], check=True)
    subprocess.run([*who, "-C", str(tree), "commit", "-q", "-m", "all"], check=True)
    subprocess.run(["git", "-C", str(tree), "switch", "-q", "-c", "dev"], check=True)
    (tree / "changelog.yaml").write_text(CHANGELOG.partition('  - changeSet:\n      id: "3"')[0])
    subprocess.run([*who, "-C", str(tree), "commit", "-q", "-a", "-m", "two"], check=True)
    with answering(backend(folder, ("robot", CANARIES["git"].text))) as port:
        yield f"http://127.0.0.1:{port}/notes/.git"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, postgresql_server: Server, repository: str) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("canaries")
    folder.chmod(0o711)
    with OpenBao(tmp_path_factory.mktemp("bao")) as bao:
        bao.engine("secret", 2)
        bao.root.secrets.kv.v2.create_or_update_secret("notes", {"password": CANARIES["vault"].text}, mount_point="secret")
        bao.policy("reader", "secret/data/notes", "secret/data/nowhere")
        bao.root.auth.token.create(id=CANARIES["vaulttoken"].text, policies=["reader"])
        made = World(folder, postgresql_server, bao, repository)
        try:
            yield made
        finally:
            made.stop()
            with psycopg.connect(postgresql_server.admin.url, autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS canaries WITH (FORCE)")
                connection.execute("DROP ROLE IF EXISTS canary")


def test_a_canary_is_found_in_every_form_by_what_looks_for_it() -> None:
    """The search itself: otherwise finding nothing would mean nothing."""
    for canary in CANARIES.values():
        text = canary.text
        for form in (text, quote(text, safe=""), json.dumps(text), html.escape(text), repr(text), text.encode().hex(), text[::-1]):
            assert leaks(f"around {form} it".encode()), form
        for before in ("", "a", "ab"):
            assert leaks(base64.b64encode((before + text).encode())), before
        assert not leaks(text.encode(), but=(canary.name,))


def test_no_canary_is_in_anything_that_was_written(world: World) -> None:
    execution = world.run()
    nodes = {node["path"]: node for node in world.ask("GET", f"{BASE}/executions/{execution}")["nodes"]}
    said = {path: (node["status"], node.get("problems")) for path, node in nodes.items()}
    statuses = {path: status for path, (status, _) in said.items()}
    assert statuses | {"s": ""} == {
        "s": "", "s/preview": "Success", "s/apply": "Success", "s/script": "Success", "s/after": "Success", "s/checked": "Success",
        "s/broken": "Failed",
    }, said  # fmt: skip
    assert "invalid input syntax" in json.dumps(nodes["s/broken"]), nodes["s/broken"]
    outputs = world.ask("GET", f"{BASE}/executions/{execution}/outputs")["s/script"]["outputVariables"]
    assert (outputs["OUT"], len(outputs["ENCODED"])) == ("***", 5), outputs  # the last bits of the encoding are no secret
    tests = {
        name: world.ask("POST", f"/v1/connectors/{name}/test") for name in ("db", "db_wrong", "db_missing", "git", "git_wrong", "vault")
    }
    told = {name: (each["status"], *(problem["code"] for problem in each["problems"])) for name, each in tests.items()}
    assert told["db"] == told["git"] == ("SUCCESS",), tests
    assert (told["db_missing"], told["git_wrong"]) == (("FAILURE", "SEC-024"), ("FAILURE", "SRC-008")), tests
    assert told["db_wrong"][0] == "FAILURE"

    # It was really there: the script has printed, and the database has it.
    lines = _log(world, execution, "s/script")
    assert sum(b"***" in line for line in lines) > 60, lines

    found = {"processes": world.seen}
    routes, pages = _routes(world, execution), _pages(world, execution)
    assert world.looked_at > 100
    found |= {address: leaks(content) for address, content in {**routes, **pages}.items()}
    assert len(routes) > 60, sorted(routes)
    assert len(pages) > 30, sorted(pages)
    for name, log in world.logs.items():
        found[f"log of the {name}"] = leaks(log.read_bytes())
    for root in (world.manager_data, world.delegate_data):
        found |= _files(root)
    world.stop()
    for root in (world.manager_data, world.delegate_data):
        found |= {f"{path}, later": each for path, each in _files(root).items()}
    assert {place: each for place, each in found.items() if each} == {}


def _log(world: World, execution: str, node: str) -> list[bytes]:
    """The lines of a step's log."""
    lines: list[bytes] = []
    after = ""
    while True:
        address = f"{BASE}/executions/{execution}/logs?node={quote(node, safe='')}&limit=500" + (f"&after={quote(after)}" if after else "")
        page = json.loads(world.get(address)[2])
        lines += [json.dumps(line, ensure_ascii=False).encode() for line in page["lines"]]
        if not page["lines"] or page["after"] == after:
            return lines
        after = page["after"]


def _files(root: Path) -> dict[str, list[str]]:
    """What is on disk: store pages, write-ahead logs, journals, mirrors, workspaces, buffers."""
    found = {}
    for place, _, names in os.walk(root):
        for name in names:
            path = Path(place, name)
            with contextlib.suppress(OSError):
                if path.is_file():
                    found[str(path)] = leaks(path.read_bytes())
    assert found
    return found


def _routes(world: World, execution: str) -> dict[str, bytes]:
    """The answer of every GET route, for everything that there is to name."""
    paths: dict[str, Any] = json.loads(world.get("/openapi.json")[2])["paths"]
    delegate = world.ask("GET", "/v1/delegates")[0]
    known = {
        "org": ["default"], "project": ["default"], "secret": ["text", "vault"], "connector": ["db", "git", "vault"], "dbschema": ["notes"],
        "dbinstance": ["dev", "broken"], "instance": ["dev", "broken"], "schema": ["notes"], "pipeline": ["leaky"],
        "execution": [execution], "delegate": [str(delegate.get("id") or delegate.get("identifier"))], "identifier": ["text", "db"],
        "event": [str(each["id"]) for each in world.ask("GET", "/v1/audit/events?limit=100")],
    }  # fmt: skip
    answers: dict[str, bytes] = {}
    for path, methods in paths.items():
        if "get" not in methods or path.endswith("/stream"):
            continue
        names = re.findall(r"{(\w+)}", path)
        for number in range(max((len(known.get(name, [""])) for name in names), default=1)):
            address = path
            for name in names:
                values = known.get(name, ["none"])
                address = address.replace(f"{{{name}}}", quote(values[number % len(values)], safe=""))
            answers[address] = world.get(address)[2]
    for node in ("s/preview", "s/apply", "s/script", "s/broken", "s/after"):
        answers[f"log of {node}"] = b"\n".join(_log(world, execution, node))
    answers["stream"] = world.get(f"{BASE}/executions/{execution}/logs/stream")[2]
    return answers


def _pages(world: World, execution: str) -> dict[str, bytes]:
    """Every page that links lead to."""
    answers: dict[str, bytes] = {}
    waiting = ["/orgs/default/projects/default/overview", f"/orgs/default/projects/default/executions/{execution}"]
    while waiting and len(answers) < 250:
        address = waiting.pop(0)
        if address in answers:
            continue
        status, kind, content = world.get(address, "text/html")
        answers[address] = content
        if status == 200 and "html" in kind:
            for link in re.findall(r'(?:href|hx-get|data-href)="([^"#]+)', content.decode()):
                target = urljoin(f"{world.url}{address}", html.unescape(link))
                path = target.removeprefix(world.url)
                if target.startswith(world.url) and not path.startswith(("/static", "/logout")) and "stream" not in urlsplit(path).path:
                    waiting.append(path)
    return answers
