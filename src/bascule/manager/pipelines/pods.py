"""Where a step group's jobs run when it has a pod of its own: the pod's description, and which container each step has there."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

import msgspec

from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.manager.connectors import jobs as for_jobs
from bascule.manager.connectors.model import Connector
from bascule.manager.identity.model import Actor, Scope
from bascule.manager.pipelines import durations
from bascule.manager.pipelines.document import Item, Parallel, Step, StepGroup, steps_of
from bascule.manager.pipelines.expressions.evaluate import Names, resolve
from bascule.manager.pipelines.expressions.values import Text, from_json
from bascule.manager.pipelines.infrastructure import KubernetesDirect, bind, largest, resources, texts
from bascule.manager.pipelines.model import Execution, Node
from bascule.manager.pipelines.pod_needs import Held, Needs, asks, unknown_turns
from bascule.manager.pipelines.targets import Instances
from bascule.wire.jobs import Command, Job, Limits, Script
from bascule.wire.pods import Pod, Registry

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


def check(group: StepGroup) -> Iterator[Problem]:
    """What is to be said of a group with a pod before it runs: loops that nobody can lay out, and what holds the pod while it waits."""
    inside = re.compile(rf"<\+(?!pipeline\.)[\w.]*\bsteps\.{re.escape(group.identifier)}\.steps\.(\w+)")
    for looped in _looped(group.items + group.rollback):
        if any(asks(step) for step in steps_of((looped,))) and (found := inside.search(str(looped.strategy))) is not None:
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
        elif isinstance(what, Command):
            environment = environment | _variables(node)
        workspace = self._execution.workspace_of(held.node.path)
        placed = msgspec.structs.replace(job, what=what, environment=environment, pod=self._key(held), workspace=workspace)
        return placed, making

    def _key(self, held: Held) -> str:
        return f"{self._execution.workspace_of(held.node.path)}#{held.number}"

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
        needs = Needs(self._execution, held, self._names, self._instances, spec.run_as_user)
        needs.gather(rolling_back=rolling_back)
        registries = self._registries(
            [*([(spec.harness_image_connector_ref, where("harnessImageConnectorRef"))] if spec.harness_image_connector_ref else []),
             *needs.registries], secrets
        )  # fmt: skip
        deadline_s = max((held.node.deadline - self._now).total_seconds(), 1.0) if held.node.deadline else DEADLINE_S
        held.node.memory["pod"] = {"number": number, "open": True, "containers": needs.container_of}
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
            run_as_user=spec.run_as_user if needs.run_as_user is None else needs.run_as_user,
            priority_class=spec.priority_class_name,
            host_names=spec.host_names,
            operating_system=spec.os,
            image=spec.image,
            pull_policy=spec.image_pull_policy or needs.pull_policy,
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


def _variables(node: Node) -> dict[str, str]:
    """What a database step adds to the environment of its commands. Raises InputError for secrets, which have other ways to a database."""
    written = from_json(node.spec.get("envVariables") or {})
    for name, value in written.items():
        if isinstance(value, Text):
            raise InputError(
                Problem(
                    code="PIP-085",
                    what=f"the variable '{name}' of a database step holds a secret",
                    where=f"{node.path}, envVariables",
                    why="a command's environment can be read by others on its machine",
                    fix="name the secret in the connector, or as a property of the DB instance",
                )
            )
    return texts(written)
