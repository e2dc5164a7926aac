"""Wait: let time pass."""

from typing import ClassVar

from bascule.manager.pipelines import durations
from bascule.manager.pipelines.intents import Answer, Done, Intent, Sleep, Woken
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step


@step("Wait")
class Wait(Step, frozen=True, kw_only=True):
    """Wait for `duration`, without holding anything."""

    default_timeout: ClassVar[str] = "365d"

    duration: str

    def start(self, ctx: StepContext) -> Intent:
        return Sleep("wait", durations.seconds(self.duration, ctx.where("duration")))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        return Done() if isinstance(answer, Woken) else failed(answer)
