"""What the steps of a group need of its pod, which cannot grow: containers of their own for scripts, memory for what they share.

Everything that may run in it is looked at before it exists: every turn of every loop, rollback steps too.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines import loops
from bascule.manager.pipelines.document import Item, Parallel, Step, StepGroup, steps_of
from bascule.manager.pipelines.expressions.evaluate import Names, resolve
from bascule.manager.pipelines.infrastructure import CONTAINER_KEYS, ContainerFields, Infrastructure, bind, resources
from bascule.manager.pipelines.model import Execution, Node
from bascule.manager.pipelines.steps.base import STEPS
from bascule.manager.pipelines.targets import Instances, ScriptSource, resolved
from bascule.wire.pods import Container, PullPolicy, Resources


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


def asks(step: Step) -> bool:
    """Whether a step asks something of its pod: a container of its own, more memory, an image for the script of its schema."""
    return bool((CONTAINER_KEYS - {"connectorRef"} | {"dbSchema"}) & step.spec.keys())


class Needs:
    """What the steps of a group ask of its pod; `gather` fills it."""

    def __init__(self, execution: Execution, held: Held, names: Callable[[Node], Names], instances: Instances, user: int | None) -> None:
        """`user` is whom the group's containers run as that say nothing of it."""
        self._execution = execution
        self._held = held
        self._names = names
        self._instances = instances
        self._user = user
        self.containers: list[Container] = []
        self.container_of: dict[str, str] = {}
        """Path of a node → its container."""
        self.resources: list[Resources] = []
        self.registries: list[tuple[str, str]] = []
        self.is_privileged = False
        self.run_as_user: int | None = None
        self.pull_policy: PullPolicy | None = None

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
                if item.infrastructure is None and any(asks(step) for step in steps_of((item,))):
                    for here, turn in self._turns(item, path, rolling_back, iteration):
                        self._gather(item.items, here, rolling_back, turn)
                        self._gather(item.rollback, here, True, turn)
            elif asks(item):
                for here, turn in self._turns(item, path, rolling_back, iteration):
                    self._take(item, here, turn)

    def _turns(
        self, item: Step | StepGroup, path: str, rolling_back: bool, iteration: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        inside = f"{path}/~rollback" if rolling_back else path
        for index, names in enumerate(self._turns_of(item, self._node(f"{inside}/{item.identifier}", iteration))):
            yield f"{inside}/{item.identifier}{f'_{index}' if item.strategy else ''}", iteration | names

    def _node(self, path: str, iteration: dict[str, Any]) -> Node:
        """The node that will be there, as far as expressions see it."""
        name = path.rpartition("/")[2]
        return Node(path=path, parent=self._held.node.path, number=0, kind="loop", identifier=name, name=name, iteration=iteration)

    def _take(self, step: Step, path: str, iteration: dict[str, Any]) -> None:
        node = self._node(path, iteration)
        fields = self._fields(step, node)
        has_own = STEPS.get(step.type).own_container
        if image := (fields.image if has_own else self._script_image(step, node)):
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
        self.container_of[path] = name
        self.containers.append(
            Container(
                name=name,
                image=fields.image or "",
                pull_policy=fields.image_pull_policy,
                privileged=fields.privileged,
                run_as_user=self._user if fields.run_as_user is None else fields.run_as_user,
                resources=resources(fields.resources),
            )
        )
        if fields.connector_ref:
            self.registries.append((fields.connector_ref, str(step.places.get("connectorRef", step.position))))

    def _fields(self, step: Step, node: Node) -> ContainerFields:
        """What a step says of its container, resolved."""

        def where(key: str) -> str:
            return str(step.places.get(key, step.position))

        names = self._names(node)
        spec = {key: resolve(step.spec[key], names, where(key)) for key in CONTAINER_KEYS & step.spec.keys()}
        return bind(ContainerFields, spec, where)

    def _script_image(self, step: Step, node: Node) -> str:
        """The image of the script that makes the changelog of a database step; empty when none does."""
        names = self._names(node)
        schema, instance = (resolve(step.spec.get(key), names, str(step.position)) for key in ("dbSchema", "dbInstance"))
        if not isinstance(schema, str) or not isinstance(instance, str):
            return ""
        permission = STEPS.get(step.type).permission or "dbops_instance_view"
        facts = resolved(self._instances(self._execution.actor, self._execution.scope, schema, instance, permission), names)
        return facts.source.image if isinstance(facts.source, ScriptSource) else ""

    def _turns_of(self, item: Step | StepGroup, node: Node) -> list[dict[str, Any]]:
        """What each turn of its loop adds to the names. Raises InputError when that is not known yet."""
        strategy = item.strategy
        if strategy is None:
            return [{}]
        try:
            return loops.turns(strategy, resolve(strategy.written, self._names(node), str(strategy.position)))[0]
        except InputError as error:
            raise InputError(unknown_turns(item, error.problems[0].what)) from error


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
