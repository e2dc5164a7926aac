"""`bascule server` and the commands that talk to it, by their public doors."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
import yaml

from bascule.cli.client import Client
from bascule.cli.main import main

Found = TypeVar("Found")
BASCULE = str(Path(sys.executable).parent / "bascule")

SLOW = """\
pipeline:
  identifier: slow
  name: Slow
  stages:
    - stage:
        identifier: run
        name: Run
        type: Custom
        spec:
          execution:
            steps:
              - step: {identifier: slow, name: Slow, type: Run, spec: {shell: Sh, command: "echo begun; sleep 2"}}
"""

ENTITIES = """\
apiVersion: bascule.dev/v1
kind: DBInstance
metadata: {schema: shop}
spec: {identifier: dev, name: Dev, connector: account.db, branch: main, environment: dev, tags: {tier: low}}
---
apiVersion: bascule.dev/v1
kind: DBSchema
spec: {identifier: shop, name: Shop, changelog: {connector: account.git, location: db/changelog.yaml}}
---
apiVersion: bascule.dev/v1
kind: Secret
spec: {identifier: db_password, name: DB password, type: SecretText, spec: {valueFromEnv: DB_PASSWORD}}
---
connector:
  identifier: db
  name: Database
  type: Jdbc
  spec:
    url: jdbc:postgresql://db/shop
    auth: {type: UsernamePassword, spec: {username: app, passwordRef: account.db_password}}
---
connector:
  identifier: git
  name: Repository
  type: Git
  spec: {url: "https://git.example/acme/shop.git", type: Http, connectionType: Repo}
---
apiVersion: bascule.dev/v1
kind: Environment
metadata: {org: default, project: default}
spec: {identifier: dev, name: Development, tier: development, order: 1}
---
apiVersion: bascule.dev/v1
kind: User
spec: {identifier: ann, name: Ann, email: ann@example.org, roles: [{role: approver}]}
---
apiVersion: bascule.dev/v1
kind: UserGroup
spec: {identifier: dbas, name: DBAs, users: [ann]}
---
apiVersion: bascule.dev/v1
kind: Connector
spec: {identifier: files, name: Files, type: DelegateFiles, spec: {delegateSelectors: [near]}}
---
apiVersion: bascule.dev/v1
kind: Secret
spec:
  identifier: kept_elsewhere
  name: Kept elsewhere
  type: SecretText
  spec: {type: SecretTextSpec, secretManagerIdentifier: account.files, valueType: Reference, value: "db#password"}
---
apiVersion: bascule.dev/v1
kind: DelegateToken
spec: {name: near_the_databases}
"""


class Running(NamedTuple):
    """A manager's process: its address, what it said, where its data is."""

    process: subprocess.Popen[str]
    url: str
    said: list[str]
    data: Path

    def stop(self) -> int:
        """SIGTERM, then its exit status. One that does not leave is killed, and that is an error."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()


def start(data: Path, *options: str) -> Running:
    """`bascule server` on a free port, answering."""
    command = [BASCULE, "server", "--data-dir", str(data), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    assert process.stdout
    for line in process.stdout:
        said.append(line.rstrip())
        if line.startswith("bascule is at "):
            threading.Thread(target=process.stdout.read, daemon=True).start()  # keep the pipe empty
            return Running(process, line.split()[-1], said, data)
    raise AssertionError("\n".join(said))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    server = start(tmp_path_factory.mktemp("manager") / "data")
    yield server
    assert server.stop() == 0


Bascule = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bascule(running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bascule:
    """`bascule …` against the manager: status, stdout, stderr."""
    monkeypatch.setenv("BASCULE_MANAGER", running.url)
    monkeypatch.setenv("BASCULE_API_KEY", (running.data / "admin-token").read_text().strip())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DB_PASSWORD", "correct-horse")

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def entities(tmp_path: Path) -> str:
    (tmp_path / "entities.yaml").write_text(ENTITIES)
    return str(tmp_path / "entities.yaml")


def test_the_first_start_shows_a_password_once_and_keeps_its_files_private(running: Running) -> None:
    assert any("log in as 'admin' with the password" in line for line in running.said)
    for name in ("admin-token", "master.key", "bascule.db"):
        assert (running.data / name).stat().st_mode & 0o077 == 0, name


def test_a_second_manager_on_the_same_data_is_refused(running: Running) -> None:
    command = [BASCULE, "server", "--data-dir", str(running.data), "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "SRV-002" in second.stderr


def test_a_restart_keeps_everything_and_shows_no_password(tmp_path: Path) -> None:
    first = start(tmp_path / "data")
    token = (first.data / "admin-token").read_text()
    assert first.stop() == 0
    second = start(tmp_path / "data")
    assert not any("password" in line for line in second.said)
    assert (second.data / "admin-token").read_text() == token
    assert second.stop() == 0


def test_with_a_delegate_beside_it_one_command_is_the_whole_product(tmp_path: Path) -> None:
    server = start(tmp_path / "data", "--with-delegate")
    children = children_of(server)
    assert connected_delegates(server) == ["embedded"]
    assert server.stop() == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_the_delegate_beside_a_manager_ends_first_and_its_job_is_reported(tmp_path: Path) -> None:
    server = start(tmp_path / "data", "--with-delegate", "--allow-scripts")
    assert connected_delegates(server) == ["embedded"]
    client = Client(server.url, (server.data / "admin-token").read_text().strip(), "default", "default")
    project = "/v1/orgs/default/projects/default"
    client.post(f"{project}/pipelines", {"yaml": SLOW})
    execution = client.post(f"{project}/pipelines/slow/execute", {})["executionId"]
    until(lambda: "begun" in str(client.get(f"{project}/executions/{execution}/logs")))
    assert server.stop() == 0
    second = start(tmp_path / "data")
    client = Client(second.url, (second.data / "admin-token").read_text().strip(), "default", "default")
    until(lambda: client.get(f"{project}/executions/{execution}")["status"] == "Success")
    assert second.stop() == 0


def test_a_manager_killed_with_its_delegate_starts_again_with_one(tmp_path: Path) -> None:
    first = start(tmp_path / "data", "--with-delegate")
    children = children_of(first)
    first.process.kill()
    first.process.wait(60)
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    second = start(tmp_path / "data", "--with-delegate")
    assert connected_delegates(second) == ["embedded"]
    assert second.stop() == 0


def children_of(server: Running) -> list[str]:
    """The ids of the processes it started."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    assert children
    return children


def connected_delegates(server: Running) -> list[str]:
    """The names of the delegates at work, once there is one."""
    client = Client(server.url, (server.data / "admin-token").read_text().strip(), "default", "default")
    return until(lambda: [one["name"] for one in client.get("/v1/delegates") if one["connected"]])


def until(found: Callable[[], Found]) -> Found:
    """What it finds, at the latest in a minute."""
    deadline = time.monotonic() + 60
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return answer


def test_apply_makes_all_in_the_right_order_and_again_changes_nothing(bascule: Bascule, entities: str) -> None:
    status, out, err = bascule("apply", "-f", entities, "--dry-run")
    assert "DBInstance shop/dev would be created" in out
    status, out, err = bascule("apply", "-f", entities)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "User ann created"
    assert "DBInstance shop/dev created" in out
    assert "DelegateToken near_the_databases created: bdt_" in out
    status, out, err = bascule("apply", "-f", entities)
    assert (status, err) == (0, "")
    assert {line.split()[-1] for line in out.splitlines() if not line.startswith("Secret")} == {"unchanged"}


def test_what_get_prints_can_be_applied(bascule: Bascule, entities: str, tmp_path: Path) -> None:
    bascule("apply", "-f", entities)
    kinds = (("dbinstances", "project"), ("dbschema", "project"), ("connectors", "account"), ("secrets", "account"), ("users", "account"))
    for kind, scope in (*kinds, ("environments", "project"), ("usergroups", "account")):
        status, out, _ = bascule("get", kind, "--scope", scope, "-o", "yaml")
        assert status == 0
        assert "created:" not in out
        (tmp_path / "again.yaml").write_text(out)
        status, told, err = bascule("apply", "-f", str(tmp_path / "again.yaml"))
        assert (status, err) == (0, ""), kind
        assert {line.split()[-1] for line in told.splitlines()} == {"unchanged"}
    _, out, _ = bascule("get", "dbinstance", "shop/dev", "-o", "yaml")
    assert yaml.safe_load(out)["metadata"] == {"org": "default", "project": "default", "schema": "shop"}


def test_tables_and_descriptions(bascule: Bascule, entities: str) -> None:
    bascule("apply", "-f", entities)
    _, out, _ = bascule("get", "dbinstances")
    assert out.splitlines()[0].split() == ["SCHEMA", "IDENTIFIER", "NAME", "CONNECTOR", "BRANCH", "ENVIRONMENT"]
    assert out.splitlines()[1].split() == ["shop", "dev", "Dev", "account.db", "main", "dev"]
    _, out, _ = bascule("describe", "dbinstance", "shop/dev")
    assert "history last read: never" in out
    assert "CREATE" in out
    assert bascule("get", "policies")[1] == "no policies here\n"


def test_a_problem_leads_to_its_line(bascule: Bascule, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    text = "connector:\n  identifier: x\n  name: X\n  type: Jdbc\n  spec:\n    url: jdbc:postgresql://u:pw@db/x\n    color: red\n"
    file.write_text(text)
    status, _, err = bascule("apply", "-f", str(file))
    assert status == 1
    assert f"{file}:7:12 (spec.color)" in err


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind: Connektor\n", "CLI-040"),
        ("- 1\n", "CLI-041"),
        ("apiVersion: bascule.dev/v1\nkind: User\nsepc: {}\n", "CLI-042"),
        ("kind: User\nspec: {}\n", "CLI-043"),
        ("color: red\n", "CLI-044"),
        ("apiVersion: bascule.dev/v1\nkind: User\n", "CLI-045"),
        ("apiVersion: bascule.dev/v1\nkind: Delegate\nspec: {}\n", "CLI-046"),
        ("apiVersion: bascule.dev/v1\nkind: User\nspec: {}\n", "CLI-047"),
        ("apiVersion: bascule.dev/v1\nkind: User\nmetadata: {color: red}\nspec: {identifier: x}\n", "CLI-048"),
        ("apiVersion: bascule.dev/v1\nkind: DBInstance\nspec: {identifier: x}\n", "CLI-049"),
        ("apiVersion: bascule.dev/v1\nkind: Secret\nspec: {identifier: x, spec: {valueFromEnv: NOT_SET_ANYWHERE}}\n", "CLI-050"),
    ],
)
def test_a_wrong_document_is_one_clear_problem(bascule: Bascule, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text)
    status, _, err = bascule("apply", "-f", str(tmp_path / "wrong.yaml"))
    assert status == 1
    assert err.startswith(code)


def test_delete_by_file_takes_what_refers_to_others_first(bascule: Bascule, entities: str) -> None:
    bascule("apply", "-f", entities)
    status, out, err = bascule("delete", "connector", "db", "--scope", "account")
    assert status == 1
    assert "in use by" in err
    status, out, err = bascule("delete", "-f", entities)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "User ann deleted"
    assert "is not there" in bascule("delete", "-f", entities)[1]


def test_login_makes_a_key_of_its_own(bascule: Bascule, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    password = next(line for line in running.said if "password" in line).split()[-1]
    monkeypatch.delenv("BASCULE_API_KEY")
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115, PTH123
    assert bascule("get", "users")[0] == 1
    with (tmp_path / "password").open("w+") as stdin:
        stdin.write(password + "\n")
        stdin.seek(0)
        monkeypatch.setattr("sys.stdin", stdin)
        status, out, err = bascule("login", running.url, "--username", "admin", "--password-stdin")
    assert (status, err) == (0, "")
    assert "logged in" in out
    assert "admin" in bascule("get", "users")[1]
