"""Turns with the store around them: read, decide, store, and do what was decided. Each turn is one transaction."""

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from bascule.core.clock import Clock, new_id
from bascule.core.errors import NotFoundError
from bascule.core.problems import Problem
from bascule.engine.events import ChangesetFinished
from bascule.manager.approvals import service as approvals
from bascule.manager.approvals.model import Approval, ApprovalOwner
from bascule.manager.audit import service as audit
from bascule.manager.changelogs import service as changelogs
from bascule.manager.changelogs.model import RunRef
from bascule.manager.database import after_commit, reading, writing
from bascule.manager.delegates import bell, pods
from bascule.manager.delegates import service as delegates
from bascule.manager.delegates.model import JobEvents, JobFinished, JobOutcome, JobOwner
from bascule.manager.governance import service as governance
from bascule.manager.governance.model import Decision
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.instances import service as instances
from bascule.manager.instances.model import InstanceRef
from bascule.manager.pipelines import inputs, parse, store
from bascule.manager.pipelines.document import Pipeline
from bascule.manager.pipelines.effects import CancelJob, CloseApproval, Dispatch, Effect, LeavePods, OpenApproval, StartPod
from bascule.manager.pipelines.intents import Answer, Approved, AskApproval, Evaluate, JobDone, JobFailed, Rejected, TimedOut
from bascule.manager.pipelines.logs import BELL
from bascule.manager.pipelines.model import Execution, Node, Signal
from bascule.manager.pipelines.pods import Connectors
from bascule.manager.pipelines.steps.base import check
from bascule.manager.pipelines.targets import Instances, find_connector, find_instance
from bascule.manager.pipelines.walk import Walk

logger = logging.getLogger(__name__)

Judge = Callable[[Execution, Node, Evaluate], Decision]


class Driver:
    """Takes executions as far as they go. Any number of managers may call `advance` for the same execution: its row is locked."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        wake: Callable[[str], None],
        find: Callable[[Connection], Instances] = find_instance,
        find_connectors: Callable[[Connection], Connectors] = find_connector,
        judge: Judge | None = None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.wake = wake
        self._find = find
        self._find_connectors = find_connectors
        self._judge = judge or self._ask_governance

    def connect(self) -> None:
        """Hear of jobs and approvals that end."""
        delegates.on_finished(self.job_finished, engine=self.engine)
        delegates.on_events(self.job_told, engine=self.engine)
        approvals.on_decided(self.approval_decided, engine=self.engine)

    def due(self) -> list[str]:
        """Executions that have something to do now."""
        with reading(self.engine) as connection:
            return store.due(connection, self.clock.now())

    # turns

    def advance(self, execution_id: str) -> None:
        """Turn after turn until the execution waits for somebody else."""
        while True:
            try:
                asked = self._turn(execution_id)
            except (OperationalError, InterfaceError):
                raise  # the store is away: whoever called comes back to it
            except Exception:
                logger.exception("a turn failed", extra={"execution_id": execution_id})
                self._break(execution_id)
                return
            if not asked:
                return
            for execution, node, question in asked:
                self._answer(execution, node, self._decide(execution, node, question))

    def _turn(self, execution_id: str) -> list[tuple[Execution, Node, Evaluate]]:
        """One turn. Gives what policies are to judge: that runs outside the transaction, and its answer starts the next turn."""
        now = self.clock.now()
        with writing(self.engine) as connection:
            execution = store.find_execution(connection, execution_id, lock=True)
            if execution is None or execution.is_finished:
                store.take(connection, execution_id, execution.turn if execution else 0)  # told too late: nobody asks again
                return []
            nodes = store.nodes(connection, execution_id)
            signals = store.untaken(connection, execution_id)
            is_due = execution.wake_at is not None and execution.wake_at <= now
            if execution.turn == 0 or signals or is_due:
                self._walk(connection, execution, nodes, signals, now)
        return [(execution, node, node.intent) for node in nodes.values() if isinstance(node.intent, Evaluate)]

    def _walk(self, connection: Connection, execution: Execution, nodes: dict[str, Node], signals: list[Signal], now: datetime) -> None:
        before = {path: msgspec.json.encode(node) for path, node in nodes.items()}

        def why_waiting(job: str) -> Problem | None:
            return delegates.why_waiting(connection, job, now)

        walk = Walk(execution, _pipeline(execution), nodes, self._find(connection), self._find_connectors(connection), now, why_waiting)
        walk.turn(signals)
        for effect in walk.effects:
            self._do(connection, execution, effect)
        store.take(connection, execution.id, execution.turn)
        store.put_execution(connection, execution)
        for path, node in nodes.items():
            if before.get(path) != msgspec.json.encode(node):
                store.put_node(connection, execution.id, node)
        if execution.is_finished:
            _note_end(connection, execution)
        bell.ring_after(connection, BELL + execution.id)

    def _do(self, connection: Connection, execution: Execution, effect: Effect) -> None:
        match effect:
            case Dispatch(node, job):
                delegates.enqueue(connection, job, _owner(execution, node), clock=self.clock)
            case OpenApproval(node, spec):
                self._open(connection, execution, node, spec)
            case StartPod(node, job):
                pods.start(connection, job, _pod_owner(execution, node), self.clock.now())
            case LeavePods(path):
                pods.leave(connection, f"{execution.id}/{path}" if path else execution.id, clock=self.clock)
            case CancelJob(job_id):
                delegates.cancel(connection, job_id, clock=self.clock)
            case CloseApproval() if execution.is_finished:
                approvals.abort(connection, execution.id, clock=self.clock)
            case CloseApproval():
                pass  # it expires by itself, at the same moment as the step

    def _open(self, connection: Connection, execution: Execution, node: Node, spec: dict[str, object]) -> None:
        asked = node.intent
        assert isinstance(asked, AskApproval)  # noqa: S101 - that is what opened it
        timeout_s = (node.deadline - self.clock.now()).total_seconds() if node.deadline else None
        owner = ApprovalOwner(
            execution_id=execution.id,
            node_id=str(node.number),
            phase=asked.phase,
            org=execution.scope.org or "",
            project=execution.scope.project or "",
            attempt=node.act,
            pipeline=execution.pipeline,
            step=node.path,
            executor_id=execution.actor.id,
            executor_email=execution.actor.email,
        )
        node.carried_out = approvals.open(connection, owner, spec, asked.subject, asked.sql, timeout_s=timeout_s, clock=self.clock)

    def _decide(self, execution: Execution, node: Node, question: Evaluate) -> Decision:
        """The judgement; whatever goes wrong on the way to it is a no."""
        try:
            return self._judge(execution, node, question)
        except Exception as error:
            logger.exception("policies could not judge", extra={"execution_id": execution.id, "node": node.path})
            problem = Problem(code="PIP-060", what="policies could not judge this, so it is denied", why=str(error), where=node.path)
            return Decision(allowed=False, problems=(problem,), subject=question.subject)

    def _ask_governance(self, execution: Execution, node: Node, question: Evaluate) -> Decision:
        """Asked as the system: whoever may run a pipeline need not be allowed to evaluate policies by hand."""
        return governance.evaluate(
            self.engine,
            SYSTEM,
            execution.scope,
            question.policy_sets,
            question.document,
            question.subject,
            question.entity,
            about=node.path,
            execution_id=execution.id,
            on_behalf_of=execution.actor,
            clock=self.clock,
        )

    def _answer(self, execution: Execution, node: Node, answer: Answer) -> None:
        with writing(self.engine) as connection:
            signal = Signal(topic="answer", node=node.path, act=node.act, answer=answer)
            store.add_signal(connection, self._new_signal_id(), execution.id, node.number, signal, self.clock.now())

    def _break(self, execution_id: str) -> None:
        """A turn that our own fault has stopped would stop again: the execution ends, and says so."""
        with writing(self.engine) as connection:
            execution = store.find_execution(connection, execution_id, lock=True)
            if execution is None or execution.is_finished:
                return
            for node in store.nodes(connection, execution_id).values():
                if node.is_finished:
                    continue
                if node.carried_out and node.phase and not isinstance(node.intent, AskApproval):
                    delegates.cancel(connection, node.carried_out, clock=self.clock)
                node.status, node.ended_at, node.intent = "Errored", self.clock.now(), None
                store.put_node(connection, execution_id, node)
            approvals.abort(connection, execution_id, clock=self.clock)
            pods.leave(connection, execution_id, clock=self.clock)
            execution.status, execution.ended_at, execution.wake_at = "Errored", self.clock.now(), None
            execution.problems.append(
                Problem(
                    code="PIP-099", what="a fault in the manager stopped this execution", fix="look into the manager's log, and report it"
                )
            )
            store.put_execution(connection, execution)
            _note_end(connection, execution)

    # what it is told, in the transaction of whoever tells

    def signal(self, connection: Connection, execution_id: str, node: int, signal: Signal) -> None:
        """Note a signal, and start the next turn once the transaction commits."""
        if store.add_signal(connection, self._new_signal_id(), execution_id, node, signal, self.clock.now()):
            after_commit(connection, lambda: self.wake(execution_id))

    def job_told(self, connection: Connection, told: JobEvents) -> None:
        """A job has told something: what changesets became goes to the read model, the log has news."""
        owner = told.owner
        if not owner.execution_id:
            return
        for stored in told.events:
            if stored.event.get("kind") == "changeset.finished" and (ref := _instance(connection, owner)) is not None:
                changelogs.record_changeset(connection, ref, msgspec.convert(stored.event, ChangesetFinished), _run_ref(owner))
        bell.ring_after(connection, BELL + owner.execution_id)

    def job_finished(self, connection: Connection, finished: JobFinished) -> None:
        """A job has ended: its step goes on. The history it read at its end is what the read model must agree with."""
        owner = finished.owner
        if owner.execution_id and "pod" in owner.data:
            signal = Signal(topic="pod", node=owner.node_id, act=int(owner.data["pod"]))
            self.signal(connection, owner.execution_id, int(owner.data["number"]), signal)
            after_commit(connection, lambda: bell.ring(BELL + owner.execution_id))
        if not owner.execution_id or "act" not in owner.data:
            return
        history = finished.outcome.outputs.get("history")
        if (
            isinstance(history, dict)
            and (ref := _instance(connection, owner)) is not None
            and not changelogs.is_current(connection, ref, history)
        ):
            changelogs.sync_history(connection, ref, history, self.clock)
        bell.ring_after(connection, BELL + owner.execution_id)
        signal = Signal(topic="answer", node=owner.node_id, act=int(owner.data["act"]), answer=answer_of(finished.outcome))
        self.signal(connection, owner.execution_id, int(owner.data["number"]), signal)

    def approval_decided(self, connection: Connection, approval: Approval) -> None:
        answer: Answer
        match approval.status:
            case "APPROVED":
                votes = approval.approvals
                answer = Approved(tuple(vote.name for vote in votes), approval.inputs, tuple(vote.comments for vote in votes))
            case "REJECTED":
                last = approval.votes[-1]
                answer = Rejected(last.name, last.comments)
            case _:
                answer = TimedOut()
        owner = approval.owner
        signal = Signal(topic="answer", node=owner.step, act=owner.attempt, answer=answer)
        self.signal(connection, owner.execution_id, int(owner.node_id), signal)

    def _new_signal_id(self) -> str:
        return new_id("sig", self.clock.now())


def _owner(execution: Execution, node: Node) -> JobOwner:
    return JobOwner(
        execution_id=execution.id,
        node_id=node.path,
        phase=node.phase,
        org=execution.scope.org,
        project=execution.scope.project,
        pipeline=execution.pipeline,
        schema=_spelled(node, "dbSchema"),
        instance=_spelled(node, "dbInstance"),
        data={"act": str(node.act), "number": str(node.number), "stage": node.path.split("/")[0], "type": node.type},
    )


def _pod_owner(execution: Execution, node: Node) -> JobOwner:
    return JobOwner(
        execution_id=execution.id,
        node_id=node.path,
        org=execution.scope.org,
        project=execution.scope.project,
        pipeline=execution.pipeline,
        data={"pod": str(node.memory["pod"]["number"]), "number": str(node.number)},
    )


def _instance(connection: Connection, owner: JobOwner) -> InstanceRef | None:
    """The DB instance a job worked on; None when it has been deleted meanwhile."""
    if owner.schema is None or owner.instance is None:
        return None
    try:
        return instances.ref(connection, Scope(owner.org, owner.project), owner.schema, owner.instance)
    except NotFoundError:
        return None


def _run_ref(owner: JobOwner) -> RunRef:
    return RunRef(
        pipeline=owner.pipeline or "",
        plan_execution_id=owner.execution_id,
        stage_execution_id=owner.data.get("stage", ""),
        command=_COMMANDS.get(owner.data.get("type", ""), "Custom"),
    )


_COMMANDS = {"DBSchemaApply": "Update", "DBSchemaRollback": "Rollback"}
"""What a step's run is called in an instance's record."""


def _spelled(node: Node, key: str) -> str | None:
    value = node.spec.get(key)
    return value if isinstance(value, str) else None


def answer_of(outcome: JobOutcome) -> Answer:
    """How a job's end is told to its step."""
    if outcome.status == "success":
        return JobDone(outcome.outputs, outcome.commit)
    return JobFailed(outcome.problems, outcome.status, outcome.failure, outcome.outputs, outcome.commit)


def _pipeline(execution: Execution) -> Pipeline:
    """The document this execution was started with, its inputs in place."""
    return parse.parse(inputs.apply(parse.read(execution.yaml), execution.inputs), check).require()


def _note_end(connection: Connection, execution: Execution) -> None:
    delegates.forget_workspaces(connection, execution.id)
    audit.append(
        connection,
        SYSTEM,
        "END",
        "PIPELINE_EXECUTION",
        execution.id,
        execution.scope,
        name=execution.name,
        after={"pipeline": execution.pipeline, "status": execution.status},
    )
