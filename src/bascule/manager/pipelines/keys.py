"""The one table of keys: honoured, or accepted and noted with the reason. What is in neither is refused."""

from bascule.manager.pipelines.document import Action

_CONTAINER = "only steps of a step group with an infrastructure (stepGroupInfra) have a container"
OWN_IMAGE = "database steps run in the image of Bascule's own delegate"
_STORED = "kept with the document; it changes nothing in a run"

HONOURED: dict[str, frozenset[str]] = {
    "pipeline": frozenset(
        {
            "identifier", "name", "projectIdentifier", "orgIdentifier", "description", "tags", "stages", "variables", "timeout",
            "delegateSelectors",
        }
    ),
    "stage": frozenset(
        {"identifier", "name", "type", "spec", "when", "failureStrategies", "variables", "strategy", "tags", "timeout", "delegateSelectors"}
    ),
    "stage.spec": frozenset({"execution"}),
    "execution": frozenset({"steps", "rollbackSteps"}),
    "stepGroup": frozenset(
        {
            "identifier", "name", "steps", "rollbackSteps", "when", "failureStrategies", "variables", "strategy", "timeout",
            "delegateSelectors", "stepGroupInfra",
        }
    ),
    "step": frozenset(
        {"identifier", "name", "type", "spec", "timeout", "when", "failureStrategies", "strategy", "enforce", "delegateSelectors"}
    ),
    "variable": frozenset({"name", "type", "value", "required"}),
    "when": frozenset({"stageStatus", "pipelineStatus", "condition"}),
    "enforce": frozenset({"policySets"}),
}  # fmt: skip

NOTED: dict[str, dict[str, str]] = {
    "pipeline": {
        "properties": "it describes the code base of Build stages, which do not exist here",
        "allowStageExecutions": "a run always takes every stage; use `when` to leave one out",
        "notificationRules": "notifications of this document are not sent",
        "flowControl": "a barrier is known by its name; it needs no declaration",
        "fixedInputsOnRerun": "a re-run always takes the inputs of the run it repeats",
        "version": _STORED,
    },
    "stage": {
        "description": _STORED,
        "skipInstances": "instances are chosen by the steps",
        "gitOpsEnabled": "nothing is deployed by GitOps",
    },
    "stage.spec": {
        "deploymentType": "a Deployment stage runs its execution; it deploys no service by itself",
        "service": "a Deployment stage runs its execution; it deploys no service by itself",
        "services": "a Deployment stage runs its execution; it deploys no service by itself",
        "serviceConfig": "a Deployment stage runs its execution; it deploys no service by itself",
        "environment": "a DB instance names its own target",
        "environments": "a DB instance names its own target",
        "environmentGroup": "a DB instance names its own target",
        "infrastructure": "a DB instance names its own target",
        "serviceDependencies": "a Custom stage starts no services",
    },
    "execution": {},
    "stepGroup": {
        "description": _STORED,
        "sharedPaths": "a step group's jobs share one workspace anyway",
    },
    "step": {"description": _STORED, "tags": _STORED, "contextType": _STORED},
    "variable": {"description": _STORED, "default": "it is offered where the value is <+input>"},
    "when": {},
    "enforce": {},
}

STEP_SPEC_NOTED: dict[str, str] = {
    "connectorRef": _CONTAINER,
    "image": _CONTAINER,
    "imagePullPolicy": _CONTAINER,
    "privileged": _CONTAINER,
    "runAsUser": _CONTAINER,
    "resources": "a job has the resources of its delegate",
    "reuse": _CONTAINER,
    "envVariables": "on a delegate that is shared, database commands read no environment",
}
"""Keys of a DB step's `spec` that its class does not read."""

REFUSED: dict[str, str] = {
    "template": "templates are not resolved here: write the template's content in its place",
    "templateInputs": "templates are not resolved here: write the template's content in its place",
}
"""Known keys that would change what runs and are not honoured: key → what to do instead."""

STAGE_TYPES_REFUSED: dict[str, str] = {
    "CI": "use a Custom stage with Run steps",
    "Pipeline": "put its stages into this pipeline",
    "SecurityTests": "use a Custom stage with Run steps",
    "FeatureFlag": "use a Custom stage with Run steps",
    "IACM": "use a Custom stage with Run steps",
}

ACTIONS_REPLACED: dict[str, tuple[Action, str]] = {
    "ManualIntervention": ("MarkAsFailure", "nobody is asked: what it says under onTimeout is done at once"),
    "ProceedWithDefaultValues": ("MarkAsFailure", "a run never waits for an input: it is asked for before it starts"),
}
"""Actions that are another one here, and why."""

ACTIONS_REFUSED: dict[str, str] = {
    "RetryStepGroup": "put a Retry strategy on the steps of the group",
}
