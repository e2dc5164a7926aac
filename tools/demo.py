"""The demo: the main job on real databases, told as it happens.

`python -m tools.demo [--serve]`. Starts PostgreSQL (dev, qa, prod), a manager and two delegates as separate processes, makes a Git
repository, applies `examples/demo/entities`, and then uses nothing but the command line that users have. Pods are made on a stand-in for a
cluster, or on the one of DEMO_KUBECONFIG, which pulls DEMO_IMAGE; its pods reach this machine at DEMO_HOST.
"""

import argparse
import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from tools import demo_cluster, git_http
from tools.servers import Database, start_postgresql

HERE = Path(__file__).resolve().parents[1]
EXAMPLE = HERE / "examples" / "demo"
BASCULE = str(Path(sys.executable).parent / "bascule")
INSTANCES = ("dev", "till", "qa", "prod")
APPROVER = "dora@example.com"


class Story:
    """Says what happens, and how long each chapter took."""

    def __init__(self) -> None:
        self.colour = sys.stdout.isatty()
        self.times: list[tuple[str, float]] = []

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        print(f"\n{self._paint('1;34', '■ ' + title)}", flush=True)
        began = time.monotonic()
        yield
        self.times.append((title, time.monotonic() - began))

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def command(self, argv: list[str]) -> None:
        print(self._paint("36", f"  $ bascule {' '.join(argv)}"), flush=True)

    def quote(self, text: str) -> None:
        for line in text.rstrip().splitlines():
            print(self._paint("2", f"  │ {line}"), flush=True)

    def fail(self, text: str) -> NoReturn:
        raise SystemExit(self._paint("1;31", f"\nThe demo failed: {text}"))


class Client:
    """The command line as one user has it."""

    def __init__(self, story: Story, manager: str, api_key: str) -> None:
        self.story = story
        self.env = {**os.environ, "BASCULE_MANAGER": manager, "BASCULE_API_KEY": api_key, "NO_COLOR": "1"}

    def run(self, *argv: str, expect: int | None = 0, stdin: str | None = None, showing: tuple[str, ...] = ("",)) -> str:
        """Runs `bascule ARGV`, shows both, returns its stdout. Ends the demo when the status is not the expected one.

        `showing` are beginnings of lines: others are returned, not shown.
        """
        self.story.command(list(argv))
        done = subprocess.run([BASCULE, *argv], env=self.env, input=stdin, capture_output=True, text=True, check=False)
        self.story.quote("\n".join(line for line in (done.stdout or done.stderr).splitlines() if line.startswith(showing)))
        if expect is not None and done.returncode != expect:
            self.story.fail(f"`bascule {' '.join(argv)}` ended with {done.returncode}, not {expect}\n{done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request of the API, for what the story looks at without showing how."""
        import httpx

        url, key = self.env["BASCULE_MANAGER"], self.env["BASCULE_API_KEY"]
        reply = httpx.request(method, url + path, json=body, headers={"x-api-key": key}, timeout=60)
        if reply.is_error:
            self.story.fail(f"{method} {path}: {reply.status_code} {reply.text}")
        return reply.json() if reply.content else None


class Process:
    """A program of ours that runs beside the demo; its output is kept and searched for what it announces."""

    def __init__(self, argv: list[str], log: Path, env: dict[str, str] | None = None) -> None:
        self.log = log
        self.sink = log.open("wb")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", "--", *argv],
            stdout=self.sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
        )

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.sink.close()


class Repository:
    """A Git repository of the demo's own; a push copies one folder of `examples/demo/repository` and commits it."""

    def __init__(self, folder: Path) -> None:
        self.work, self.bare = folder / "work", folder / "shop.git"
        self._git("init", "-q", "--bare", "-b", "main", str(self.bare), cwd=folder)
        self._git("clone", "-q", str(self.bare), str(self.work), cwd=folder)
        self._git("checkout", "-q", "-B", "main")

    def _git(self, *argv: str, cwd: Path | None = None) -> str:
        name = {
            "GIT_AUTHOR_NAME": "Ines",
            "GIT_AUTHOR_EMAIL": "ines@example.com",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        env = {**os.environ, **name, "GIT_COMMITTER_NAME": "Ines", "GIT_COMMITTER_EMAIL": "ines@example.com"}
        return subprocess.run(["git", *argv], cwd=cwd or self.work, env=env, check=True, capture_output=True, text=True).stdout.strip()

    def push(self, message: str, *steps: str) -> str:
        """Makes the tree what it was at the first step plus these steps' files; returns the commit's short name."""
        shutil.rmtree(self.work / "db", ignore_errors=True)
        for step in ("1-first", *steps):
            shutil.copytree(EXAMPLE / "repository" / step / "db", self.work / "db", dirs_exist_ok=True)
        self._git("add", "-A")
        self._git("commit", "-q", "-m", message)
        self._git("push", "-q", "origin", "main")
        return self._git("rev-parse", "--short", "HEAD")


def wait_for(story: Story, what: str, ready: Any, process: Process | None = None, seconds: float = 60.0) -> Any:
    """The first true answer of `ready`. Ends the demo when it does not come, or the process has died."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ready()
        if answer:
            return answer
        if process is not None and process.process.poll() is not None:
            story.fail(f"{what}: the process has ended\n{process.text()[-3000:]}")
        time.sleep(0.1)
    return story.fail(f"{what}: not within {seconds:.0f} s\n{process.text()[-3000:] if process else ''}")


def render(folder: Path, values: dict[str, str]) -> Path:
    """The entities with this run's addresses in place of `${NAME}`."""
    target = folder / "entities"
    target.mkdir()
    for source in sorted((EXAMPLE / "entities").glob("*.yaml")):
        text = source.read_text()
        for name, value in values.items():
            text = text.replace("${" + name + "}", value)
        (target / source.name).write_text(text)
    return target


PROJECT = "/v1/orgs/default/projects/default"
STOPPED = 143
"""The status after SIGTERM."""
ENDED = frozenset({"Success", "IgnoreFailed", "Failed", "Errored", "Aborted", "Expired", "ApprovalRejected"})


class Demo:
    """The whole of it: what runs, who asks, and the chapters in order."""

    def __init__(self, folder: Path, stack: ExitStack, *, port: int, cluster: demo_cluster.Named | None) -> None:
        self.story = Story()
        self.folder = folder
        self.stack = stack
        self.port = port
        self.cluster = cluster
        self.host = cluster.host if cluster else demo_cluster.LOOPBACK
        self.databases: dict[str, Database] = {}
        self.executions: list[str] = []

    def start_databases(self) -> None:
        wide = {"settings": {"listen_addresses": "*"}, "hba": "host all all all scram-sha-256\n"} if self.cluster else {}
        server = start_postgresql(**wide)
        self.stack.callback(server.stop)
        made = {name: server.create(f"shop_{name}") for name in ("dev", "qa", "prod")}
        self.databases = {name: replace(database, host=self.host) for name, database in made.items()}
        self.story.say(f"PostgreSQL on 127.0.0.1:{server.admin.port} with shop_dev, shop_qa and shop_prod; SQLite in {self.till}")

    @property
    def till(self) -> Path:
        return self.folder / "till.db"

    def start_repository(self) -> None:
        self.repository = Repository(self.folder)
        self.repository_url = self.repository.bare.as_uri()
        if self.cluster:
            port = self.stack.enter_context(git_http.serve(self.folder, "0.0.0.0"))
            self.repository_url = f"http://{self.host}:{port}/{self.repository.bare.name}"
        commit = self.repository.push("Customers, orders and a report")
        self.story.say(f"Git repository {self.repository.bare}, commit {commit}: a changelog in YAML, XML and SQL")

    def start_programs(self) -> None:
        data = self.folder / "manager"
        everywhere = ["--host", "0.0.0.0"] if self.cluster else []
        server = Process([BASCULE, "server", "--data-dir", str(data), "--port", str(self.port), *everywhere], self.folder / "server.log")
        self.stack.callback(server.stop)
        found = wait_for(self.story, "the manager", lambda: re.search(r"http://[0-9.]+:[0-9]+", server.text()), server)
        self.url = found.group()
        self.admin_key = wait_for(self.story, "the API token", lambda: _text(data / "admin-token"), server)
        self.password = (re.search(r"[Pp]assword\W+(\S+)", server.text()) or ["", ""])[1]
        self.admin = Client(self.story, self.url, self.admin_key)
        self.story.say(f"manager (pid {server.process.pid}) on {self.url}")

        delegate = self.start_delegate("near-the-databases", "demo")
        self.story.say(f"delegate (pid {delegate.process.pid}), outbound only, registered")

    def start_delegate(self, name: str, tag: str, *options: str) -> Process:
        """A delegate with a token of its own that grants one tag; returns when the manager has let it in."""
        token = self.admin.ask("POST", "/v1/delegate-tokens", {"name": tag, "tags": [tag]})["value"]
        argv = [BASCULE, "delegate", "--manager", self.url, "--name", name, "--data-dir", str(self.folder / name), *options]
        delegate = Process(argv, self.folder / f"{name}.log", {"BASCULE_DELEGATE_TOKEN": token})
        self.stack.callback(delegate.stop)
        self.stack.push(self.abort)

        def registered() -> bool:
            return any(known["name"] == name and known["connected"] for known in self.admin.ask("GET", "/v1/delegates"))

        wait_for(self.story, f"the delegate {name}", registered, delegate)
        return delegate

    def start_cluster(self) -> None:
        """A namespace in the cluster with the rights of a delegate, for the chapter on pods."""
        try:
            self.ground = self.stack.enter_context(demo_cluster.ground(self.folder, self.cluster))
        except demo_cluster.ClusterError as error:
            self.story.fail(str(error))

    def apply_entities(self) -> None:
        values = {
            "REPOSITORY": self.repository_url,
            "NAMESPACE": self.ground.namespace,
            "TILL_URL": f"jdbc:sqlite:{self.till}",
            "DATABASE_USER": next(iter(self.databases.values())).user,
            **{f"{name.upper()}_URL": database.jdbc_url for name, database in self.databases.items()},
        }
        entities = render(self.folder, values)
        self.admin.env["DEMO_DATABASE_PASSWORD"] = next(iter(self.databases.values())).password
        self.admin.run("apply", "-f", str(entities))
        self.dora = self._log_in("dora")
        self.ines = self._log_in("ines")

    def _log_in(self, user: str) -> Client:
        """A user of the entities at her own command line."""
        client = Client(self.story, self.url, "")
        client.env = {**client.env, "XDG_CONFIG_HOME": str(self.folder / user)}
        del client.env["BASCULE_API_KEY"]
        client.run("login", self.url, "--username", user, "--password-stdin", stdin=f"{user}-demo-password\n")
        return client

    def explain(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """When the story ends badly, the ends of the programs' logs say why."""
        if kind is None or issubclass(kind, KeyboardInterrupt) or (isinstance(error, SystemExit) and error.code == STOPPED):
            return
        for log in sorted(self.folder.glob("*.log")):
            self.story.say(f"the end of {log.name}:")
            self.story.quote("\n".join(log.read_text(errors="replace").splitlines()[-40:]))

    def abort(self, kind: type[BaseException] | None, _error: BaseException | None, _trace: object) -> None:
        """When the story ends early, what runs is ended first: a delegate that is told to stop would finish it."""
        import httpx

        for execution in self.executions if kind else ():
            with contextlib.suppress(httpx.HTTPError):  # Ctrl-C has reached the manager, too
                url, headers = f"{self.url}{PROJECT}/executions/{execution}/abort", {"x-api-key": self.admin_key}
                httpx.post(url, json={}, headers=headers, timeout=5)

    # The chapters

    def start(self, who: Client, pipeline: str = "orders_release", *options: str) -> str:
        """Starts a pipeline as a user; returns the execution's id."""
        out = who.run("pipeline", "run", pipeline, *options)
        found = re.search(r"\bexe[a-z]*_[0-9a-z]+", out)
        if not found:
            self.story.fail(f"no execution id in: {out}")
        self.executions.append(found.group())
        return found.group()

    def until(self, execution: str, statuses: frozenset[str], *, step: str | None = None) -> dict[str, Any]:
        """Waits until the execution (or one of its steps) has one of the statuses; returns the execution."""

        def ready() -> dict[str, Any] | None:
            seen: dict[str, Any] = self.admin.ask("GET", f"{PROJECT}/executions/{execution}")
            if step is None:
                return seen if seen["status"] in statuses else None
            held = any(node["identifier"] == step and node["status"] in statuses for node in seen["nodes"])
            return seen if held or seen["status"] in ENDED else None

        found: dict[str, Any] = wait_for(self.story, f"execution {execution}", ready, seconds=90)
        return found

    def tell(self, execution: dict[str, Any]) -> None:
        """The steps of an execution, one line each."""
        marks = {"Success": "✔", "Failed": "✘", "Errored": "✘", "Skipped": "–", "ApprovalWaiting": "?", "IgnoreFailed": "!"}
        for node in execution["nodes"]:
            if node["kind"] != "step":
                continue
            self.story.say(f"{marks.get(node['status'], '·')} {node['name']:<12} {node['status']:<16} {self._detail(node)}")
            for problem in node["problems"]:
                for key in ("what", "where", "why", "fix"):
                    if problem.get(key):
                        self.story.quote(f"{key:<6} {problem[key]}")

    def _detail(self, node: dict[str, Any]) -> str:
        outputs = node["outputs"]
        if node["type"] == "DBSchemaApply" and node["status"] == "Success":
            return f"{_counted(len(outputs['changeSets']), 'changeset')}, back to {outputs.get('preStartTag')}"
        return str(node["reason"] or "")

    def expect(self, execution: dict[str, Any], status: str) -> None:
        if execution["status"] != status:
            self.tell(execution)
            self.story.fail(f"an execution ended as {execution['status']}, not {status}")

    def release(self) -> None:
        execution = self.start(self.ines)
        seen = self.until(execution, frozenset({"ApprovalWaiting"}), step="four_eyes")
        self.tell(seen)
        preview = next(node for node in seen["nodes"] if node["identifier"] == "preview")
        self.story.say("Production would run exactly this:")
        commands = preview["outputs"].get("sqlCommands") or []
        self.story.quote("\n".join(commands) if isinstance(commands, list) else str(commands))
        self.story.say("Ines started it, so she may not approve it:")
        self.ines.run("approve", execution, "--yes", expect=None)
        self.story.say("Dora may:")
        self.dora.run("approve", execution, "--yes", "--comment", "Read it. Go.")
        seen = self.until(execution, ENDED)
        self.expect(seen, "Success")
        self.tell(seen)

    def drop(self) -> None:
        commit = self.repository.push("Clean up", "2-drop")
        self.story.say(f"Rolf pushes {commit}: DROP VIEW order_totals; DROP TABLE orders;")
        before = self.history_rows()
        seen = self.until(self.start(self.ines), ENDED)
        self.tell(seen)
        self.expect(seen, "Failed")
        if self.history_rows() != before:
            self.story.fail("the denied change has touched a database")
        self.story.say("Nothing was touched: every history table is as it was.")

    def loyalty(self) -> None:
        commit = self.repository.push("Loyalty points; one account per e-mail", "3-loyalty")
        self.story.say(f"Ines pushes {commit}: a column, and an index that qa's data does not allow")
        before = self.history_rows()
        seen = self.until(self.start(self.ines), ENDED)
        self.tell(seen)
        self.expect(seen, "Failed")
        after = self.history_rows()
        if after["qa"] != before["qa"] or after["prod"] != before["prod"] or after["dev"] == before["dev"]:
            self.story.fail(f"history rows before {before}, after {after}")
        self.story.say("qa is back where it was, production was never reached, dev has the change.")

    def pods(self) -> None:
        if self.cluster:
            self.story.say(f"The cluster is that of {self.cluster.kubeconfig}; its pods reach this machine at {self.host}.")
        else:
            self.story.say(
                "No cluster was named, so this one is a STAND-IN on this machine: a strict Kubernetes API whose containers are processes."
            )
            self.story.say("A real one: make demo DEMO_KUBECONFIG=~/.kube/config DEMO_IMAGE=REGISTRY/bascule:TAG")
        self._start_delegate_in_cluster()
        commit = self.repository.push("A note with a gift", "3-loyalty", "4-gifts")
        self.story.say(
            f"Mira pushes {commit}: a column. Its step group runs in a pod: the change, then a script in {demo_cluster.STEP_IMAGE}"
        )
        execution = self.start(self.ines, "orders_in_a_pod")
        seen = self.until(execution, ENDED)
        self.expect(seen, "Success")
        self.tell(seen)
        self.story.say("The pod's life, and what the script said (not shown: the lines of Apply dev):")
        said = self.ines.run("logs", execution, "--node", "dev/pod", showing=("dev/pod ", "dev/pod/tell_courier "))
        if self.courier_key in said or "***" not in said or "05-gifts.yaml" not in said:
            self.story.fail("the script's log is not as told")
        self._nothing_left()
        self._wrong_image()

    def _start_delegate_in_cluster(self) -> None:
        ground, folder = self.ground, self.folder / "secrets"
        folder.mkdir()
        self.courier_key = f"courier-{secrets.token_hex(8)}"
        (folder / "courier-key").write_text(self.courier_key)
        options = ["--kubeconfig", str(ground.kubeconfig), "--pod-image", ground.image, "--secret-files", str(folder)]
        options += ["--pod-manager-url", f"http://{self.host}:{urlsplit(self.url).port}"]
        delegate = self.start_delegate("beside-the-cluster", "in-cluster", *options)
        self.story.say(
            f"delegate (pid {delegate.process.pid}), tag in-cluster; in {ground.namespace} it may do what deploy/kubernetes/rbac.yaml says"
        )
        self.story.say("It alone has the courier's key, in a file; the manager knows its name.")

    def _nothing_left(self) -> None:
        wait_for(self.story, "the end of the pod and its Secret", lambda: not self.ground.left(), seconds=60)
        self.story.say(f"In {self.ground.namespace} there is no pod and no Secret any more.")

    def _wrong_image(self) -> None:
        commit = self.repository.push("Wrapping", "3-loyalty", "4-gifts", "5-wrapping")
        self.story.say(f"Mira pushes {commit}, and asks for an image that does not exist:")
        before = self.history_rows()
        seen = self.until(self.start(self.ines, "orders_in_a_pod", "--input", "image=localhost/no-such-image:1"), ENDED)
        self.tell(seen)
        self.expect(seen, "Failed")
        told = [problem for node in seen["nodes"] for problem in node["problems"]]
        if len(told) != 1 or told[0]["code"] != "K8S-011":
            self.story.fail(f"not the one problem with an image: {told}")
        if self.history_rows() != before:
            self.story.fail("a database was touched, though the pod never began")
        self._nothing_left()
        self.story.say("Nothing was touched: every history table is as it was.")

    def history_rows(self) -> dict[str, int]:
        """How many changesets each PostgreSQL database has recorded."""
        import psycopg

        counts = {}
        for name, database in self.databases.items():
            with psycopg.connect(database.url) as connection:
                found = connection.execute("SELECT to_regclass('public.databasechangelog')").fetchone()
                row = connection.execute("SELECT count(*) FROM databasechangelog").fetchone() if found and found[0] else (0,)
            counts[name] = int(row[0]) if row else 0
        return counts

    def table(self) -> None:
        """The changeset × instance table, from the API that Harness's clients use."""
        state = self.admin.ask("POST", f"{PROJECT}/dbschema/orders/migrationstate?limit=100", {})
        marks = {"Successfully_Deployed": "done", "Not_Deployed": "–", "Deployment_Failed": "FAILED", "Rolled_Back": "rolled back"}
        self.story.say(f"{'changeset':<58}" + "".join(f"{name:<13}" for name in INSTANCES))
        for changeset in state["changeSets"]:
            status = {held["instance"]: marks.get(held["status"], held["status"]) for held in changeset["instances"]}
            row = "".join(f"{status.get(name, '–'):<13}" for name in INSTANCES)
            self.story.say(f"{changeset['changeSetFQN']:<58}{row}".rstrip())


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _text(file: Path) -> str:
    return file.read_text().strip() if file.exists() else ""


def main() -> int:
    """Tells the story; status 0 when all of it came out as told."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="leave everything running until Ctrl-C, and print where to look")
    parser.add_argument("--port", type=int, default=0, help="the manager's port (any free one)")
    options = parser.parse_args()
    try:
        cluster = demo_cluster.Named.by_environment()
    except demo_cluster.ClusterError as error:
        parser.error(str(error))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bascule-demo-")))
        demo = Demo(folder, stack, port=options.port, cluster=cluster)
        story = demo.story
        stack.push(demo.explain)
        with story.chapter("Databases and a repository"):
            demo.start_databases()
            demo.start_repository()
            demo.start_cluster()
        with story.chapter("A manager, and a delegate near the databases"):
            demo.start_programs()
        with story.chapter("What the manager should know"):
            demo.apply_entities()
        with story.chapter("A change goes from dev to qa, is shown, approved, and reaches production"):
            demo.release()
        with story.chapter("A DROP is denied by policy"):
            demo.drop()
        with story.chapter("A change fails in qa and is taken back"):
            demo.loyalty()
        with story.chapter("In pods on Kubernetes"):
            demo.pods()
        with story.chapter("What is where"):
            demo.table()
        print()
        for title, seconds in story.times:
            story.say(f"{seconds:6.1f} s  {title}")
        story.say(f"{sum(seconds for _, seconds in story.times):6.1f} s  in all")
        if options.serve:
            print(f"\n  {demo.url}\n  admin / {demo.password}   (or dora@example.com / dora-demo-password)")
            print(f"  The cluster runs on as well: kubectl --kubeconfig {demo.ground.admin} get pods,secrets -n {demo.ground.namespace}")
            print("  Ctrl-C ends it.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
        else:
            print("\n  `make demo SERVE=1` leaves it running and prints where to look.")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins with it ignored
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
