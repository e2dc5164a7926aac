"""ShellScript: a script of a deployment stage, on a delegate."""

from typing import Any, ClassVar, Literal

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines.intents import Answer, Done, Intent, JobDone, RunJob
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step
from bascule.manager.pipelines.steps.run import script_job


@step("ShellScript")
class ShellScript(Step, frozen=True, kw_only=True):
    """Run `source.spec.script` in a shell; output variables are read when it ends, named as later steps see them."""

    noted: ClassVar[dict[str, str]] = {
        "onDelegate": "scripts always run on a delegate",
        "executionTarget": "scripts always run on a delegate",
        "includeInfraSelectors": "a delegate is chosen by delegateSelectors",
        "outputAlias": "outputs are read by the step's path",
    }

    shell: Literal["Bash", "PowerShell"] = "Bash"
    source: dict[str, Any]
    environment_variables: list[dict[str, Any]] = []
    output_variables: list[dict[str, Any]] = []
    delegate_selectors: list[str] = []

    def start(self, ctx: StepContext) -> Intent:
        script = self.source.get("spec", {}).get("script") if self.source.get("type") == "Inline" else None
        if script is None:
            raise InputError(
                Problem(code="PIP-039", what="the script must be inline", where=ctx.where("source"), fix="type: Inline, spec: script:")
            )
        variables = {str(each.get("name", "")): each.get("value") for each in self.environment_variables}
        names = [str(each.get("value") or each.get("name", "")) for each in self.output_variables]
        shell: Literal["bash", "pwsh"] = "pwsh" if self.shell == "PowerShell" else "bash"
        return RunJob("run", script_job(ctx, script, shell, variables, names, self.delegate_selectors))

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        match answer:
            case JobDone(outputs=outputs):
                named = {
                    str(each.get("name", "")): outputs.get(str(each.get("value") or each.get("name", ""))) for each in self.output_variables
                }
                return Done({"outputVariables": named})
            case _:
                return failed(answer)
