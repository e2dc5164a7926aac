"""Step groups with an infrastructure: their pod, which container each step has, when the pod is left."""

import textwrap
from typing import Any

import msgspec
import pytest

from bascule.core.problems import Problem
from bascule.manager.pipelines import parse
from bascule.manager.pipelines.intents import JobDone, JobFailed
from bascule.manager.pipelines.model import Signal
from bascule.wire.jobs import Command, Script
from bascule.wire.pods import Container, Pod, Registry, Resources


def document(steps: str, infrastructure: str = "{connectorRef: k8s}", group: str = "", stage: str = "") -> str:
    """A pipeline with one group `db` in a pod."""
    return textwrap.dedent(
        """\
        pipeline:
          identifier: release
          name: Release
          stages:
            - stage:
                identifier: qa
                name: QA
                type: Custom
                spec:
                  execution:
                    steps:
                      - stepGroup:
                          identifier: db
                          name: Database
                          stepGroupInfra: {type: KubernetesDirect, spec: %s}
        %s
                          steps:
        %s
        %s
          variables:
            - {name: image, type: String, value: "alpine:3"}
        """
    ) % (
        infrastructure,
        textwrap.indent(textwrap.dedent(group).strip("\n"), " " * 18),
        textwrap.indent(textwrap.dedent(steps).strip("\n"), " " * 20),
        textwrap.indent(textwrap.dedent(stage).strip("\n"), " " * 4),
    )


APPLY = """
- step:
    identifier: apply
    name: Apply
    type: DBSchemaApply
    spec:
      connectorRef: account.harnessImage
      dbSchema: orders
      dbInstance: qa
      resources: {limits: {memory: 512Mi, cpu: 400m}}
      envVariables: {PGTZ: UTC}
"""
LOOK = """
- step:
    identifier: look
    name: Look
    type: Run
    spec:
      connectorRef: account.harnessImage
      image: <+pipeline.variables.image>
      command: ls
      runAsUser: "1000"
      imagePullPolicy: Always
"""


def plain_worker(database: Any) -> Any:
    """Database jobs find a database, scripts succeed."""
    target = database()
    return lambda job: target(job) if isinstance(job.what, Command) else JobDone({})


def pod_of(job: Any) -> Pod:
    assert isinstance(job.what, Pod)
    return job.what


def test_the_longest_identifiers_have_room_in_the_store(play: Any, database: Any) -> None:
    long = (
        document(APPLY + LOOK)
        .replace("identifier: qa\n", f"identifier: {'q' * 128}\n")
        .replace("identifier: db\n", f"identifier: {'d' * 128}\n")
    )
    done = play(long, worker=plain_worker(database)).run()
    assert done.execution.status == "Success"
    [key] = {job.pod for job in done.jobs}
    [workspace] = {job.workspace for job in done.jobs}
    assert key == f"{workspace}#1"
    assert workspace.startswith("exec_1/qqq")
    assert len(f"secrets of {key}") < 256 - len("exec_01234567890123456789012345")
    assert done.execution.workspace_of(f"{'q' * 128}/{'d' * 127}e") not in (workspace, done.execution.workspace_of("q" * 128))


def test_all_jobs_of_a_group_run_in_its_one_pod(play: Any, database: Any) -> None:
    done = play(document(APPLY + LOOK), worker=plain_worker(database)).run()
    assert done.execution.status == "Success"
    [making] = done.pods
    pod = pod_of(making)
    assert {job.pod for job in done.jobs} == {pod.key} == {"exec_1/qa/db#1"}
    assert {job.workspace for job in done.jobs} == {"exec_1/qa/db"}
    assert making.selectors == ["in-cluster"]
    assert making.scope == "account/acme/shop"
    assert making.repeat == "never"
    assert pod.resources == Resources(limits={"memory": "512Mi", "cpu": "400m"})
    assert pod.containers == [Container(name="step-1", image="alpine:3", pull_policy="Always", run_as_user=1000)]
    script = next(job.what for job in done.jobs if isinstance(job.what, Script))
    assert script.container == "step-1"
    assert {job.environment.get("PGTZ") for job in done.jobs if isinstance(job.what, Command)} == {"UTC"}
    assert (making.id, "qa/db") == done.execution.jobs[0]


def test_the_pod_is_left_when_the_group_has_ended_and_again_at_the_end(play: Any, database: Any) -> None:
    done = play(document(LOOK), worker=plain_worker(database)).run()
    assert done.left == ["qa/db", "qa", ""]
    assert done.nodes["qa/db"].memory["pod"]["open"] is False


def test_every_key_of_the_infrastructure_reaches_the_pod(play: Any, database: Any) -> None:
    infrastructure = """
        connectorRef: far
        namespace: team
        serviceAccountName: migrator
        automountServiceAccountToken: false
        initTimeout: 2m
        labels: {team: "<+pipeline.identifier>", number: 7}
        annotations: {note: x}
        nodeSelector: {disk: ssd}
        tolerations: [{key: db, operator: Exists, effect: NoSchedule}]
        volumes: [{mountPath: /cache, type: EmptyDir, spec: {medium: Memory, size: 1Gi}}]
        containerSecurityContext: {runAsNonRoot: true}
        runAsUser: "1234"
        priorityClassName: high
        os: Linux
        hostNames: [db.internal]
        resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}
        image: registry.example.com/bascule:1
        imagePullPolicy: IfNotPresent
    """
    text = document(APPLY, infrastructure="~").replace(
        "spec: ~}", "spec: {" + ", ".join(line.strip() for line in infrastructure.strip().splitlines()) + "}}"
    )
    done = play(text, worker=plain_worker(database)).run()
    [making] = done.pods
    pod = pod_of(making)
    assert pod.cluster.url == "https://k8s.example.com"
    assert (pod.cluster.token_secret, pod.cluster.ca_secret) == ("cluster_token", "cluster_ca")
    assert making.secrets == {"cluster_token": "account.k8s_token", "cluster_ca": "account.k8s_ca"}
    assert pod == Pod(
        key="exec_1/qa/db#1",
        cluster=pod.cluster,
        namespace="team",
        service_account="migrator",
        automount_service_account_token=False,
        init_timeout_s=120.0,
        deadline_s=pod.deadline_s,
        labels={"team": "release", "number": "7"},
        annotations={"note": "x"},
        node_selector={"disk": "ssd"},
        tolerations=[{"key": "db", "operator": "Exists", "effect": "NoSchedule"}],
        volumes=[{"mountPath": "/cache", "type": "EmptyDir", "spec": {"medium": "Memory", "size": "1Gi"}}],
        security_context={"runAsNonRoot": True},
        run_as_user=1234,
        priority_class="high",
        host_names=["db.internal"],
        image="registry.example.com/bascule:1",
        pull_policy="IfNotPresent",
        resources=Resources(limits={"memory": "1Gi", "cpu": "400m"}, requests={"cpu": "1"}),
        capacity=4,
    )


def test_the_groups_timeout_is_the_pods(play: Any, database: Any) -> None:
    done = play(document(LOOK, group="timeout: 5m"), worker=plain_worker(database)).run()
    assert pod_of(done.pods[0]).deadline_s == 300.0


def test_each_turn_of_a_loop_has_its_container(play: Any, database: Any) -> None:
    steps = """
    - step:
        identifier: each
        name: Each
        type: Run
        strategy: {matrix: {version: ["15", "16"]}}
        spec: {image: "postgres:<+matrix.version>", command: psql}
    - stepGroup:
        identifier: inner
        name: Inner
        strategy: {repeat: {times: 2}}
        steps:
          - step: {identifier: also, name: Also, type: Run, spec: {image: busybox, command: ls}}
    """
    done = play(document(steps), worker=plain_worker(database)).run()
    assert done.execution.status == "Success"
    pod = pod_of(done.pods[0])
    assert [container.image for container in pod.containers] == ["postgres:15", "postgres:16", "busybox", "busybox"]
    assert [job.what.container for job in done.jobs] == ["step-1", "step-2", "step-3", "step-4"]


def test_a_step_without_an_image_runs_beside_the_delegate(play: Any, database: Any) -> None:
    done = play(document("- step: {identifier: s, name: S, type: Run, spec: {command: ls}}"), worker=plain_worker(database)).run()
    assert done.jobs[0].what.container is None
    assert pod_of(done.pods[0]).containers == []


def test_a_retry_after_the_pod_is_gone_has_a_new_pod(play: Any) -> None:
    retry = """
        failureStrategies:
          - onFailure:
              errors: [DelegateProvisioning]
              action: {type: Retry, spec: {retryCount: 1, retryIntervals: [1s]}}
    """
    steps = LOOK.rstrip() + "\n" + textwrap.indent(textwrap.dedent(retry).strip("\n"), "    ")
    waiting = play(document(steps), worker=lambda job: None).run()
    [first] = waiting.pods
    gone = JobFailed((Problem(code="K8S-001", what="no image"),), failure="PodError")
    act = waiting.nodes["qa/db/look"].act
    waiting.run(Signal(topic="answer", node="qa/db/look", act=act, answer=gone), Signal(topic="pod", node="qa/db", act=1))
    waiting.later(2)
    assert [pod_of(job).key for job in waiting.pods] == ["exec_1/qa/db#1", "exec_1/qa/db#2"]
    assert first.id != waiting.pods[1].id
    assert waiting.jobs[-1].pod == "exec_1/qa/db#2"


def test_rollback_steps_of_a_group_that_has_ended_have_a_pod_of_their_own(play: Any, database: Any) -> None:
    undo = "rollbackSteps:\n  - step: {identifier: undo, name: Undo, type: Run, spec: {image: busybox, command: undo}}"
    stage = """
    - stage:
        identifier: prod
        name: Prod
        type: Custom
        failureStrategies:
          - onFailure: {errors: [AllErrors], action: {type: PipelineRollback}}
        spec:
          execution:
            steps:
              - step: {identifier: breaks, name: Breaks, type: Run, spec: {command: "false"}}
    """

    def worker(job: Any) -> Any:
        return JobFailed((Problem(code="JOB-020", what="no"),)) if job.title == "Breaks" else JobDone({})

    done = play(document(LOOK, group=undo, stage=stage), worker=worker).run()
    assert [pod_of(job).key for job in done.pods] == ["exec_1/qa/db#1", "exec_1/qa/db#2"]
    assert [container.image for container in pod_of(done.pods[0]).containers] == ["alpine:3", "busybox"]
    assert [container.image for container in pod_of(done.pods[1]).containers] == ["busybox"]
    assert done.jobs[-1].what.container == "step-1"


@pytest.mark.parametrize(
    ("infrastructure", "code", "says"),
    [
        ("{connectorRef: missing}", "ENT-404", "no connector"),
        ("{connectorRef: some_database}", "PIP-083", "leads to no cluster"),
        ("{connectorRef: k8s, initTimeout: soon}", "PIP-014", "no span of time"),
        ("{connectorRef: k8s, runAsUser: '<+pipeline.name>'}", "PIP-012", "runAsUser"),
        ("{connectorRef: k8s, labels: {a: '<+secrets.getValue(\"x\")>'}}", "PIP-012", "labels"),
    ],
)
def test_what_is_wrong_with_an_infrastructure_fails_the_step(play: Any, database: Any, infrastructure: str, code: str, says: str) -> None:
    done = play(document(LOOK, infrastructure), worker=plain_worker(database)).run()
    assert done.execution.status == "Failed"
    [problem] = done.nodes["qa/db/look"].problems
    assert problem.code == code
    assert says in problem.what
    assert not done.pods


@pytest.mark.parametrize(
    ("infrastructure", "code", "where"),
    [
        ("{conectorRef: k8s}", "PIP-004", "15:67"),
        ("{namespace: x}", "PIP-006", "15:35"),
        ("{connectorRef: k8s, os: Windows}", "PIP-080", "15:86"),
        ("{connectorRef: k8s, tolerations: none}", "PIP-012", "15:86"),
    ],
)
def test_a_wrong_infrastructure_is_refused_before_it_runs(infrastructure: str, code: str, where: str) -> None:
    said = [problem for problem in parse.validate(document(LOOK, infrastructure)) if problem.severity == "error"]
    assert (code, f"pipeline.yaml:{where}") in [(problem.code, problem.where) for problem in said]


def test_a_count_that_a_step_of_the_same_group_tells_is_refused() -> None:
    steps = (
        LOOK
        + """
- step:
    identifier: each
    name: Each
    type: Run
    strategy: {repeat: {times: "<+execution.steps.db.steps.look.output.outputVariables.N>"}}
    spec: {image: busybox, command: ls}
"""
    )
    [problem] = [problem for problem in parse.validate(document(steps)) if problem.severity == "error"]
    assert problem.code == "PIP-081"
    assert problem.where is not None
    assert problem.where.startswith("pipeline.yaml:")


def test_an_approval_that_holds_a_pod_is_warned_of() -> None:
    approval = """
- step:
    identifier: ask
    name: Ask
    type: HarnessApproval
    spec: {approvalMessage: ok?, approvers: {userGroups: [dbas], minimumCount: 1}}
"""

    def warned(steps: str) -> list[str]:
        return [problem.code for problem in parse.validate(document(steps)) if problem.severity == "warning"]

    assert warned(LOOK + approval) == ["PIP-082"]
    assert warned(approval + LOOK) == []


def test_two_users_in_one_container_are_refused(play: Any, database: Any) -> None:
    steps = APPLY + "  runAsUser: 1\n".replace("  ", "      ") + APPLY.replace("apply", "again").rstrip() + "\n      runAsUser: 2\n"
    done = play(document(steps), worker=plain_worker(database)).run()
    assert done.problems("qa/db/apply") == ["PIP-084"]


def test_types_that_ask_for_nothing_are_noted_and_others_refused() -> None:
    text = document(LOOK)
    noted = parse.validate(text.replace("KubernetesDirect", "Delegate"))
    assert ("PIP-002", "'stepGroupInfra' is accepted and has no effect") in [(problem.code, problem.what) for problem in noted]
    [refused] = [problem for problem in parse.validate(text.replace("KubernetesDirect", "ECSDirect")) if problem.severity == "error"]
    assert refused.code == "PIP-003"
    assert refused.fix is not None


def test_a_pods_description_survives_the_wire(play: Any, database: Any) -> None:
    done = play(document(APPLY + LOOK), worker=plain_worker(database)).run()
    [making] = done.pods
    assert msgspec.json.decode(msgspec.json.encode(making), type=type(making)) == making


def test_images_are_pulled_with_their_registrys_login(play: Any, database: Any) -> None:
    steps = LOOK.replace("account.harnessImage", "registry")
    [making] = play(document(steps, "{connectorRef: k8s, harnessImageConnectorRef: registry}"), worker=plain_worker(database)).run().pods
    assert pod_of(making).registries == [
        Registry(url="https://registry.example.com", username="robot", password_secret="registry_1_password")
    ]
    assert making.secrets == {"registry_1_password": "account.registry"}


def test_a_script_that_makes_a_changelog_has_its_image(play: Any, database: Any) -> None:
    target = database()

    def worker(job: Any) -> Any:
        return JobDone({}, "sha256:one") if isinstance(job.what, Script) else target(job)

    done = play(document(APPLY.replace("orders", "made")), worker=worker).run()
    assert done.execution.status == "Success", done.nodes["qa/db/apply"].problems
    assert [container.image for container in pod_of(done.pods[0]).containers] == ["alpine:curl"]
    script, *commands = done.jobs
    assert script.what.container == "step-1"
    assert all(isinstance(job.what, Command) for job in commands)
    assert {job.pod for job in done.jobs} == {"exec_1/qa/db#1"}


def test_a_step_of_that_name_in_another_stage_may_tell_the_count() -> None:
    steps = (
        LOOK
        + """
- step:
    identifier: each
    name: Each
    type: Run
    strategy: {repeat: {items: "<+pipeline.stages.before.spec.execution.steps.look.output.outputVariables.N>"}}
    spec: {image: busybox, command: ls}
- step:
    identifier: other
    name: Other
    type: Run
    strategy: {repeat: {items: "<+execution.steps.look.output.outputVariables.N>"}}
    spec: {image: busybox, command: ls}
"""
    )
    assert [problem.code for problem in parse.validate(document(steps)) if problem.severity == "error"] == []


def test_a_loop_of_database_steps_that_the_group_itself_tells_is_refused_too() -> None:
    apply = APPLY.rstrip() + '\n    strategy: {repeat: {items: "<+execution.steps.db.steps.look.output.outputVariables.N>"}}\n'
    [problem] = [problem for problem in parse.validate(document(LOOK + apply)) if problem.severity == "error"]
    assert (problem.code, "'look' of the same group" in str(problem.why)) == ("PIP-081", True)


def test_a_secret_among_the_variables_of_a_database_step_is_refused(play: Any, database: Any) -> None:
    done = play(document(APPLY.replace("PGTZ: UTC", "PGPASSWORD: '<+secrets.getValue(\"x\")>'")), worker=plain_worker(database)).run()
    [problem] = done.nodes["qa/db/apply"].problems
    assert problem.code == "PIP-085"
    assert "PGPASSWORD" in problem.what


def test_the_selectors_of_the_first_step_choose_who_makes_the_pod(play: Any, database: Any) -> None:
    apply = APPLY.rstrip() + "\n      delegateSelectors: [near-the-databases]\n"
    [making] = play(document(apply, group="delegateSelectors: [of-the-group]"), worker=plain_worker(database)).run().pods
    assert making.selectors == ["near-the-databases"]
    [making] = play(document(APPLY, group="delegateSelectors: [of-the-group]"), worker=plain_worker(database)).run().pods
    assert making.selectors == ["of-the-group"]


def test_a_step_says_whom_its_container_runs_as_before_the_group_does(play: Any, database: Any) -> None:
    plain = LOOK.replace('      runAsUser: "1000"\n', "").replace("look", "plain")
    apply = APPLY.rstrip() + "\n      runAsUser: 70\n"
    [making] = play(document(apply + LOOK + plain, "{connectorRef: k8s, runAsUser: 2000}"), worker=plain_worker(database)).run().pods
    pod = pod_of(making)
    assert pod.run_as_user == 70
    assert [container.run_as_user for container in pod.containers] == [1000, 2000]
