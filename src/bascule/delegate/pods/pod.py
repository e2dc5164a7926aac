"""One pod from its making to its removal, or on from wherever an earlier start of this delegate was killed."""

import asyncio
import logging
import time
from collections.abc import Callable

from bascule.core.errors import TargetError
from bascule.core.problems import Problem
from bascule.delegate.folder import Ended
from bascule.delegate.pods import names, refusals, states
from bascule.delegate.pods.binding import Bound, pull_secret
from bascule.delegate.pods.kube import Document, Kube, Refused, Unreachable
from bascule.wire.pods import Pod

logger = logging.getLogger(__name__)

_TICK_S = 0.5
_LOG_LINES = 20
_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 10.0
_ENDS_WITHIN_S = 30.0
"""Step containers follow their delegate, a deleted pod is gone, after at most its grace and this."""
_CANCEL_GRACE_S = 45
_CLEAR_AFTER_S = 1.0
_TAKEN = "another delegate has taken it over"


class AgainError(Exception):
    """Nothing of the pod can have run, or somebody must look at it again: the job is to be given once more."""


class PodWatch:
    """What the cluster says of one pod, as it says it: a watch that goes on whatever breaks."""

    def __init__(self, kube: Kube, namespace: str, name: str, say: Callable[[str], None]) -> None:
        self._kube, self._namespace, self._name, self._say = kube, namespace, name, say
        self.pod: Document | None = None
        """As it was last seen."""
        self.is_gone = False
        self.refusal: Refused | None = None
        """What keeps us from seeing it."""
        self.changed = asyncio.Event()

    async def run(self) -> None:
        """For ever; the pod's end is no reason to stop."""
        pause_s, silent = _PAUSE_S, False
        while True:
            try:
                self._see(await self._kube.pod(self._namespace, self._name))
                if silent:
                    self._say("the cluster answers again")
                pause_s, silent = _PAUSE_S, False
                if self.refusal is not None and self.refusal.code == 401:
                    self.refusal = None
                if self.pod is not None and not self.is_gone:
                    version = self.pod["metadata"]["resourceVersion"]
                    async for pod in self._kube.changes(self._namespace, self._name, version):
                        self.refusal = None
                        self._see(pod)
            except Refused as refused:
                if refused.code in (401, 403):
                    self.refusal = refused
                    self.changed.set()
                logger.warning("the cluster refuses to show a pod", extra={"pod": self._name, "why": refused.message})
            except Unreachable as error:
                logger.warning("the watch of a pod was cut; looking again", extra={"pod": self._name, "why": str(error)})
                if pause_s > 1 and not silent:
                    silent = True
                    self._say("the cluster does not answer; the pod goes on meanwhile")
            except Exception:  # what the cluster says of it is odd; the pod's end is not to be missed for that
                logger.exception("the watch of a pod has failed; looking again", extra={"pod": self._name})
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _see(self, pod: Document | None) -> None:
        self.is_gone = pod is None
        self.pod = pod or self.pod
        self.changed.set()


class PodCarrier:
    """Makes a pod with its Secrets, stays with it, removes all of it.

    `claim` are the labels that say whose pod it is. A job given again takes a pod over by putting its own there; whoever had it before,
    perhaps out of the manager's reach, lets go of it, whatever it is told of its own attempt.
    """

    def __init__(
        self,
        kube: Kube,
        pod: Pod,
        job_id: str,
        claim: dict[str, str],
        bound: Bound | None,
        say: Callable[[str], None],
        cancel: asyncio.Event,
        patience_s: float,
    ) -> None:
        self._kube, self._asked, self._job_id, self._claim, self._bound = kube, pod, job_id, claim, bound
        self._say, self._cancel, self._patience_s = say, cancel, patience_s
        self.namespace = pod.namespace or kube.namespace
        self.name = ""
        self._seen: Document | None = None
        self._told: set[str] = set()
        self._may_not_see_events = False

    @property
    def _where(self) -> str:
        return f"{self.namespace}/{self.name}" if self.name else self.namespace

    async def run(self, *, was_made: bool, on_made: Callable[[], None]) -> Ended:
        """To the end of it. `was_made`: an earlier start of this delegate had made it.

        Raises CancelledByManagerError and AgainError, BasculeError for what ended it otherwise.
        """
        try:
            await self._find_or_make(was_made)
            on_made()
            watch = PodWatch(self._kube, self.namespace, self.name, self._say)
            watching = asyncio.create_task(watch.run())
            try:
                ending = await self._follow(watch)
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
            if ending.problem is None:
                node = (self._seen or {}).get("spec", {}).get("nodeName")
                ended = Ended(status="success", exit_code=0, outputs={"namespace": self.namespace, "pod": self.name, "node": node})
            else:
                raise TargetError(await self._with_log(ending.problem, ending.container))
        except asyncio.CancelledError:
            raise  # this delegate ends: its next start goes on with the pod
        except (Refused, Unreachable) as error:
            problem = refusals.problem(error, self._where if self.name else self._kube.url, self.namespace)
            await self._remove()
            raise TargetError(problem) from error
        except BaseException:
            await self._remove()
            raise
        await self._remove()
        return ended

    # Its beginning

    async def _find_or_make(self, was_made: bool) -> None:
        found = await self._kube.pods(self.namespace, {names.JOB: names.label_value(self._job_id)})
        there = next((pod for pod in found if not states.is_leaving(pod)), None)
        if there is not None:
            self.name = there["metadata"]["name"]
            if states.has_begun(there):
                await self._take_over(there)
                self._say(f"the pod {self.name} is there from before; going on with it")
                return
            if self._bound is None:  # its token may be missing, and we have it no more
                raise AgainError("its delegate had not begun when this one was started again")
            if self.name != self._bound.name:
                self._say(f"the pod {self.name} of an earlier attempt had not begun; it is made anew")
                await self._take_over(there)
                await self._remove()
                there = None
        if self._bound is None:
            if was_made:
                raise TargetError(states.gone(f"{self.namespace} (job {self._job_id})", None))
            raise AgainError("it had not been made when this delegate was started again")
        await self._make(self._bound, there)

    async def _take_over(self, there: Document) -> None:
        """Raises AgainError when a later attempt has it."""
        if self._is_ours(there):
            return
        if int(there["metadata"]["labels"].get(names.ATTEMPT, 0)) > int(self._claim[names.ATTEMPT]):
            raise AgainError(_TAKEN)
        await self._kube.label(self.namespace, self.name, self._claim)

    def _is_ours(self, pod: Document) -> bool:
        return self._claim.items() <= (pod["metadata"].get("labels") or {}).items()

    async def _make(self, bound: Bound, there: Document | None) -> None:
        self.name = bound.name  # from now on there may be something to remove
        if there is None:
            there = await self._create(bound)
        uid = there["metadata"]["uid"]
        for secret in bound.secrets(uid):
            try:
                await self._kube.create("secrets", self.namespace, secret)
            except Refused as refused:
                if refused.code != 409:
                    raise
                # From an attempt of ours whose pod is gone: it holds another token, and belongs to nobody.
                await self._kube.delete("secrets", self.namespace, secret["metadata"]["name"])
                await self._kube.create("secrets", self.namespace, secret)

    async def _create(self, bound: Bound) -> Document:
        try:
            made = await self._kube.create("pods", self.namespace, bound.pod)
        except Refused as refused:
            if refused.code != 409:
                raise
            there = await self._kube.pod(self.namespace, bound.name)  # an answer of ours was lost on its way
            if there is None or states.is_leaving(there):
                raise AgainError("a pod of its name is just being removed") from refused
            return there
        self._say(f"the pod {bound.name} is made in the namespace {self.namespace}")
        return made

    # Its life

    async def _follow(self, watch: PodWatch) -> states.Ending:
        begun_at = time.monotonic()
        ends_at = begun_at + self._asked.init_timeout_s + self._asked.deadline_s + 2 * _ENDS_WITHIN_S
        clocks = _Clocks()
        is_told = False
        while True:
            await self._next(watch)
            now = time.monotonic()
            if self._cancel.is_set():
                raise CancelledByManagerError
            if clocks.over("refused", watch.refusal is not None, now, self._patience_s) and watch.refusal is not None:
                raise watch.refusal
            pod = watch.pod
            if watch.is_gone:
                return states.Ending(states.gone(self._where, self._seen))
            if pod is None:
                if now > begun_at + self._asked.init_timeout_s:
                    raise Unreachable("it does not answer")
                continue
            self._seen = pod
            if not self._is_ours(pod):
                raise AgainError(_TAKEN)
            ending = states.ending(pod)  # of a pod as a whole, its containers may tell a moment before it
            clear_in_s = 0 if ending is None or ending.problem is None or states.is_over(pod) else _CLEAR_AFTER_S
            if clocks.over("ending", ending is not None, now, clear_in_s) and ending is not None:
                return ending
            if now > ends_at:
                return states.Ending(states.too_long(self._where))
            if clocks.over("lost", states.is_lost(pod), now, 4 * self._patience_s):
                return states.Ending(states.lost(self._where, f"{pod['spec'].get('nodeName')} is not heard of any more"))
            grace_s = float(pod["metadata"].get("deletionGracePeriodSeconds") or 0)
            if clocks.over("leaving", states.is_leaving(pod), now, grace_s + _ENDS_WITHIN_S):
                return states.Ending(states.gone(self._where, pod))
            if clocks.over("done", states.is_done(pod), now, _ENDS_WITHIN_S):
                return states.Ending(None)
            early = states.early_steps(pod)
            if clocks.over("early", bool(early), now, self._patience_s):
                return states.Ending(states.step_ended(pod, early[0]), early[0])
            if is_told:
                continue
            events = await self._events(pod)
            for text in states.stages(pod, events):
                self._once(text)
            is_told = states.is_up(pod)
            if is_told:
                continue
            if (problem := self._in_its_way(pod, events, clocks, now, now - begun_at)) is not None:
                return states.Ending(problem)

    async def _next(self, watch: PodWatch) -> None:
        """The next change, or word to cancel, or a tick."""
        waits = [asyncio.create_task(watch.changed.wait()), asyncio.create_task(self._cancel.wait())]
        try:
            await asyncio.wait(waits, timeout=_TICK_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        watch.changed.clear()

    def _in_its_way(self, pod: Document, events: list[Document], clocks: "_Clocks", now: float, waited_s: float) -> Problem | None:
        """Why it is given up before it has started; None while it may still start."""
        trouble = states.trouble(pod, events, (self.name, pull_secret(self.name)))
        if trouble is not None:
            self._once(f"{trouble.problem.what}: {trouble.problem.why}")
            if trouble.for_good:
                return trouble.problem
        unscheduled = trouble is not None and trouble.problem.code == "K8S-014"  # a node may still be added
        if clocks.over("trouble", trouble is not None and not unscheduled, now, self._patience_s) and trouble is not None:
            return trouble.problem
        if waited_s > self._asked.init_timeout_s:
            return trouble.problem if trouble is not None else states.not_started(pod, self._asked.init_timeout_s, events)
        return None

    async def _events(self, pod: Document) -> list[Document]:
        if self._may_not_see_events:
            return []
        try:
            return await self._kube.events(self.namespace, pod["metadata"]["uid"])
        except Refused as refused:
            if refused.code == 403:  # it can be done without; people are told less
                self._may_not_see_events = True
                logger.warning("the delegate may not list events: what keeps a pod from starting is told less well")
            return []
        except Unreachable:
            return []

    def _once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._say(text)

    # Its end

    async def _with_log(self, problem: Problem, container: str | None) -> Problem:
        """The problem, with what the container in question printed last."""
        lines = await self._kube.log(self.namespace, self.name, container, _LOG_LINES) if container is not None else []
        if not lines:
            return problem
        why = "\n".join([*([problem.why] if problem.why else []), *lines])
        return Problem(code=problem.code, what=problem.what, where=problem.where, why=why, fix=problem.fix)

    async def _remove(self) -> None:
        """Pod and Secrets, whatever happens; by force when its node does not answer. What cannot be removed now, the reaper removes.

        Not what somebody else has in hand by now.
        """
        if not self.name:
            return
        try:
            pod = await self._kube.pod(self.namespace, self.name)
            if pod is not None and not self._is_ours(pod):
                self._say(f"the pod {self.name} is left to the delegate that has taken it over")
                return
            if pod is not None:
                await self._delete_pod(pod)
            for name in (self.name, pull_secret(self.name)):
                await self._kube.delete("secrets", self.namespace, name)
        except (Refused, Unreachable) as error:
            problem = Problem(
                code="K8S-041",
                what="the pod cannot be removed now",
                where=self._where,
                why=str(error),
                fix="this delegate tries again every minute; its deadline ends the pod in any case",
            )
            logger.warning("%s", problem)
            self._say(str(problem))

    async def _delete_pod(self, pod: Document) -> None:
        at_once = states.is_over(pod) or not states.has_begun(pod)
        grace_s = 0 if at_once else _CANCEL_GRACE_S
        await self._kube.delete("pods", self.namespace, self.name, grace_s=grace_s)
        gives_up_at = time.monotonic() + (1.0 if states.is_lost(pod) else grace_s + _ENDS_WITHIN_S)
        while await self._kube.pod(self.namespace, self.name) is not None:
            if time.monotonic() > gives_up_at:
                await self._kube.delete("pods", self.namespace, self.name, grace_s=0)
                return
            await asyncio.sleep(_PAUSE_S)


class CancelledByManagerError(Exception):
    """The job is not wanted any more."""


class _Clocks:
    """How long something has been the case without a break."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def over(self, name: str, is_so: bool, now: float, seconds: float) -> bool:
        """Whether it is so, and has been for that long."""
        if not is_so:
            self._since.pop(name, None)
            return False
        return now - self._since.setdefault(name, now) >= seconds
