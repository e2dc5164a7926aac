"""The compose file is what the Compose Specification says, and its secrets are made fit for the manager."""

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from bascule import __version__
from bascule.cli.delegate import delegate as delegate_command
from bascule.cli.server import server as server_command
from bascule.manager.secrets.keyring import Keyring
from tests.deploy.helm import ROOT
from tests.deploy.test_chart import variables

FILE = ROOT / "deploy" / "compose.yaml"


@pytest.fixture
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return document


def interpolated(text: str) -> str:
    """As compose reads it where no variable is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_it_is_what_the_specification_says(compose: dict[str, Any]) -> None:
    text = yaml.safe_dump(yaml.safe_load(interpolated(FILE.read_text())))  # merge keys carried out
    assert "${" not in text
    assert set(PyCompose.from_yaml(text).service_names()) == {"postgres", "manager", "delegate"}
    for line, wrong in (
        ("read_only: true", "read_only: perhaps"),
        ("stop_grace_period: 10m", "stop_grace_period: long"),
        ("cap_drop:", "cap-drop:"),
    ):
        assert line in text
        with pytest.raises(ValueError):
            PyCompose.from_yaml(text.replace(line, wrong))


def test_everything_that_it_names_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(compose["volumes"])
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name


def test_ours_are_nobody_on_a_read_only_root(compose: dict[str, Any]) -> None:
    for name in ("manager", "delegate"):
        service = compose["services"][name]
        assert (service["user"], service["read_only"], service["cap_drop"]) == ("65532:65532", True, ["ALL"])
        assert service["image"] == f"${{BASCULE_IMAGE:-bascule:{__version__}}}"


def test_the_delegate_publishes_nothing_and_does_not_see_the_store(compose: dict[str, Any]) -> None:
    delegate = compose["services"]["delegate"]
    assert "ports" not in delegate
    assert delegate["networks"] == ["front"]
    assert compose["networks"]["store"] == {"internal": True}


@pytest.mark.parametrize(("name", "command"), [("manager", server_command), ("delegate", delegate_command)])
def test_the_programs_know_their_variables_and_no_secret_is_one(compose: dict[str, Any], name: str, command: Any) -> None:
    told = compose["services"][name]["environment"]
    assert set(told) <= variables(command)
    files = {value.removeprefix("/run/secrets/") for key, value in told.items() if key.endswith("_FILE")}
    assert files == set(compose["services"][name]["secrets"])


def test_its_secrets_are_made_once_and_open_to_nobody_else(tmp_path: Path, compose: dict[str, Any]) -> None:
    script = tmp_path / "compose-secrets.sh"
    script.write_bytes((FILE.parent / "compose-secrets.sh").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o400 for path in (tmp_path / "secrets").iterdir())
    assert made["store"].strip() == f"postgresql://bascule:{made['postgres-password'].strip()}@postgres/bascule"
    assert len(made["admin-password"].strip()) >= 10
    key = tmp_path / "key"
    key.write_text(made["master.key"])
    key.chmod(0o400)
    assert Keyring(key).current
    subprocess.run(["sh", script], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made
    if os.geteuid() == 0:
        assert (tmp_path / "secrets" / "master.key").stat().st_uid == 65532
