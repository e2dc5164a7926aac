"""Harness YAML → `Pipeline`. Every key is honoured, noted or refused (`keys.py`); all problems are gathered, each with its place."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

import msgspec

from bascule.core.documents import Mapping, Node, Scalar, Sequence, plain
from bascule.core.errors import InputError
from bascule.core.problems import Position, Problem
from bascule.core.yaml_reader import read_yaml
from bascule.manager.pipelines import durations, keys, pods
from bascule.manager.pipelines import infrastructure as infrastructures
from bascule.manager.pipelines.document import (
    ERROR_CLASSES,
    Action,
    Item,
    OnFailure,
    Parallel,
    Pipeline,
    Stage,
    StageType,
    Step,
    StepGroup,
    Strategy,
    Variable,
    When,
    WhenStatus,
)
from bascule.manager.pipelines.expressions import grammar
from bascule.manager.pipelines.infrastructure import Infrastructure
from bascule.manager.pipelines.inputs import asked
from bascule.manager.pipelines.steps.base import check

MAX_BYTES = 2 * 1024 * 1024
_IDENTIFIER = re.compile(r"[a-zA-Z_][0-9a-zA-Z_$]{0,127}")
_Checked = TypeVar("_Checked")

StepChecker = Callable[[Step], Iterable[Problem]]
"""What a step's class says about its spec."""


class Parsed(msgspec.Struct, frozen=True):
    """A pipeline and what is said about it: `problems` refuse it, `notes` (severity info or warning) do not."""

    pipeline: Pipeline | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    def require(self) -> Pipeline:
        """The pipeline. Raises InputError with every problem."""
        if self.problems or self.pipeline is None:
            raise InputError(self.problems)
        return self.pipeline


def read(text: str, file: str = "pipeline.yaml") -> Mapping:
    """The document with its places. Raises InputError when it is no YAML mapping with `pipeline`."""
    if len(text.encode()) > MAX_BYTES:
        raise InputError(Problem(code="PIP-001", what="this pipeline is larger than 2 MiB", where=file))
    node = read_yaml(text, file)
    if not isinstance(node, Mapping) or not isinstance(node.get("pipeline"), Mapping):
        raise InputError(
            Problem(
                code="PIP-001",
                what="this is no pipeline",
                where=str(node.position) if node is not None else file,
                fix="the document begins with 'pipeline:' and holds identifier, name and stages below it",
            )
        )
    return node


def parse(document: Mapping, check_step: StepChecker) -> Parsed:
    """Binds a document that `read` gave, its inputs already in place or still `<+input>`."""
    parser = _Parser(check_step)
    pipeline = parser.pipeline(document)
    problems = tuple(p for p in parser.said if p.severity == "error")
    return Parsed(pipeline if not problems else None, problems, tuple(p for p in parser.said if p.severity != "error"))


def validate(text: str, file: str = "pipeline.yaml") -> list[Problem]:
    """Everything there is to say about a document: what refuses it (severity error), and what is noted."""
    try:
        document = read(text, file)
        asked(document)
        parsed = parse(document, check)
    except InputError as error:
        return list(error.problems)
    return [*parsed.problems, *parsed.notes]


class _Parser:
    def __init__(self, check_step: StepChecker) -> None:
        self.said: list[Problem] = []
        self._check_step = check_step
        self._in_pod = False

    # what can be said

    def say(self, code: str, what: str, where: Position, *, why: str | None = None, fix: str | None = None) -> None:
        self.said.append(Problem(code=code, what=what, where=str(where), why=why, fix=fix))

    def note(self, key: str, why: str, where: Position) -> None:
        self.said.append(Problem(code="PIP-002", what=f"'{key}' is accepted and has no effect", where=str(where), why=why, severity="info"))

    def check_keys(self, mapping: Mapping, level: str) -> None:
        honoured, noted = keys.HONOURED[level], keys.NOTED[level]
        for entry in mapping:
            key = entry.key.text
            if key in honoured:
                continue
            if key in noted:
                self.note(key, noted[key], entry.key.position)
            elif key in keys.REFUSED:
                self.say("PIP-003", f"'{key}' is not supported", entry.key.position, fix=keys.REFUSED[key])
            else:
                self.unknown_key(key, honoured | set(noted), level, entry.key.position)

    def unknown_key(self, key: str, known: Iterable[str], of: str, where: Position) -> None:
        near = get_close_matches(key, sorted(known), n=1, cutoff=0.6)
        self.say("PIP-004", f"a {of} has no key '{key}'", where, fix=f"did you mean '{near[0]}'?" if near else None)

    # small readers

    def mapping(self, node: Node | None, what: str, at: Position) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        if node is not None and not _is_open(node):
            self.say("PIP-005", f"{what} must be a mapping", node.position if node else at)
        return None

    def sequence(self, node: Node | None, what: str) -> tuple[Node, ...]:
        if isinstance(node, Sequence):
            return node.items
        if node is not None and not _is_open(node):
            self.say("PIP-005", f"{what} must be a list", node.position)
        return ()

    def text(self, mapping: Mapping, key: str) -> str | None:
        node = mapping.get(key)
        if node is None or (isinstance(node, Scalar) and node.kind == "null"):
            return None
        if isinstance(node, Scalar):
            self.check_expressions(node)
            return node.text
        self.say("PIP-005", f"'{key}' must be a text", node.position)
        return None

    def required(self, mapping: Mapping, key: str, of: str) -> str:
        value = self.text(mapping, key)
        if not value:
            self.say("PIP-006", f"a {of} needs '{key}'", mapping.position)
        return value or ""

    def identifier(self, mapping: Mapping, of: str) -> str:
        value = self.required(mapping, "identifier", of)
        if value and not _IDENTIFIER.fullmatch(value):
            self.say(
                "PIP-007",
                f"'{value}' is no identifier",
                mapping.position,
                fix="letters, digits, _ and $; a letter or _ first; at most 128 characters",
            )
        return value

    def one_of(self, node: Node | None, among: tuple[_Checked, ...], what: str, default: _Checked) -> _Checked:
        if node is None:
            return default
        text = node.text if isinstance(node, Scalar) else ""
        if text.startswith("<+input>"):
            return default
        for value in among:
            if value == text:
                return value
        near = get_close_matches(text, [str(value) for value in among], n=1, cutoff=0.5)
        self.say(
            "PIP-008",
            f"{what} cannot be '{text}'",
            node.position,
            why=f"it is one of {', '.join(str(value) for value in among)}",
            fix=f"did you mean '{near[0]}'?" if near else None,
        )
        return default

    def texts(self, mapping: Mapping, key: str) -> tuple[str, ...]:
        found: list[str] = []
        node = mapping.get(key)
        if isinstance(node, Scalar) and node.text.startswith("<+input>"):
            return ()
        for item in self.sequence(node, f"'{key}'"):
            if isinstance(item, Scalar):
                self.check_expressions(item)
                found.append(item.text)
            else:
                self.say("PIP-005", f"'{key}' holds texts only", item.position)
        return tuple(found)

    def tags(self, mapping: Mapping) -> dict[str, str]:
        tags = self.mapping(mapping.get("tags"), "'tags'", mapping.position)
        return {e.key.text: e.value.text for e in tags if isinstance(e.value, Scalar)} if tags else {}

    def timeout(self, mapping: Mapping) -> str | None:
        text = self.text(mapping, "timeout")
        node = mapping.get("timeout")
        if text is not None and node is not None and "<+" not in text:
            try:
                durations.seconds(text, str(node.position))
            except InputError as error:
                self.said += error.problems
        return text

    def check_expressions(self, node: Node) -> None:
        match node:
            case Scalar(text=text) if "<+" in text:
                try:
                    grammar.template(text)
                except InputError as error:
                    for problem in error.problems:
                        self.say(problem.code, problem.what, node.position, why=problem.where, fix=problem.fix)
            case Mapping():
                for entry in node:
                    self.check_expressions(entry.value)
            case Sequence():
                for item in node:
                    self.check_expressions(item)

    # the document

    def pipeline(self, document: Mapping) -> Pipeline | None:
        for entry in document:
            if entry.key.text != "pipeline":
                self.unknown_key(entry.key.text, ["pipeline"], "document", entry.key.position)
        written = document.get("pipeline")
        if not isinstance(written, Mapping):
            return None
        self.check_keys(written, "pipeline")
        together = [self.stages_of(item) for item in self.sequence(written.get("stages"), "'stages'")]
        if not together and written.get("template") is None:
            self.say("PIP-006", "a pipeline needs at least one stage", written.position, fix="write 'stages:' with '- stage:' below it")
        pipeline = Pipeline(
            identifier=self.identifier(written, "pipeline"),
            name=self.required(written, "name", "pipeline"),
            org=self.text(written, "orgIdentifier"),
            project=self.text(written, "projectIdentifier"),
            stages=tuple(together),
            variables=self.variables(written),
            tags=self.tags(written),
            description=self.text(written, "description") or "",
            timeout=self.timeout(written),
            selectors=self.texts(written, "delegateSelectors"),
        )
        self.unique([(stage.identifier, stage.position) for stage in pipeline.all_stages()], "stage")
        return pipeline

    def unique(self, named: Iterable[tuple[str, Position]], what: str) -> None:
        seen: dict[str, Position] = {}
        for identifier, position in named:
            if identifier in seen:
                self.say(
                    "PIP-009",
                    f"two {what}s are named '{identifier}'",
                    position,
                    why=f"the first is at {seen[identifier]}",
                    fix="give each its own",
                )
            elif identifier:
                seen[identifier] = position

    def stages_of(self, item: Node) -> tuple[Stage, ...]:
        mapping = self.mapping(item, "a stage", item.position)
        if mapping is None:
            return ()
        match [entry.key.text for entry in mapping]:
            case ["stage"]:
                stage = self.stage(mapping)
                return (stage,) if stage else ()
            case ["parallel"]:
                inner = self.sequence(mapping.get("parallel"), "'parallel'")
                return tuple(stage for node in inner for stage in self.stages_of(node))
            case _:
                self.say("PIP-010", "an item of 'stages' is '- stage:' or '- parallel:'", mapping.position)
                return ()

    def stage(self, wrapper: Mapping) -> Stage | None:
        written = self.mapping(wrapper.get("stage"), "'stage'", wrapper.position)
        if written is None:
            return None
        self.check_keys(written, "stage")
        if written.get("template") is not None:
            return None
        kind = written.get("type")
        if isinstance(kind, Scalar) and kind.text in keys.STAGE_TYPES_REFUSED:
            self.say("PIP-003", f"stages of type '{kind.text}' are not supported", kind.position, fix=keys.STAGE_TYPES_REFUSED[kind.text])
            return None
        spec = self.mapping(written.get("spec"), "'spec'", written.position)
        if spec is None:
            self.say("PIP-006", "a stage needs 'spec'", written.position, fix="write spec: execution: steps:")
            return None
        self.check_keys(spec, "stage.spec")
        execution = self.mapping(spec.get("execution"), "'execution'", spec.position)
        if execution is None:
            self.say("PIP-006", "a stage needs 'spec.execution'", spec.position, fix="write execution: steps:")
            return None
        self.check_keys(execution, "execution")
        items = self.items(execution, "steps")
        if not items:
            self.say("PIP-006", "a stage needs at least one step", execution.position)
        rollback = self.items(execution, "rollbackSteps")
        self.unique([(s.identifier, s.position) for s in _named(items)], "step")
        self.unique([(s.identifier, s.position) for s in _named(rollback)], "rollback step")
        stage_types: tuple[StageType, ...] = get_args(StageType)
        return Stage(
            **self.common(written, "stage", "pipelineStatus"),
            type=self.one_of(kind, stage_types, "a stage's type", "Custom"),
            items=items,
            rollback=rollback,
            variables=self.variables(written),
            tags=self.tags(written),
        )

    def common(self, written: Mapping, of: str, status_key: str) -> dict[str, Any]:
        """What stages, groups and steps have alike."""
        return {
            "identifier": self.identifier(written, of),
            "name": self.required(written, "name", of),
            "position": written.position,
            "when": self.when(written, status_key),
            "on_failure": self.failure_strategies(written),
            "strategy": self.strategy(written),
            "timeout": self.timeout(written),
            "selectors": self.texts(written, "delegateSelectors"),
        }

    def items(self, mapping: Mapping, key: str) -> tuple[Item, ...]:
        found = (self.item(node) for node in self.sequence(mapping.get(key), f"'{key}'"))
        return tuple(item for item in found if item is not None)

    def item(self, node: Node) -> Item | None:
        mapping = self.mapping(node, "a step", node.position)
        if mapping is None:
            return None
        match [entry.key.text for entry in mapping]:
            case ["step"]:
                return self.step(mapping)
            case ["stepGroup"]:
                return self.group(mapping)
            case ["parallel"]:
                return Parallel(items=self.items(mapping, "parallel"))
            case names:
                refused = next((name for name in names if name in keys.REFUSED), None)
                self.say(
                    "PIP-010",
                    "an item of 'steps' is '- step:', '- stepGroup:' or '- parallel:'",
                    mapping.position,
                    fix=keys.REFUSED[refused] if refused else None,
                )
                return None

    def group(self, wrapper: Mapping) -> StepGroup | None:
        written = self.mapping(wrapper.get("stepGroup"), "'stepGroup'", wrapper.position)
        if written is None:
            return None
        self.check_keys(written, "stepGroup")
        infrastructure = self.infrastructure(written)
        around, self._in_pod = self._in_pod, self._in_pod or infrastructure is not None
        items = self.items(written, "steps")
        if not items:
            self.say("PIP-006", "a step group needs at least one step", written.position)
        rollback = self.items(written, "rollbackSteps")
        self._in_pod = around
        self.unique([(s.identifier, s.position) for s in _named(items)], "step")
        self.unique([(s.identifier, s.position) for s in _named(rollback)], "rollback step")
        group = StepGroup(
            **self.common(written, "step group", "stageStatus"),
            items=items,
            rollback=rollback,
            variables=self.variables(written),
            infrastructure=infrastructure,
        )
        if infrastructure is not None:
            self.said += pods.check(group)
        return group

    def infrastructure(self, written: Mapping) -> Infrastructure | None:
        """`stepGroupInfra: {type: KubernetesDirect, spec: …}`; None where it asks for nothing of its own."""
        mapping = self.mapping(written.get("stepGroupInfra"), "'stepGroupInfra'", written.position)
        if mapping is None:
            return None
        kind = self.required(mapping, "type", "stepGroupInfra")
        if kind in infrastructures.REFUSED:
            self.say("PIP-003", f"'{kind}' is not supported", mapping.position, fix=infrastructures.REFUSED[kind])
            return None
        if kind in infrastructures.ELSEWHERE:
            self.note("stepGroupInfra", infrastructures.ELSEWHERE[kind], mapping.position)
            return None
        for entry in mapping:
            if entry.key.text not in ("type", "spec"):
                self.unknown_key(entry.key.text, ("type", "spec"), "stepGroupInfra", entry.key.position)
        if kind != "KubernetesDirect":
            known = ("KubernetesDirect", *infrastructures.ELSEWHERE)
            self.say("PIP-008", f"'{kind}' is no infrastructure", mapping.position, fix=f"it is one of {', '.join(known)}")
            return None
        spec = self.mapping(mapping.get("spec"), "'spec'", mapping.position)
        if spec is not None:
            self.check_expressions(spec)
        found = Infrastructure(
            type=kind,
            spec=plain(spec) if spec is not None else {},
            places=_places(spec) if spec is not None else {},
            position=mapping.position,
        )
        self.said += infrastructures.check(found)
        return found

    def step(self, wrapper: Mapping) -> Step | None:
        written = self.mapping(wrapper.get("step"), "'step'", wrapper.position)
        if written is None:
            return None
        self.check_keys(written, "step")
        if written.get("template") is not None:
            return None
        spec = self.mapping(written.get("spec"), "'spec'", written.position)
        if spec is not None:
            self.check_expressions(spec)
        enforce = self.mapping(written.get("enforce"), "'enforce'", written.position)
        if enforce is not None:
            self.check_keys(enforce, "enforce")
        step = Step(
            **self.common(written, "step", "stageStatus"),
            type=self.required(written, "type", "step"),
            spec=plain(spec) if spec is not None else {},
            places=_places(spec) if spec is not None else {},
            policy_sets=self.texts(enforce, "policySets") if enforce is not None else (),
            in_pod=self._in_pod,
        )
        if step.type:
            kind = written.get("type")
            self.said += self._check_step(msgspec.structs.replace(step, position=kind.position if kind else step.position))
        return step

    def variables(self, written: Mapping) -> tuple[Variable, ...]:
        found: list[Variable] = []
        for node in self.sequence(written.get("variables"), "'variables'"):
            mapping = self.mapping(node, "a variable", node.position)
            if mapping is None:
                continue
            self.check_keys(mapping, "variable")
            value = mapping.get("value")
            if value is not None:
                self.check_expressions(value)
            kinds: tuple[Any, ...] = ("String", "Number", "Secret")
            found.append(
                Variable(
                    name=self.required(mapping, "name", "variable"),
                    type=self.one_of(mapping.get("type"), kinds, "a variable's type", "String"),
                    value=plain(value) if value is not None else None,
                    required=self.one_of(mapping.get("required"), ("true", "false"), "'required'", "false") == "true",
                    position=mapping.position,
                )
            )
        self.unique([(variable.name, variable.position) for variable in found], "variable")
        return tuple(found)

    def when(self, written: Mapping, status_key: str) -> When | None:
        mapping = self.mapping(written.get("when"), "'when'", written.position)
        if mapping is None:
            return None
        self.check_keys(mapping, "when")
        for other in {"stageStatus", "pipelineStatus"} - {status_key}:
            if node := mapping.get(other):
                self.say("PIP-004", f"'{other}' does not belong here", node.position, fix=f"write '{status_key}'")
        condition = mapping.get("condition")
        text = "" if condition is None else condition.text if isinstance(condition, Scalar) and condition.kind != "null" else ""
        if condition is not None and text and not text.startswith("<+input>"):
            try:
                grammar.condition(text)
            except InputError as error:
                for problem in error.problems:
                    self.say(problem.code, problem.what, condition.position, why=problem.where, fix=problem.fix)
        statuses: tuple[WhenStatus, ...] = get_args(WhenStatus)
        return When(
            status=self.one_of(mapping.get(status_key), statuses, f"'{status_key}'", "Success"),
            condition=text,
            position=condition.position if condition is not None else mapping.position,
        )

    def strategy(self, written: Mapping) -> Strategy | None:
        mapping = self.mapping(written.get("strategy"), "'strategy'", written.position)
        if mapping is None:
            return None
        if (on_failure := mapping.get("onFailure")) is not None:
            self.one_of(on_failure, ("RunAll", "SkipQueued"), "'onFailure'", "RunAll")
        at_once = mapping.get("maxConcurrency")
        match [entry.key.text for entry in mapping if entry.key.text not in ("onFailure", "maxConcurrency")]:
            case ["matrix" | "repeat" | "parallelism" as kind]:
                node = mapping.get(kind)
                assert node is not None  # noqa: S101 - the key was just listed
                self.check_expressions(mapping)
                return Strategy(
                    kind=kind,
                    written=plain(node),
                    position=node.position,
                    at_once=plain(at_once) if at_once is not None else None,
                    stops_at_failure=isinstance(on_failure, Scalar) and on_failure.text == "SkipQueued",
                )
            case _:
                self.say("PIP-010", "'strategy' holds one of matrix, repeat and parallelism", mapping.position)
                return None

    def failure_strategies(self, written: Mapping) -> tuple[OnFailure, ...]:
        found = (self.on_failure(node) for node in self.sequence(written.get("failureStrategies"), "'failureStrategies'"))
        return tuple(strategy for strategy in found if strategy is not None)

    def on_failure(self, node: Node) -> OnFailure | None:
        """`- onFailure: {errors: [AllErrors], action: {type: StageRollback}}`."""
        if _is_open(node):
            return None
        wrapper = self.mapping(node, "a failure strategy", node.position)
        written = self.mapping(wrapper.get("onFailure"), "'onFailure'", node.position) if wrapper is not None else None
        if written is None:
            self.say("PIP-006", "a failure strategy needs 'onFailure'", node.position, fix="write onFailure: {errors: …, action: …}")
            return None
        for entry in written:
            if entry.key.text not in ("errors", "action"):
                self.unknown_key(entry.key.text, ("errors", "action"), "failure strategy", entry.key.position)
        errors = self.texts(written, "errors")
        for item in self.sequence(written.get("errors"), "'errors'"):
            self.one_of(item, ERROR_CLASSES, "an error class", "AllErrors")
        action_node = written.get("action")
        action = self.mapping(action_node, "'action'", written.position)
        if action is None and action_node is not None and _is_open(action_node):
            return None
        if action is None:
            self.say("PIP-006", "a failure strategy needs 'action'", written.position)
            return None
        kind, known = self.action(action)
        if not known:
            return None
        spec = self.mapping(action.get("spec"), "'spec'", action.position)
        if kind != "Retry" or spec is None:
            if kind == "Retry":
                self.say("PIP-006", "Retry needs 'spec' with retryCount and retryIntervals", action.position)
            return OnFailure(errors=errors or ("AllErrors",), action=kind)
        return self.retry(errors or ("AllErrors",), spec)

    def action(self, action: Mapping) -> tuple[Action, bool]:
        node = action.get("type")
        if isinstance(node, Scalar) and node.text in keys.ACTIONS_REFUSED:
            self.say("PIP-003", f"the action '{node.text}' is not supported", node.position, fix=keys.ACTIONS_REFUSED[node.text])
            return "MarkAsFailure", False
        if isinstance(node, Scalar) and node.text in keys.ACTIONS_REPLACED:
            other, why = keys.ACTIONS_REPLACED[node.text]
            self.note(node.text, why, node.position)
            return self.on_timeout(action) or other, True
        actions: tuple[Action, ...] = get_args(Action)
        return self.one_of(node, actions, "an action", "MarkAsFailure"), node is not None

    def on_timeout(self, action: Mapping) -> Action | None:
        """What an action does once nobody has intervened."""
        spec = self.mapping(action.get("spec"), "'spec'", action.position)
        after = self.mapping(spec.get("onTimeout"), "'onTimeout'", action.position) if spec is not None else None
        inner = self.mapping(after.get("action"), "'action'", action.position) if after is not None else None
        return self.action(inner)[0] if inner is not None else None

    def retry(self, errors: tuple[str, ...], spec: Mapping) -> OnFailure | None:
        count = spec.get("retryCount")
        if count is not None and _is_open(count):
            return None
        retries = plain(count) if count is not None else 0
        retries = int(retries) if isinstance(retries, str) and retries.isdigit() else retries
        if not isinstance(retries, int) or not 1 <= retries <= 100:
            self.say("PIP-008", "'retryCount' is a number from 1 to 100", spec.position)
            return None
        intervals: list[float] = []
        for node in self.sequence(spec.get("retryIntervals"), "'retryIntervals'"):
            try:
                intervals.append(durations.seconds(node.text if isinstance(node, Scalar) else "", str(node.position)))
            except InputError as error:
                self.said += error.problems
        then: Action = "MarkAsFailure"
        after = self.mapping(spec.get("onRetryFailure"), "'onRetryFailure'", spec.position)
        inner = self.mapping(after.get("action"), "'action'", spec.position) if after is not None else None
        if inner is not None:
            then, _ = self.action(inner)
        return OnFailure(errors=errors, action="Retry", retries=retries, intervals_s=tuple(intervals) or (1.0,), then=then)


def _named(items: tuple[Item, ...]) -> list[Step | StepGroup]:
    """The nodes that share one list of names: those of parallels count here, those inside groups do not."""
    found: list[Step | StepGroup] = []
    for item in items:
        found += _named(item.items) if isinstance(item, Parallel) else [item]
    return found


def _is_open(node: Node) -> bool:
    """Whether nothing is written there yet: it is null, or the run is asked for it."""
    return isinstance(node, Scalar) and (node.kind == "null" or node.text.startswith("<+input>"))


def _places(spec: Mapping) -> dict[str, Position]:
    return {entry.key.text: entry.key.position for entry in spec}
