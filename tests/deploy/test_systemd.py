"""The units: known to systemd, closed by its own measure, and their options are the programs'."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bascule.cli.delegate import delegate as delegate_command
from bascule.cli.server import server as server_command
from tests.deploy.helm import ROOT
from tests.deploy.test_chart import variables

FOLDER = ROOT / "deploy" / "systemd"
UNITS = ("bascule-manager.service", "bascule-delegate.service")
MOST_EXPOSED = 20
"""Of 100 by systemd's measure; a unit without any bounds has 96."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (package systemd)")


def settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (FOLDER / unit).read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    for unit in UNITS:
        text = (FOLDER / unit).read_text().replace("/opt/bascule/bin/bascule", "/bin/true")  # it looks whether the program is there
        (tmp_path / unit).write_text(text)
    done = analyze("verify", "--man=no", *(str(tmp_path / unit) for unit in UNITS))
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / UNITS[0]).write_text("[Service]\nExecStart=/bin/true\nProtectSistem=strict\n")
    assert "ProtectSistem" in analyze("verify", "--man=no", str(tmp_path / UNITS[0])).stderr


@needs_systemd
@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_closed_by_systemds_own_measure(unit: str) -> None:
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(FOLDER / unit))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", UNITS)
def test_the_first_process_alone_is_told_to_stop_so_that_running_jobs_finish(unit: str) -> None:
    said = settings(unit)
    assert said["KillMode"] == ["mixed"]
    assert said["DynamicUser"] == ["yes"]
    assert said["TimeoutStopSec"] == [{"bascule-manager.service": "60", "bascule-delegate.service": "10min"}[unit]]


@pytest.mark.parametrize(("unit", "command"), [*zip(UNITS, (server_command, delegate_command), strict=True)])
def test_the_programs_know_their_variables_and_secrets_are_credentials(unit: str, command: Any) -> None:
    said = settings(unit)
    told = dict(word.split("=", 1) for line in said["Environment"] for word in line.split())
    ours = {name for name in told if name.startswith("BASCULE_")}
    file = FOLDER / unit.removeprefix("bascule-").replace(".service", ".env")
    lines = [line.lstrip("#") for line in file.read_text().splitlines() if "=" in line and not line.startswith("# ")]
    ours |= {line.partition("=")[0] for line in lines if line.startswith("BASCULE_")}
    assert len(ours) > 3
    assert ours <= variables(command)
    handed = {line.partition(":")[0] for line in said["LoadCredential"]}
    assert {value.removeprefix("%d/") for name, value in told.items() if name.endswith("_FILE")} == handed


def test_what_a_program_opens_itself_is_not_where_root_alone_can_enter() -> None:
    """/etc/bascule is 0700 and root's; the programs run as somebody else, and get from there only what systemd hands them."""
    named = [line for path in FOLDER.glob("*.env") for line in path.read_text().splitlines() if "=" in line and not line.startswith("# ")]
    assert any(line.lstrip("#").startswith("BASCULE_DELEGATE_CA_FILE=") for line in named)
    assert [line for line in named if "=/etc/bascule" in line] == []


def test_a_revoked_delegate_is_not_started_again() -> None:
    assert settings("bascule-delegate.service")["RestartPreventExitStatus"] == ["3"]
