"""`<+secrets.getValue("…")>` wherever it may stand: a job has names and pieces, never a text."""

from typing import Any

from bascule.manager.pipelines.targets import InstanceFacts, resolved
from bascule.wire.jobs import GitSource, Target
from tests.unit.manager.pipelines.test_strategies import db, pipeline, worker

URL = 'jdbc:postgresql://<+secrets.getValue("account.user")>:<+secrets.getValue("org.pw")>@db/<+pipeline.variables.name>'
HEAD = """variables:
      - {name: name, type: String, value: orders}
      - {name: token, type: Secret, value: org.token}
      - {name: same, type: Secret, value: <+secrets.getValue("org.token")>}"""


def script(spec: str) -> str:
    return f"- step: {{identifier: a, name: A, type: Run, spec: {{command: env, {spec}}}}}"


def test_a_variable_of_a_script_is_put_together_by_the_delegate(play: Any) -> None:
    variables = f"envVariables: {{URL: '{URL}', AGAIN: '{URL}', PW: <+secrets.getValue(\"org.pw\")>, T: <+pipeline.variables.token>}}"
    (job,) = play(pipeline([script(variables)], head=HEAD), worker=worker({})).run().jobs
    assert job.secrets == {"secret_1": "account.user", "secret_2": "org.pw", "secret_3": "org.token"}
    assert job.composed == {"composed_1": ["jdbc:postgresql://", "secret_1", ":", "secret_2", "@db/orders"]}
    assert job.environment_secrets == {"URL": "composed_1", "AGAIN": "composed_1", "PW": "secret_2", "T": "secret_3"}
    assert job.environment == {}


def test_a_variable_of_type_secret_may_name_it_or_ask_for_it(play: Any) -> None:
    variables = "envVariables: {A: <+pipeline.variables.token>, B: <+pipeline.variables.same>}"
    (job,) = play(pipeline([script(variables)], head=HEAD), worker=worker({})).run().jobs
    assert job.environment_secrets == {"A": "secret_1", "B": "secret_1"}


def test_python_scripts_get_secrets_by_variables(play: Any) -> None:
    spec = f"shell: Python, envVariables: {{URL: '{URL}'}}"
    (job,) = play(pipeline([script(spec)], head=HEAD), worker=worker({})).run().jobs
    assert job.environment_secrets == {"URL": "composed_1"}


def test_a_property_of_an_instance_may_mix_text_and_secrets() -> None:
    target = Target(url="x", properties={"plain": "p", "whole": '<+secrets.getValue("pw")>', "mixed": 'a-<+secrets.getValue("pw")>-b'})
    facts = resolved(_facts(target), {})
    assert facts.target.properties == {"plain": "p"}
    assert facts.target.secret_properties == {"whole": "secret_2", "mixed": "composed_1"}
    assert facts.secrets == {"password": "account.db", "secret_2": "pw"}
    assert facts.composed == {"composed_1": ["a-", "secret_2", "-b"]}


def test_a_setting_may_be_a_property_with_a_secret(play: Any) -> None:
    spec = """command: validate, settings: {"-Dschema": shop, "-Dpw": '<+secrets.getValue("pw")>', log-level: FINE}"""
    (job,) = play(pipeline([db("c", "LiquibaseCommand", spec)])).run().jobs
    assert job.target.properties["schema"] == "shop"
    assert job.secrets[job.target.secret_properties["pw"]] == "pw"
    assert "--log-level" in job.what.argv
    assert not any("schema" in word or "-D" in word or "secrets" in word for word in job.what.argv[5:])


def test_another_setting_with_a_secret_is_refused(play: Any) -> None:
    spec = """command: validate, settings: {log-file: 'x-<+secrets.getValue("pw")>'}"""
    done = play(pipeline([db("c", "LiquibaseCommand", spec)])).run()
    assert done.statuses["s/c"] == "Failed"
    assert "list of processes" in str(done.nodes["s/c"].problems)


def _facts(target: Target) -> InstanceFacts:
    return InstanceFacts(
        schema_id="s", schema_name="S", instance_id="i", instance_name="I", type="jdbc:sqlite", url="x", changelog="c.yaml",
        source=GitSource(url="file:///r"), source_key="k", target=target, secrets={"password": "account.db"},
    )  # fmt: skip
