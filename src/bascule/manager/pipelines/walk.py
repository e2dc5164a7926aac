"""One turn: from what the tables hold and what has been answered to what happens next. Pure but for finding instances.

The document is walked from its first stage. What is finished is passed over, what waits is left, what has its answer goes on, and what
comes next begins: so a turn may begin again from the same tables and do the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

import msgspec

from bascule.core.errors import BasculeError, DeniedError, InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines import durations, loops
from bascule.manager.pipelines.document import Action, Item, OnFailure, Parallel, Pipeline, Stage, Step, StepGroup
from bascule.manager.pipelines.effects import CancelJob, CloseApproval, Dispatch, Effect, LeavePods, OpenApproval, StartPod
from bascule.manager.pipelines.expressions.evaluate import is_true, resolve
from bascule.manager.pipelines.expressions.values import from_json, to_json
from bascule.manager.pipelines.intents import Answer, AskApproval, Done, Evaluate, Failed, Intent, RunJob, Sleep, Woken
from bascule.manager.pipelines.model import Execution, Node, NodeKind, Section, Signal, Status
from bascule.manager.pipelines.names import names_for
from bascule.manager.pipelines.pod_needs import Held
from bascule.manager.pipelines.pods import Connectors, Pods
from bascule.manager.pipelines.steps import _scripts
from bascule.manager.pipelines.steps.base import STEPS, StepContext, bind
from bascule.manager.pipelines.targets import Instances


@dataclass(frozen=True)
class _Above:
    """What encloses the node that is visited."""

    parent: Node | None
    stage: Node | None
    section: Section = "execution"
    on_failure: tuple[tuple[OnFailure, ...], ...] = ()
    """Innermost first."""
    selectors: tuple[str, ...] = ()
    holders: tuple[Node, ...] = ()
    """Stage and groups, outermost first."""
    held: Held | None = None
    """The innermost group with a pod of its own."""

    def path_of(self, identifier: str) -> str:
        parts = [self.parent.path] if self.parent else []
        return "/".join([*parts, *(["~rollback"] if self.section == "rollback" else []), identifier])


class Walk:
    """One turn of one execution. Changes `execution` and `nodes` in place; `effects` are to be done in the transaction that stores them."""

    def __init__(
        self,
        execution: Execution,
        pipeline: Pipeline,
        nodes: dict[str, Node],
        instances: Instances,
        connectors: Connectors,
        now: datetime,
        why_waiting: Callable[[str], Problem | None] = lambda _job: None,
    ) -> None:
        """`why_waiting` tells of a job that was carried out why nobody has taken it yet."""
        self.execution = execution
        self._why_waiting = why_waiting
        self.pipeline = pipeline
        self.nodes = nodes
        self.effects: list[Effect] = []
        self._instances = instances
        self._pods = Pods(execution, self._names, instances, connectors, now)
        self._now = now
        self._answers: dict[str, Answer] = {}

    def turn(self, signals: Iterable[Signal]) -> None:
        """Take in what was told, and go as far as possible."""
        execution = self.execution
        if execution.is_finished:
            return
        execution.turn += 1
        for signal in signals:
            self._take(signal)
        if execution.status == "NotStarted":
            self._begin()
        if not execution.aborted_by:
            self._walk()
        if execution.aborted_by:
            self._abort()
        self._set_alarm()

    def _take(self, signal: Signal) -> None:
        if signal.topic == "abort":
            self.execution.aborted_by = self.execution.aborted_by or signal.by or "somebody"
            return
        node = self.nodes.get(signal.node)
        if signal.topic == "pod":
            if node is not None and (pod := node.memory.get("pod", {})).get("number") == signal.act:
                pod["open"] = False
            return
        if node is not None and node.intent is not None and node.act == signal.act and signal.answer is not None and not node.is_finished:
            self._answers[node.path] = signal.answer

    def _begin(self) -> None:
        self.execution.status = "Running"
        self.execution.started_at = self._now
        self.execution.deadline = self._deadline(self.pipeline.timeout, None, None)
        for stage in self.pipeline.all_stages():
            self._lay_out(stage, _Above(None, None))

    def _lay_out(self, item: Item | Stage, above: _Above) -> None:
        """Make the nodes of what is written, so that all of it can be seen from the start."""
        if isinstance(item, Parallel):
            for each in item.items:
                self._lay_out(each, above)
            return
        node = self._node(item, above)
        if not isinstance(item, Step) and node.kind != "loop":
            for each in item.items:
                self._lay_out(each, replace(above, parent=node))

    # the walk

    def _walk(self) -> None:
        for together in self.pipeline.stages:
            finished = [self._visit(stage, _Above(None, None, selectors=self.pipeline.selectors)) for stage in together]
            if not all(finished):
                return
            if self.execution.aborted_by:
                return
        if self.execution.rolling_back and not self._roll_back_pipeline():
            return
        broken = [node for node in self.nodes.values() if node.parent is None and node.is_broken]
        self._end(self._status_of(broken))

    def _roll_back_pipeline(self) -> bool:
        for stage in reversed(self.pipeline.all_stages()):
            for node in [n for n in self.nodes.values() if n.kind == "stage" and n.memory.get("written", n.identifier) == stage.identifier]:
                if node.status != "Skipped" and not self._roll_back_stage(stage, node):
                    return False
        return True

    def _end(self, status: Status) -> None:
        self.execution.status = status
        self.execution.ended_at = self._now
        self.effects.append(LeavePods(""))

    def _status_of(self, broken: list[Node]) -> Status:
        """What a container is called after its broken children."""
        statuses = {node.status for node in broken}
        if not statuses:
            return "Success"
        alone: tuple[Status, ...] = ("ApprovalRejected", "Aborted")
        return next((status for status in alone if statuses == {status}), "Failed")

    def _visit(self, item: Item | Stage, above: _Above) -> bool:
        """Whether the item is finished, after going as far as it can."""
        if isinstance(item, Parallel):
            finished = [self._visit(each, above) for each in item.items]
            return all(finished)
        node = self._node(item, above)
        if node.is_finished:
            return True
        if self.execution.aborted_by:
            return False
        inside = replace(above, on_failure=(item.on_failure, *above.on_failure))
        if node.status == "NotStarted" and not self._enter(item, node, inside):
            return True
        if node.kind == "loop":
            return self._loop(item, node, above)
        match item:
            case Stage():
                return self._stage(item, node, above)
            case StepGroup():
                return self._group(item, node, above)
            case Step():
                return self._step(item, node, inside)
            case _:
                assert_never(item)

    def _node(self, item: Step | StepGroup | Stage, above: _Above) -> Node:
        path = above.path_of(item.identifier)
        if path not in self.nodes:
            kind: NodeKind = (
                "loop" if item.strategy else "stage" if isinstance(item, Stage) else "group" if isinstance(item, StepGroup) else "step"
            )
            self.nodes[path] = Node(
                path=path,
                parent=above.parent.path if above.parent else None,
                number=len(self.nodes) + 1,
                kind=kind,
                identifier=item.identifier,
                name=item.name,
                type="" if isinstance(item, StepGroup) else item.type,
                section=above.section,
            )
        return self.nodes[path]

    def _enter(self, item: Step | StepGroup | Stage, node: Node, above: _Above) -> bool:
        """Begin the node, or skip it with the reason. False when it is finished already."""
        try:
            reason = self._reason_to_skip(item, node, above)
        except InputError as error:
            node.started_at = self._now
            self._break(node, Failed(error.problems), above)
            return False
        if reason:
            node.status, node.reason, node.ended_at = "Skipped", reason, self._now
            return False
        node.status, node.started_at = "Running", self._now
        default = STEPS.get(item.type).default_timeout if isinstance(item, Step) and node.kind == "step" else None
        try:
            node.deadline = self._deadline(item.timeout or default, node, above)
        except InputError as error:
            self._break(node, Failed(error.problems), above)
            return False
        return True

    def _deadline(self, written: str | None, node: Node | None, above: _Above | None) -> datetime | None:
        """The earliest of its own timeout and those of what encloses it."""
        outer = [holder.deadline for holder in above.holders if holder.deadline] if above else []
        if self.execution.deadline:
            outer.append(self.execution.deadline)
        if written:
            text = str(resolve(written, self._names(node), "timeout"))
            outer.append(self._now + timedelta(seconds=durations.seconds(text)))
        return min(outer, default=None)

    def _reason_to_skip(self, item: Step | StepGroup | Stage, node: Node, above: _Above) -> str:
        if above.section == "execution":
            if self.execution.rolling_back:
                return "the pipeline is rolling back"
            if above.stage is not None and above.stage.memory.get("rollback"):
                return "the stage is rolling back"
            if above.parent is not None and above.parent.memory.get("rollback"):
                return "the step group is rolling back"
        when = item.when
        is_turn_of_loop = bool(node.iteration)
        if not is_turn_of_loop:
            wanted = when.status if when else ("All" if above.section == "rollback" else "Success")
            broken = self._broken_before(above)
            what = "pipeline" if above.stage is None else "stage"
            if wanted == "Success" and broken is not None:
                return f"the {what} has failed (at {broken.path}), and this runs on success only"
            if wanted == "Failure" and broken is None:
                return f"the {what} has not failed, and this runs on failure only"
        if when and when.condition and node.kind != "loop" and not is_true(when.condition, self._names(node), str(when.position)):
            return f"its condition does not hold: {when.condition}"
        return ""

    def _broken_before(self, above: _Above) -> Node | None:
        """The first broken node beside this one, or beside what encloses it."""
        if above.stage is None:
            return next((node for node in self.nodes.values() if node.parent is None and node.is_broken), None)
        holders = {holder.path for holder in above.holders}
        return next(
            (n for n in self.nodes.values() if n.parent in holders and n.section == "execution" and n.is_broken),
            above.stage if above.section == "rollback" else None,
        )

    # stages and groups

    def _below(self, item: Stage | StepGroup, node: Node, above: _Above, section: Section = "execution") -> _Above:
        return _Above(
            parent=node,
            stage=above.stage or node,
            section=section if above.section == "execution" else "rollback",
            on_failure=(item.on_failure, *above.on_failure),
            selectors=item.selectors or above.selectors,
            holders=(*above.holders, node),
            held=_held(item, node) or above.held,
        )

    def _stage(self, stage: Stage, node: Node, above: _Above) -> bool:
        below = self._below(stage, node, above)
        if not self._sequence(stage.items, below):
            return False
        if node.memory.get("rollback") and not self._roll_back_stage(stage, node):
            return False
        self._finish(node)
        return True

    def _roll_back_stage(self, stage: Stage, node: Node) -> bool:
        """The rollback steps of its groups that have begun, last first, then its own."""
        above = _Above(None, None, selectors=self.pipeline.selectors)
        below = self._below(stage, node, above, "rollback")
        for group in reversed([item for item in _flat(stage.items) if isinstance(item, StepGroup) and item.rollback]):
            group_node = self.nodes.get(f"{node.path}/{group.identifier}")
            if group_node is None or group_node.started_at is None:
                continue
            if not self._sequence(group.rollback, self._below(group, group_node, below, "rollback")):
                return False
        return self._sequence(stage.rollback, below)

    def _group(self, group: StepGroup, node: Node, above: _Above) -> bool:
        below = self._below(group, node, above)
        if not self._sequence(group.items, below):
            return False
        if node.memory.get("rollback") and not self._sequence(group.rollback, self._below(group, node, above, "rollback")):
            return False
        self._finish(node)
        return True

    def _sequence(self, items: tuple[Item, ...], above: _Above) -> bool:
        """One after the other; what follows a failure is asked whether it runs."""
        return all(self._visit(item, above) for item in items)

    def _finish(self, node: Node) -> None:
        """A container ends as its children have ended."""
        broken = [child for child in self.nodes.values() if child.parent == node.path and child.is_broken]
        node.status = self._status_of(broken)
        node.failure = broken[0].failure if broken else ""
        node.ended_at = self._now
        if node.kind == "stage" or "pod" in node.memory:
            self._leave_pods(node)

    def _leave_pods(self, node: Node) -> None:
        for each in self.nodes.values():
            if (each is node or each.path.startswith(f"{node.path}/")) and "pod" in each.memory:
                each.memory["pod"]["open"] = False
        self.effects.append(LeavePods(node.path))

    # loops

    def _loop(self, item: Step | StepGroup | Stage, node: Node, above: _Above) -> bool:
        strategy = item.strategy
        assert strategy is not None  # noqa: S101 - that is what makes a node a loop
        if "turns" not in node.memory:
            try:
                written = resolve(strategy.written, self._names(node), str(strategy.position))
                node.memory["turns"], node.memory["at_once"] = loops.turns(strategy, written)
            except InputError as error:
                self._break(node, Failed(error.problems), above)
                return True
        once = msgspec.structs.replace(item, strategy=None)
        running = 0
        finished = True
        for index, names in enumerate(node.memory["turns"]):
            turn = self._turn_of_loop(item, node, above, index, names)
            if turn.status == "NotStarted" and strategy.stops_at_failure and self._has_broken_turn(node):
                turn.status, turn.reason, turn.ended_at = "Skipped", "a turn before it has failed", self._now
                continue
            if turn.status == "NotStarted" and running >= node.memory["at_once"]:
                finished = False
                continue
            named = msgspec.structs.replace(once, identifier=turn.identifier, name=turn.name)
            if not self._visit(named, above):
                finished = False
                running += 1
        if finished:
            self._finish(node)
        return finished

    def _has_broken_turn(self, loop: Node) -> bool:
        return any(turn.parent == loop.path and turn.is_broken for turn in self.nodes.values())

    def _turn_of_loop(self, item: Step | StepGroup | Stage, node: Node, above: _Above, index: int, names: dict[str, Any]) -> Node:
        identifier = f"{item.identifier}_{index}"
        path = above.path_of(identifier)
        if path not in self.nodes:
            made = self._node(
                msgspec.structs.replace(item, identifier=identifier, name=f"{item.name} {_label(names, index)}", strategy=None), above
            )
            made.parent = node.path
            made.iteration = names
            made.memory["written"] = item.identifier
            if above.section == "execution" and not isinstance(item, Step):
                for each in item.items:
                    self._lay_out(each, replace(above, parent=made))
        return self.nodes[path]

    # steps

    def _step(self, step: Step, node: Node, above: _Above) -> bool:
        selectors = step.selectors or above.selectors
        context = StepContext(self.execution, node, step, self._instances, lambda: self._names(node), selectors, self._now)
        if node.intent is None:
            return self._act(node, above, context, lambda: self._start(step, node, context))
        answer = self._answers.pop(node.path, None)
        if answer is None and isinstance(node.intent, Sleep) and node.wake_at is not None and node.wake_at <= self._now:
            answer = Woken()
        if answer is None:
            if node.deadline is None or node.deadline > self._now:
                return False
            self._give_up(node)
            return self._break(node, self._late(step, node), above)
        phase = node.phase
        if phase == _RETRY:
            self._again(step, node, above)
            return self._act(node, above, context, lambda: self._start(step, node, context))
        asked = node.intent
        node.intent, node.wake_at = None, None
        return self._act(node, above, context, lambda: _scripts.resume(context, bind(step, from_json(node.spec)), asked, phase, answer))

    def _late(self, step: Step, node: Node) -> Failed:
        """What it waited for when its time was over."""
        why: str | None = None
        fix = "give it, or what encloses it, a longer 'timeout'"
        match node.intent:
            case RunJob(job=job) if (waits := self._why_waiting(node.carried_out) if node.carried_out else None) is not None:
                why = f"nobody had taken the job '{job.title}': {': '.join(text for text in (waits.what, waits.why) if text)}"
                fix = waits.fix or fix
            case RunJob(job=job):
                why = f"the job '{job.title}' had not ended, and is cancelled"
            case AskApproval():
                why = "nobody had decided on the approval"
            case _:
                pass
        after = f" after {round((self._now - node.started_at).total_seconds())} s" if node.started_at else ""
        problem = Problem(
            code="PIP-031",
            what=f"the step's time is over{after}",
            where=str(step.position),
            why=why,
            fix=fix,
        )
        return Failed((problem,), "Timeout")

    def _start(self, step: Step, node: Node, context: StepContext) -> Intent:
        names = self._names(node)
        spec = {
            key: resolve(value, names, str(step.places.get(key, step.position))) for key, value in step.spec.items() if value is not None
        }
        node.spec = to_json(spec)
        node.memory["policy_sets"] = [resolve(item, names, "enforce.policySets") for item in step.policy_sets]
        context.policy_sets = tuple(str(item) for item in node.memory["policy_sets"])
        return _scripts.start(context, bind(step, spec))

    def _again(self, step: Step, node: Node, above: _Above) -> None:
        node.intent, node.wake_at, node.phase = None, None, ""
        node.status = "Running"
        written = node.memory.get("written")
        node.memory = {"written": written} if written else {}
        node.problems, node.outputs = [], {}
        node.deadline = self._deadline(step.timeout or STEPS.get(step.type).default_timeout, node, above)

    def _act(self, node: Node, above: _Above, context: StepContext, decide: Callable[[], Intent]) -> bool:
        """Ask the step, and take what it wants done. Whether the step is finished."""
        try:
            intent = decide()
            if isinstance(intent, RunJob) and above.held is not None:
                intent = self._placed(intent, node, above.held, context.selectors, rolling_back=above.section == "rollback")
        except DeniedError as error:
            intent = Failed(error.problems, "Authorization")
        except BasculeError as error:
            intent = Failed(error.problems)
        match intent:
            case Done(outputs):
                node.status, node.outputs, node.ended_at, node.phase = "Success", outputs, self._now, ""
                return True
            case Failed():
                return self._break(node, intent, above)
            case RunJob(phase, job):
                self._wait(node, intent, phase, "Running")
                node.carried_out = job.id
                self.execution.jobs.append((job.id, node.path))
                self.effects.append(Dispatch(node, job))
            case AskApproval(phase, spec):
                self._wait(node, intent, phase, "ApprovalWaiting")
                self.effects.append(OpenApproval(node, spec))
            case Evaluate(phase):
                self._wait(node, intent, phase, "Running")
            case Sleep(phase, seconds):
                self._wait(node, intent, phase, "AsyncWaiting")
                node.wake_at = self._now + timedelta(seconds=seconds)
            case _:
                assert_never(intent)
        return False

    def _placed(self, intent: RunJob, node: Node, held: Held, selectors: tuple[str, ...], *, rolling_back: bool) -> RunJob:
        """The job in its group's pod, which is asked for if there is none."""
        job, making = self._pods.place(intent.job, node, held, selectors, rolling_back=rolling_back)
        if making is not None:
            self.execution.jobs.append((making.id, held.node.path))
            self.effects.append(StartPod(held.node, making))
        return RunJob(intent.phase, job)

    def _wait(self, node: Node, intent: Intent, phase: str, status: Status) -> None:
        node.act += 1
        node.intent, node.phase, node.status, node.carried_out = intent, phase, status, ""

    # failures

    def _break(self, node: Node, failure: Failed, above: _Above) -> bool:
        """The node has failed: do what its strategy, or the nearest above, says. Whether it is finished."""
        node.problems = list(failure.problems)
        node.failure = failure.kind
        node.outputs = failure.outputs or node.outputs
        node.intent, node.wake_at = None, None
        strategy = self._strategy_for(failure.kind, above)
        action: Action = strategy.action if strategy else "MarkAsFailure"
        if strategy is not None and action == "Retry":
            if node.attempt <= strategy.retries and node.kind == "step":
                wait = strategy.intervals_s[min(node.attempt, len(strategy.intervals_s)) - 1]
                node.attempt += 1
                self._wait(node, Sleep(_RETRY, wait), _RETRY, "AsyncWaiting")
                node.wake_at = self._now + timedelta(seconds=wait)
                node.deadline = None
                return False
            action = strategy.then
        node.action = action if strategy else ""
        node.ended_at = self._now
        node.status = _BROKEN_AS.get(failure.kind, "Failed")
        self._carry(action, node, above)
        return True

    def _strategy_for(self, kind: str, above: _Above) -> OnFailure | None:
        for strategies in above.on_failure:
            for strategy in strategies:
                if kind in strategy.errors or "AllErrors" in strategy.errors:
                    return strategy
        return None

    def _carry(self, action: Action, node: Node, above: _Above) -> None:
        match action:
            case "Ignore":
                node.status, node.reason = "IgnoreFailed", "its failure strategy ignores the failure"
            case "MarkAsSuccess":
                node.status, node.reason = "Success", "its failure strategy marks the failure as success"
            case "Abort":
                self.execution.aborted_by = f"the failure strategy of {node.path}"
            case "StageRollback":
                if above.stage is not None and above.section == "execution":
                    above.stage.memory["rollback"] = True
            case "StepGroupRollback":
                group = next((holder for holder in reversed(above.holders) if holder.kind == "group"), above.stage)
                if group is not None and above.section == "execution":
                    group.memory["rollback"] = True
            case "PipelineRollback":
                self.execution.rolling_back = True
            case "MarkAsFailure" | "Retry":
                pass
            case _:
                assert_never(action)

    # ends

    def _give_up(self, node: Node) -> None:
        """Nobody waits for the node's act any more."""
        if node.carried_out and isinstance(node.intent, RunJob):
            self.effects.append(CancelJob(node.carried_out))
        elif node.carried_out and isinstance(node.intent, AskApproval):
            self.effects.append(CloseApproval(node.carried_out))

    def _abort(self) -> None:
        for node in self.nodes.values():
            if node.is_finished:
                continue
            if node.status == "NotStarted":
                node.status, node.reason = "Skipped", f"the execution was aborted by {self.execution.aborted_by}"
            else:
                self._give_up(node)
                node.status, node.reason = "Aborted", f"aborted by {self.execution.aborted_by}"
            node.intent, node.wake_at, node.ended_at = None, None, self._now
        self._end("Aborted")

    def _set_alarm(self) -> None:
        """When the next turn is due even if nothing is told; and what the execution is called meanwhile."""
        execution = self.execution
        waiting = [node for node in self.nodes.values() if node.intent is not None]
        alarms = [moment for node in waiting for moment in (node.wake_at, node.deadline) if moment]
        if any(isinstance(node.intent, Evaluate) for node in waiting):
            alarms.append(self._now + _JUDGED_WITHIN)
        execution.wake_at = None if execution.is_finished else min(alarms, default=None)
        if not execution.is_finished:
            asked = [node for node in waiting if node.status == "ApprovalWaiting"]
            execution.status = "ApprovalWaiting" if asked and len(asked) == len(waiting) else "Running"

    def _names(self, node: Node | None) -> dict[str, Any]:
        return names_for(self.execution, self.pipeline, self.nodes, node)


_RETRY = "~retry"
_JUDGED_WITHIN = timedelta(seconds=10)
"""Policies answer at once; if not, their manager is gone, and they are asked again."""
_BROKEN_AS: dict[str, Status] = {"Timeout": "Expired", "ApprovalRejection": "ApprovalRejected"}
"""What a step that failed in this way is called; others are Failed."""


def _held(item: Stage | StepGroup, node: Node) -> Held | None:
    if isinstance(item, Stage) or item.infrastructure is None:
        return None
    return Held(group=item, infrastructure=item.infrastructure, node=node)


def _flat(items: tuple[Item, ...]) -> list[Step | StepGroup]:
    found: list[Step | StepGroup] = []
    for item in items:
        found += _flat(item.items) if isinstance(item, Parallel) else [item]
    return found


def _label(names: dict[str, Any], index: int) -> str:
    if "matrix" in names:
        return " ".join(str(value) for value in names["matrix"].values())
    return str(names.get("repeat", {}).get("item", index))
