"""What `bascule delegate` makes of its options."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bascule.cli import delegate as module
from bascule.delegate.settings import DelegateSettings

Run = Callable[..., DelegateSettings]
KUBECONFIG = "kubeconfig"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Its settings with these words and variables."""
    (tmp_path / KUBECONFIG).touch()
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    served: list[DelegateSettings] = []
    monkeypatch.setattr(module, "serve", lambda settings: served.append(settings) or 0)

    def called(*words: str, **variables: str) -> DelegateSettings:
        argv = ["--manager", "https://m.example", "--token", "t", *words]
        answer = CliRunner().invoke(module.delegate, argv, env=variables, standalone_mode=False)
        if answer.exception is not None:
            raise answer.exception
        return served[-1]

    return called


def test_pods_are_made_where_a_cluster_is_given(run: Run) -> None:
    assert run().pods is None
    pods = run("--kubeconfig", KUBECONFIG, "--kube-context", "prod").pods
    assert pods is not None
    assert (pods.kubeconfig, pods.context) == (Path(KUBECONFIG), "prod")
    assert run("--kubeconfig", KUBECONFIG, "--no-kubernetes").pods is None


def test_pods_without_a_cluster_are_a_mistake(run: Run) -> None:
    with pytest.raises(Exception, match="--kubernetes outside of a cluster needs --kubeconfig"):
        run("--kubernetes")


def test_what_pods_are_like_comes_from_the_environment_too(run: Run) -> None:
    pods = run(
        BASCULE_POD_KUBECONFIG=KUBECONFIG,
        BASCULE_POD_IMAGE="r/bascule:1",
        BASCULE_POD_NAMESPACE="jobs",
        BASCULE_POD_MANAGER_URL="https://inside.example",
        BASCULE_POD_SERVICE_ACCOUNT="runner",
        HTTPS_PROXY="http://proxy:3128",
    ).pods
    assert pods is not None
    assert (pods.image, pods.namespace, pods.manager, pods.service_account) == ("r/bascule:1", "jobs", "https://inside.example", "runner")
    assert pods.proxies == {"HTTPS_PROXY": "http://proxy:3128"}


def test_a_delegate_of_a_pod_has_its_limits(run: Run, tmp_path: Path) -> None:
    settings = run("--ephemeral", "--register-within", "30", "--turns", "/turns", "--workspace-dir", "work")
    assert settings.ephemeral
    assert (settings.register_within_s, settings.turns, settings.workspace_directory) == (30, Path("/turns"), tmp_path / "work")


def test_a_manager_without_a_scheme_is_refused_at_once(run: Run) -> None:
    with pytest.raises(click.UsageError, match=r"m\.example:8080' is no manager's URL"):
        run("--manager", "https://one.example,m.example:8080")


def test_a_token_file_that_is_missing_or_empty_is_told(run: Run, tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="does not exist"):
        run("--token-file", "nowhere")
    (tmp_path / "token").touch()
    with pytest.raises(click.UsageError, match="is empty"):
        run("--token-file", "token")
