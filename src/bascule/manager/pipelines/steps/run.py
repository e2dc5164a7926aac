"""Run and ShellScript: a script on a delegate."""

import re
from typing import Any, ClassVar, Literal

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.manager.pipelines.expressions.values import Text, show
from bascule.manager.pipelines.intents import Answer, Done, Intent, JobDone, RunJob
from bascule.manager.pipelines.job_secrets import named, placed
from bascule.manager.pipelines.steps._shell import Place
from bascule.manager.pipelines.steps.base import Step, StepContext, failed, step
from bascule.wire.jobs import Job, Limits, Script

Shell = Literal["Sh", "Bash", "Python", "Pwsh", "Powershell"]
_SHELLS: dict[Shell, Literal["sh", "bash", "python", "pwsh"]] = {
    "Sh": "sh", "Bash": "bash", "Python": "python", "Pwsh": "pwsh", "Powershell": "pwsh",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@step("Run")
class Run(Step, frozen=True, kw_only=True):
    """Run `command` in a shell. What it exports under the names of `outputVariables` later steps may read."""

    noted: ClassVar[dict[str, str]] = {
        "alias": "outputs are read by the step's path",
        "baseImageConnectorRefs": "an image is pulled as connectorRef says",
        "reports": "reports of tests are not collected",
    }
    own_container: ClassVar[bool] = True

    command: Any
    shell: Shell = "Sh"
    image: str | None = None
    env_variables: dict[str, Any] = {}
    output_variables: list[dict[str, Any]] = []
    delegate_selectors: list[str] = []

    def start(self, ctx: StepContext) -> Intent:
        names = [str(variable.get("name", "")) for variable in self.output_variables]
        return RunJob(
            "run", script_job(ctx, self.command, _SHELLS[self.shell], self.env_variables, names, self.delegate_selectors, self.image)
        )

    def resume(self, ctx: StepContext, phase: str, answer: Answer) -> Intent:
        match answer:
            case JobDone(outputs=outputs):
                return Done(outputs | {"outputVariables": outputs})
            case _:
                return failed(answer)


def script_job(
    ctx: StepContext,
    text: Any,
    shell: Literal["sh", "bash", "python", "pwsh"],
    variables: dict[str, Any],
    output_names: list[str],
    selectors: list[str],
    image: str | None = None,
) -> Job:
    """A job for a script. Secrets go in by the environment: in its text each is a variable that the delegate sets."""
    secrets: dict[str, str] = {}
    environment: dict[str, str] = {}
    environment_secrets: dict[str, str] = {}
    composed: dict[str, list[str]] = {}
    for name, value in variables.items():
        if not _NAME.fullmatch(name):
            raise InputError(Problem(code="PIP-035", what=f"'{name}' is no name for a variable", where=ctx.where("envVariables")))
        if isinstance(value, Text):
            environment_secrets[name] = placed(value, secrets, composed)
        else:
            environment[name] = show(value)
    written = _script(ctx, text, shell, secrets, environment_secrets)
    return Job(
        id=ctx.job_id(),
        what=Script(text=written, shell=shell, image=image, output_variables=output_names),
        title=ctx.node.name,
        environment=environment,
        environment_secrets=environment_secrets,
        secrets=secrets,
        composed=composed,
        workspace=ctx.workspace,
        selectors=list(selectors or ctx.selectors),
        scope=str(ctx.execution.scope),
        limits=Limits(timeout_s=max(ctx.timeout_s, 1.0)),
        repeat="never",
    )


def _script(ctx: StepContext, text: Any, shell: str, secrets: dict[str, str], environment_secrets: dict[str, str]) -> str:
    if not isinstance(text, Text):
        return show(text)
    if shell not in ("sh", "bash"):
        raise InputError(
            Problem(
                code="PIP-037",
                what=f"a secret cannot stand in the text of a {shell} script",
                where=ctx.where("command"),
                fix="put it in 'envVariables', and read that variable",
            )
        )
    place = Place()
    written: list[str] = []
    for part in text.parts:
        if isinstance(part, str):
            place.pass_over(part)
            written.append(part)
            continue
        name = named(secrets, part.reference)
        environment_secrets[f"BASCULE_{name.upper()}"] = name
        read = f"${{BASCULE_{name.upper()}}}"
        match place.quoting:
            case "single":
                read = f"'\"{read}\"'"
            case "ansi":
                read = f"'\"{read}\"$'"
            case "quoted here":
                raise InputError(
                    Problem(
                        code="PIP-037",
                        what="a secret cannot stand in a here-document whose delimiter is quoted",
                        where=ctx.where("command"),
                        why="the shell reads no variable there",
                        fix="put it in 'envVariables' and read that, or leave the quotes of the delimiter out",
                    )
                )
            case _:
                pass
        written.append(read)
    return "".join(written)
