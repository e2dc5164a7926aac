"""Where a step group's jobs run when it has a pod of its own: the pod's description, and which container each step has there.

A pod cannot grow, so all it will need is known before it exists: every Run step with an image, every turn of its loops.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

import msgspec

from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.manager.connectors import jobs as for_jobs
from bascule.manager.connectors.model import Connector
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.pipelines import durations, loops
from bascule.manager.pipelines.document import Item, Parallel, Step, StepGroup, steps_of
from bascule.manager.pipelines.expressions.evaluate import Names, resolve
from bascule.manager.pipelines.infrastructure import (
    CONTAINER_KEYS,
    ContainerFields,
    Infrastructure,
    KubernetesDirect,
    bind,
    largest,
    resources,
    texts,
)
from bascule.manager.pipelines.model import Execution, Node
from bascule.manager.pipelines.steps.base import STEPS
from bascule.manager.pipelines.targets import Instances, ScriptSource, resolved
from bascule.wire.jobs import Command, Job, Limits, Script
from bascule.wire.pods import Container, Pod, Registry, Resources

DEADLINE_S = 24 * 3600.0
"""Of a pod whose group, stage and pipeline have no timeout."""
BUILT_IN_REGISTRY = "account.harnessImage"
"""What Harness's documents name for public images; nobody has made it here."""
WAITING = frozenset({"HarnessApproval", "Wait", "Barrier", "Queue", "JiraApproval", "ServiceNowApproval", "CustomApproval"})
"""Types of steps that wait for somebody."""
_LEAST_CAPACITY = 4


class Connectors(Protocol):
    """Finds a connector. Raises NotFoundError, and DeniedError when the actor may not use it."""

    def __call__(self, actor: Actor, scope: Scope, reference: str, /) -> Connector: ...


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A step group with an infrastructure, and its node: `memory["pod"]` is the pod it has had last."""

    group: StepGroup
    infrastructure: Infrastructure
    node: Node

    @property
    def is_open(self) -> bool:
        """Whether jobs may still be sent to its pod."""
        return bool(self.node.memory.get("pod", {}).get("open"))

    @property
    def number(self) -> int:
        """Which of its pods: a pod that has ended is followed by another."""
        return int(self.node.memory.get("pod", {}).get("number", 0))


def check(group: StepGroup) -> Iterator[Problem]:
    """What is to be said of a group with a pod before it runs: loops that nobody can lay out, and what holds the pod while it waits."""
    named = {group.identifier, *(step.identifier for step in steps_of((group,)))}
    inside = re.compile(r"\bsteps\.(" + "|".join(map(re.escape, sorted(named))) + r")\b")
    for looped in _looped(group.items + group.rollback):
        if any(_has_container(step) for step in steps_of((looped,))) and (found := inside.search(str(looped.strategy))) is not None:
            yield unknown_turns(looped, f"it depends on '{found.group(1)}' of the same group, which runs in that pod")
    has_begun = False
    for step in steps_of((group,)):
        if step.type not in WAITING:
            has_begun = True
        elif has_begun:
            yield Problem(
                code="PIP-082",
                what=f"'{step.identifier}' holds the pod while it waits",
                where=str(step.position),
                why="the pod of a step group stays from the first job to the end of the group",
                fix="put it between two groups",
                severity="warning",
            )


def _looped(items: tuple[Item, ...]) -> Iterator[Step | StepGroup]:
    for item in items:
        if isinstance(item, Parallel):
            yield from _looped(item.items)
            continue
        if item.strategy is not None:
            yield item
        if isinstance(item, StepGroup):
            yield from _looped(item.items + item.rollback)


def _has_container(step: Step) -> bool:
    return bool(step.spec.get("image")) and step.type in STEPS.names() and STEPS.get(step.type).own_container


class Pods:
    """Places the jobs of one turn."""

    def __init__(
        self, execution: Execution, names: Callable[[Node], Names], instances: Instances, connectors: Connectors, now: datetime
    ) -> None:
        self._execution = execution
        self._names = names
        self._instances = instances
        self._connectors = connectors
        self._now = now

    def place(self, job: Job, node: Node, held: Held, selectors: tuple[str, ...], *, rolling_back: bool) -> tuple[Job, Job | None]:
        """The job as its group's pod runs it, and the job that makes the pod if there is none. Raises InputError, NotFoundError."""
        making = None if held.is_open else self._make(held, selectors, rolling_back=rolling_back)
        pod = held.node.memory["pod"]
        what = job.what
        environment = job.environment
        if isinstance(what, Script):
            what = msgspec.structs.replace(what, container=pod["containers"].get(node.path))
        elif isinstance(what, Command) and isinstance(written := node.spec.get("envVariables"), dict):
            environment = environment | texts(written)
        placed = msgspec.structs.replace(
            job, what=what, environment=environment, pod=self._key(held), workspace=f"{self._execution.id}/{held.node.path}"
        )
        return placed, making

    def _key(self, held: Held) -> str:
        return f"{self._execution.id}/{held.node.path}#{held.number}"

    def _make(self, held: Held, selectors: tuple[str, ...], *, rolling_back: bool) -> Job:
        number = held.number + 1
        written = held.infrastructure
        names = self._names(held.node)

        def where(key: str) -> str:
            return str(written.places.get(key, written.position))

        spec = bind(KubernetesDirect, {key: resolve(value, names, where(key)) for key, value in written.spec.items()}, where)
        secrets: dict[str, str] = {}
        cluster = self._connector(spec.connector_ref, where("connectorRef"))
        if cluster.type != "K8sCluster":
            raise InputError(
                Problem(
                    code="PIP-083",
                    what=f"the connector '{spec.connector_ref}' leads to no cluster",
                    where=where("connectorRef"),
                    why=f"it is of type {cluster.type}",
                    fix="name a connector of type K8sCluster",
                )
            )
        needs = _Needs(self, held)
        needs.gather(rolling_back=rolling_back)
        own = bind(ContainerFields, {"imagePullPolicy": spec.image_pull_policy}, where)
        registries = self._registries(
            [*([(spec.harness_image_connector_ref, where("harnessImageConnectorRef"))] if spec.harness_image_connector_ref else []),
             *needs.registries], secrets
        )  # fmt: skip
        deadline_s = max((held.node.deadline - self._now).total_seconds(), 1.0) if held.node.deadline else DEADLINE_S
        held.node.memory["pod"] = {"number": number, "open": True, "containers": needs.names}
        pod = Pod(
            key=self._key(held),
            cluster=for_jobs.cluster(cluster, secrets),
            namespace=spec.namespace,
            service_account=spec.service_account_name,
            automount_service_account_token=spec.automount_service_account_token,
            init_timeout_s=durations.seconds(spec.init_timeout, where("initTimeout")),
            deadline_s=deadline_s,
            labels=texts(spec.labels),
            annotations=texts(spec.annotations),
            node_selector=texts(spec.node_selector),
            tolerations=spec.tolerations,
            volumes=spec.volumes,
            security_context=spec.container_security_context,
            run_as_user=needs.run_as_user if spec.run_as_user is None else spec.run_as_user,
            priority_class=spec.priority_class_name,
            host_names=spec.host_names,
            operating_system=spec.os,
            image=spec.image,
            pull_policy=own.image_pull_policy or needs.pull_policy,
            privileged=needs.is_privileged,
            resources=largest([resources(spec.resources), *needs.resources]),
            capacity=max(_LEAST_CAPACITY, len(needs.containers)),
            containers=needs.containers,
            registries=registries,
        )
        return Job(
            id=f"job_{self._execution.id.removeprefix('exec_')}_{held.node.number}_pod{number}",
            what=pod,
            title=f"pod of {held.node.name}",
            secrets=secrets,
            selectors=list(selectors or cluster.cluster.delegate_selectors),
            scope=str(self._execution.scope),
            limits=Limits(timeout_s=deadline_s),
        )

    def fields(self, step: Step, node: Node) -> ContainerFields:
        """What a step says of its container, resolved."""

        def where(key: str) -> str:
            return str(step.places.get(key, step.position))

        names = self._names(node)
        spec = {key: resolve(step.spec[key], names, where(key)) for key in CONTAINER_KEYS & step.spec.keys()}
        return bind(ContainerFields, spec, where)

    def script_image(self, step: Step, node: Node) -> str:
        """The image of the script that makes the changelog of a database step; empty when none does."""
        names = self._names(node)
        schema, instance = (resolve(step.spec.get(key), names, str(step.position)) for key in ("dbSchema", "dbInstance"))
        if not isinstance(schema, str) or not isinstance(instance, str):
            return ""
        permission = STEPS.get(step.type).permission or "dbops_instance_view"
        facts = resolved(self._instances(self._execution.actor, self._execution.scope, schema, instance, permission), names)
        return facts.source.image if isinstance(facts.source, ScriptSource) else ""

    def turns(self, item: Step | StepGroup, node: Node) -> list[dict[str, Any]]:
        """What each turn of its loop adds to the names. Raises InputError when that is not known yet."""
        strategy = item.strategy
        if strategy is None:
            return [{}]
        try:
            return loops.turns(strategy, resolve(strategy.written, self._names(node), str(strategy.position)))[0]
        except InputError as error:
            raise InputError(unknown_turns(item, error.problems[0].what)) from error

    def _connector(self, reference: str, where: str) -> Connector:
        try:
            return self._connectors(self._execution.actor, self._execution.scope, reference)
        except NotFoundError as error:
            raise NotFoundError([msgspec.structs.replace(problem, where=where) for problem in error.problems]) from error

    def _registries(self, named: list[tuple[str, str]], secrets: dict[str, str]) -> list[Registry]:
        found: dict[str, Registry] = {}
        for reference, where in named:
            if reference not in found and reference != BUILT_IN_REGISTRY:
                connector = self._connector(reference, where)
                found[reference] = for_jobs.registry(connector, secrets, number=len(found) + 1)
        return list(found.values())


class _Needs:
    """What the steps of a group ask of its pod."""

    def __init__(self, pods: Pods, held: Held) -> None:
        self._pods = pods
        self._held = held
        self.containers: list[Container] = []
        self.names: dict[str, str] = {}
        """Path of a node → its container."""
        self.resources: list[Resources] = []
        self.registries: list[tuple[str, str]] = []
        self.is_privileged = False
        self.run_as_user: int | None = None
        self.pull_policy: Any = None

    def gather(self, *, rolling_back: bool) -> None:
        """All steps that may run in it: rollback steps too, for a group may take itself back."""
        path = self._held.node.path
        if not rolling_back:
            self._gather(self._held.group.items, path, False, {})
        self._gather(self._held.group.rollback, path, True, {})

    def _gather(self, items: tuple[Item, ...], path: str, rolling_back: bool, iteration: dict[str, Any]) -> None:
        for item in items:
            if isinstance(item, Parallel):
                self._gather(item.items, path, rolling_back, iteration)
            elif isinstance(item, StepGroup):
                if item.infrastructure is None and any(self._asks(step) for step in steps_of((item,))):
                    for here, turn in self._turns(item, path, rolling_back, iteration):
                        self._gather(item.items, here, rolling_back, turn)
                        self._gather(item.rollback, here, True, turn)
            elif self._asks(item):
                for here, turn in self._turns(item, path, rolling_back, iteration):
                    self._take(item, here, turn)

    def _asks(self, step: Step) -> bool:
        return bool((CONTAINER_KEYS - {"connectorRef"} | {"dbSchema"}) & step.spec.keys())

    def _turns(
        self, item: Step | StepGroup, path: str, rolling_back: bool, iteration: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        inside = f"{path}/~rollback" if rolling_back else path
        for index, names in enumerate(self._pods.turns(item, self._node(f"{inside}/{item.identifier}", iteration))):
            yield f"{inside}/{item.identifier}{f'_{index}' if item.strategy else ''}", iteration | names

    def _node(self, path: str, iteration: dict[str, Any]) -> Node:
        """The node that will be there, as far as expressions see it."""
        name = path.rpartition("/")[2]
        return Node(path=path, parent=self._held.node.path, number=0, kind="loop", identifier=name, name=name, iteration=iteration)

    def _take(self, step: Step, path: str, iteration: dict[str, Any]) -> None:
        node = self._node(path, iteration)
        fields = self._pods.fields(step, node)
        has_own = STEPS.get(step.type).own_container
        if image := (fields.image if has_own else self._pods.script_image(step, node)):
            self._contain(step, path, msgspec.structs.replace(fields, image=image) if has_own else ContainerFields(image=image))
        if has_own and fields.image:
            return
        self.resources.append(resources(fields.resources))
        self.is_privileged = self.is_privileged or fields.privileged
        self.pull_policy = self.pull_policy or fields.image_pull_policy
        if fields.run_as_user is not None and self.run_as_user not in (None, fields.run_as_user):
            raise InputError(
                Problem(
                    code="PIP-084",
                    what=f"the steps of this group ask for two users: {self.run_as_user} and {fields.run_as_user}",
                    where=str(step.places.get("runAsUser", step.position)),
                    why="database steps of a group share a container",
                    fix="give them one runAsUser, or groups of their own",
                )
            )
        self.run_as_user = fields.run_as_user if self.run_as_user is None else self.run_as_user

    def _contain(self, step: Step, path: str, fields: ContainerFields) -> None:
        name = f"step-{len(self.containers) + 1}"
        self.names[path] = name
        self.containers.append(
            Container(
                name=name,
                image=fields.image or "",
                pull_policy=fields.image_pull_policy,
                privileged=fields.privileged,
                run_as_user=fields.run_as_user,
                resources=resources(fields.resources),
            )
        )
        if fields.connector_ref:
            self.registries.append((fields.connector_ref, str(step.places.get("connectorRef", step.position))))


def unknown_turns(item: Step | StepGroup, why: str) -> Problem:
    """How often a step runs that needs a container of its own is told too late for the pod."""
    assert item.strategy is not None  # noqa: S101 - that is what turns
    return Problem(
        code="PIP-081",
        what=f"how often '{item.identifier}' runs must be known before its pod starts",
        where=str(item.strategy.position),
        why=why,
        fix="have a step before this group tell it, or take the step out of the group",
    )
