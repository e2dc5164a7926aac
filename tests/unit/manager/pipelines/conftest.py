"""A pipeline played in memory: turns without a store, jobs answered by hand-written fakes."""

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bascule.core.errors import DeniedError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine.history.row import HistoryRow, summary
from bascule.manager.connectors.model import Connector
from bascule.manager.governance.model import Decision
from bascule.manager.identity.model import SYSTEM, Actor, Scope
from bascule.manager.pipelines import inputs as runtime_inputs
from bascule.manager.pipelines import parse
from bascule.manager.pipelines.effects import CancelJob, CloseApproval, Dispatch, LeavePods, OpenApproval, StartPod
from bascule.manager.pipelines.intents import Answer, Approved, Evaluate, JobDone, JobFailed
from bascule.manager.pipelines.model import Execution, Node, Signal
from bascule.manager.pipelines.steps.base import check
from bascule.manager.pipelines.targets import InstanceFacts, ScriptSource
from bascule.manager.pipelines.walk import Walk
from bascule.wire.jobs import Command, GitSource, Job, Target

Worker = Callable[[Job], Answer | None]


def instances(actor: Actor, scope: Scope, schema: str, instance: str, permission: str) -> InstanceFacts:
    """Every instance exists but `missing`; `forbidden` is nobody's. The changelog of schema `made` is made by a script."""
    if instance == "missing":
        raise NotFoundError(Problem(code="ENT-404", what=f"there is no DB instance '{instance}'"))
    if instance == "forbidden":
        raise DeniedError(Problem(code="AUT-001", what=f"{actor.name} may not do this: it needs '{permission}'"))
    repository = GitSource(url="https://git/x.git", branch="main")
    made = ScriptSource(image="alpine:curl", shell="sh", command="fetch", location="db/changelog.yaml")
    return InstanceFacts(
        schema_id=schema,
        schema_name=schema.title(),
        instance_id=instance,
        instance_name=instance.title(),
        type="jdbc:postgresql",
        url="jdbc:postgresql://db/x",
        changelog="db/changelog.yaml",
        source=made if schema == "made" else repository,
        source_key="git:main",
        target=Target(url="jdbc:postgresql://db/x", password_secret="password", exclusive="db/x"),
        secrets={"password": "account.db"},
    )


def connectors(actor: Actor, scope: Scope, reference: str) -> Connector:
    """`k8s` is the cluster that the delegate stands in, `far` another by its token; all others are databases."""
    spec: dict[str, Any] = {"credential": {"type": "InheritFromDelegate"}, "delegateSelectors": ["in-cluster"]}
    if reference == "missing":
        raise NotFoundError(Problem(code="ENT-404", what="there is no connector 'missing'"))
    if reference == "far":
        auth = {"type": "ServiceAccount", "spec": {"serviceAccountTokenRef": "account.k8s_token", "caCertRef": "account.k8s_ca"}}
        spec["credential"] = {"type": "ManualConfig", "spec": {"masterUrl": "https://k8s.example.com", "auth": auth}}
    if reference == "registry":
        auth = {"type": "UsernamePassword", "spec": {"username": "robot", "passwordRef": "account.registry"}}
        spec = {"dockerRegistryUrl": "https://registry.example.com", "auth": auth}
    kind = "K8sCluster" if reference in ("k8s", "far") else "DockerRegistry" if reference == "registry" else "Jdbc"
    return Connector(id="con_1", identifier=reference, name=reference, type=kind, scope=Scope(), spec=spec)


class Database:
    """What a delegate's jobs find: changesets that have run and those that have not. Answers the verbs of the command line."""

    def __init__(self, changesets: tuple[str, ...] = ("db.yaml::1::ann", "db.yaml::2::ann")) -> None:
        self.changesets = changesets
        self.rows: list[dict[str, Any]] = []
        self.verbs: list[str] = []
        self.fail: dict[str, Answer] = {}

    def _history(self) -> dict[str, Any]:
        return summary(
            [
                HistoryRow(
                    id=row["ID"],
                    author=row["AUTHOR"],
                    file=row["FILENAME"],
                    executed_at=f"2026-03-01 12:00:{order:02d}",
                    order=order,
                    checksum="9:0",
                    description="",
                    comments="",
                    tag=row["TAG"],
                    deployment_id=row["DEPLOYMENT_ID"],
                )
                for order, row in enumerate(self.rows, 1)
            ]
        )

    def _pending(self) -> list[str]:
        done = {row["fqn"] for row in self.rows}
        return [fqn for fqn in self.changesets if fqn not in done]

    def _row(self, fqn: str, deployment: str, tag: str | None = None) -> None:
        file, identifier, author = fqn.split("::")
        self.rows.append({"fqn": fqn, "FILENAME": file, "ID": identifier, "AUTHOR": author, "DEPLOYMENT_ID": deployment, "TAG": tag})

    def plan(self) -> dict[str, Any]:
        pending = self._pending()
        return {
            "digest": "sha256:" + "+".join(pending),
            "units": [
                {
                    "fqn": fqn,
                    "statements": [{"text": f"CREATE TABLE t{fqn.split('::')[1]} (id INT)"}],
                    "operations": [{"kind": "create_table"}],
                    "source": "db.yaml:1:1",
                }
                for fqn in pending
            ],
        }

    def __call__(self, job: Job) -> Answer | None:
        assert isinstance(job.what, Command)
        verb, *options = job.what.argv
        self.verbs.append(verb)
        option = {name: options[i + 1] for i, name in enumerate(options) if name.startswith("--") and i + 1 < len(options)}
        if verb in self.fail:
            return self.fail.pop(verb)
        match verb:
            case "plan":
                return JobDone({"plan": self.plan(), "history": self._history()}, "c0ffee")
            case "tag":
                if not self.rows or "--marker" in options:
                    self._row(f"liquibase-internal::{option['--tag']}::harness", "1")
                self.rows[-1]["TAG"] = option["--tag"]
                return JobDone({"history": self._history()})
            case "update":
                if option["--expect-plan"] != self.plan()["digest"]:
                    return JobFailed((Problem(code="RUN-009", what="another plan"),), failure="ConflictError")
                applied = self._pending()
                for fqn in applied:
                    self._row(fqn, option.get("--deployment-id", "1"))
                return JobDone({"changeSets": applied, "history": self._history()})
            case "outcome" | "history":
                return JobDone({"history": self._history()})
            case "rollback":
                kept = next(i for i, row in enumerate(self.rows) if row["TAG"] == option["--tag"])
                undone = [row["fqn"] for row in reversed(self.rows[kept + 1 :])]
                del self.rows[kept + 1 :]
                return JobDone({"changeSets": undone, "history": self._history()})
            case "rollback-count":
                count = int(option["--count"])
                undone = [row["fqn"] for row in reversed(self.rows[-count:])]
                del self.rows[-count:]
                return JobDone({"changeSets": undone, "history": self._history()})
            case "rollback-sql" | "rollback-count-sql":
                return JobDone({"sqlCommands": ["DROP TABLE t2"]})
            case _:
                return JobDone({})


class Play:
    """One execution. `worker` answers jobs, `judge` policies, `decide` approvals; None leaves them waiting."""

    find = staticmethod(instances)

    def __init__(self, text: str, inputs: dict[str, Any] | None = None, worker: Worker | None = None) -> None:
        document = runtime_inputs.apply(parse.read(textwrap.dedent(text)), inputs or {})
        self.pipeline = parse.parse(document, check).require()
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.execution = Execution(
            id="exec_1", scope=Scope("acme", "shop"), pipeline=self.pipeline.identifier, name=self.pipeline.name, sequence=7, yaml=text,
            actor=SYSTEM, created_at=self.now, trigger={"type": "MANUAL", "commitSha": "abc123"},
        )  # fmt: skip
        self.nodes: dict[str, Node] = {}
        self.worker: Worker = worker or Database()
        self.judge: Callable[[Evaluate], Decision] = lambda asked: Decision(True, subject=asked.subject)
        self.decide: Callable[[dict[str, Any]], Answer | None] = lambda spec: Approved(("ann",))
        self.jobs: list[Job] = []
        self.approvals: list[dict[str, Any]] = []
        self.cancelled: list[str] = []
        self.why_waiting: Callable[[str], Problem | None] = lambda job: None
        self.pods: list[Job] = []
        self.left: list[str] = []
        """Paths whose pods were told to leave."""

    def run(self, *signals: Signal) -> "Play":
        """Turns until nothing more happens by itself."""
        told = list(signals)
        while True:
            walk = Walk(self.execution, self.pipeline, self.nodes, self.find, connectors, self.now, self.why_waiting)
            walk.turn(told)
            told = []
            for effect in walk.effects:
                match effect:
                    case Dispatch(node, job):
                        self.jobs.append(job)
                        answer = self.worker(job)
                    case OpenApproval(node, spec):
                        self.approvals.append(spec)
                        answer = self.decide(spec)
                    case CancelJob(job_id) | CloseApproval(job_id):
                        self.cancelled.append(job_id)
                        continue
                    case StartPod(_, job):
                        self.pods.append(job)
                        continue
                    case LeavePods(path):
                        self.left.append(path)
                        continue
                if answer is not None:
                    told.append(Signal(topic="answer", node=node.path, act=node.act, answer=answer))
            for node in self.nodes.values():
                if isinstance(node.intent, Evaluate):
                    told.append(Signal(topic="answer", node=node.path, act=node.act, answer=self.judge(node.intent)))
            if not told:
                return self

    def later(self, seconds: float) -> "Play":
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        return self.run()

    def answer(self, path: str, answer: Answer) -> "Play":
        node = self.nodes[path]
        return self.run(Signal(topic="answer", node=path, act=node.act, answer=answer))

    @property
    def statuses(self) -> dict[str, str]:
        return {path: node.status for path, node in self.nodes.items() if node.kind == "step"}

    @property
    def verbs(self) -> list[str]:
        return [job.what.argv[0] for job in self.jobs if isinstance(job.what, Command)]

    def problems(self, path: str) -> list[str]:
        return [problem.code for problem in self.nodes[path].problems]


@pytest.fixture
def play() -> type[Play]:
    return Play


@pytest.fixture
def database() -> type[Database]:
    return Database
