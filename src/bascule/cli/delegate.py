"""`bascule delegate`: the agent, what is asked about agents below it, and the one that `bascule server --with-delegate` starts."""

import multiprocessing
import os
import pkgutil
import signal
import socket
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bascule.cli import fleet

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bascule.delegate.settings import DelegateSettings

EMBEDDED = "embedded"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_DRIVERS = ("psycopg", "pymysql", "sqlglot")


@click.group(
    invoke_without_command=True,
    subcommand_metavar="[COMMAND]",
    epilog="Example:  BASCULE_DELEGATE_TOKEN=… bascule delegate --manager https://bascule.example.com --name near-the-databases",
)
@click.option(
    "--manager",
    envvar=["BASCULE_MANAGER", "MANAGER_HOST_AND_PORT"],
    metavar="URL",
    help="The manager to work for; several on one store with commas between.",
)
@click.option(
    "--token",
    envvar=["BASCULE_DELEGATE_TOKEN", "DELEGATE_TOKEN"],
    metavar="TOKEN",
    help="Lets the delegate in; better by environment or file.",
)
@click.option(
    "--token-file",
    envvar="BASCULE_DELEGATE_TOKEN_FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Has the token.",
)
@click.option("--name", envvar=["BASCULE_DELEGATE_NAME", "DELEGATE_NAME"], help="How people see it; the host's name by default.")
@click.option(
    "--tags",
    envvar=["BASCULE_DELEGATE_TAGS", "DELEGATE_TAGS"],
    default="",
    help="Some of its token's tags, with commas between; all by default.",
)
@click.option(
    "--capacity",
    envvar="BASCULE_DELEGATE_CAPACITY",
    type=click.IntRange(1, 256),
    default=4,
    show_default=True,
    help="So many jobs at once.",
)
@click.option(
    "--allow-scripts",
    envvar="BASCULE_DELEGATE_ALLOW_SCRIPTS",
    is_flag=True,
    help="Also run scripts (Run, ShellScript); as root, under another user.",
)
@click.option(
    "--script-user",
    envvar="BASCULE_DELEGATE_SCRIPT_USER",
    type=int,
    default=65534,
    show_default=True,
    metavar="UID",
    help="Who scripts run as where we are root.",
)
@click.option(
    "--ca-file",
    envvar="BASCULE_DELEGATE_CA_FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Certificates to trust instead of the system's.",
)
@click.option(
    "--allow-secret-env",
    envvar="BASCULE_DELEGATE_ALLOW_SECRET_ENV",
    multiple=True,
    metavar="PREFIX",
    help="Secrets may be read from variables so named [BASCULE_SECRET_].",
)
@click.option(
    "--secret-files",
    envvar="BASCULE_DELEGATE_SECRET_FILES",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that secrets may be read from.",
)
@click.option(
    "--secret-endpoint",
    envvar="BASCULE_DELEGATE_SECRET_ENDPOINT",
    multiple=True,
    metavar="TYPE=URL",
    help="Ask that type of secret manager there: private endpoints.",
)
@click.option(
    "--cache-size",
    envvar="BASCULE_DELEGATE_CACHE_SIZE",
    type=click.IntRange(0),
    default=8192,
    show_default=True,
    metavar="MIB",
    help="Disk for mirrors and archives.",
)
@click.option(
    "--health-port",
    envvar="BASCULE_DELEGATE_HEALTH_PORT",
    type=click.IntRange(0, 65535),
    default=0,
    help="Serve /healthz, /readyz and /metrics there; by default it listens nowhere.",
)
@click.option("--health-host", envvar="BASCULE_DELEGATE_HEALTH_HOST", default="127.0.0.1", show_default=True, help="Where that listens.")
@click.option(
    "--data-dir",
    envvar="BASCULE_DELEGATE_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bascule-delegate"),
    show_default=True,
    help="Its key, running jobs, mirrors of repositories, workspaces. One delegate each.",
)
@click.option("--workspace-dir", type=click.Path(file_okay=False, path_type=Path), help="Where workspaces are; in --data-dir by default.")
@click.option("--ephemeral", is_flag=True, help="Be the delegate of one pod: end with its step group. SIGTERM cancels what runs.")
@click.option(
    "--register-within", type=click.IntRange(1), metavar="SECONDS", help="End with status 5 when the manager has not let it in by then."
)
@click.option(
    "--step-container",
    multiple=True,
    metavar="NAME",
    hidden=True,
    help="A step container of its pod: no job begins before all are there.",
)
@click.option(
    "--turns",
    type=click.Path(file_okay=False, path_type=Path),
    hidden=True,
    help="Where the step containers of its pod wait for their turn.",
)
@click.option(
    "--kubernetes/--no-kubernetes",
    envvar="BASCULE_DELEGATE_KUBERNETES",
    default=None,
    help="Make pods for step groups; by default in a cluster, or with --kubeconfig.",
)
@click.option(
    "--default-runner",
    envvar="BASCULE_DELEGATE_DEFAULT_RUNNER",
    type=click.Choice(["local", "kubernetes"]),
    default="local",
    show_default=True,
    help="Where jobs of step groups run that name no infrastructure: here, or in a pod.",
)
@click.option(
    "--kubeconfig",
    envvar="BASCULE_POD_KUBECONFIG",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The cluster to make pods in, where it is not its own.",
)
@click.option("--kube-context", envvar="BASCULE_POD_CONTEXT", help="One of the kubeconfig's contexts; its current one by default.")
@click.option("--pod-image", envvar="BASCULE_POD_IMAGE", help="The image of the delegate in a pod: this program.")
@click.option("--pod-namespace", envvar="BASCULE_POD_NAMESPACE", help="Where pods go that name none; the delegate's own by default.")
@click.option(
    "--pod-manager-url", envvar="BASCULE_POD_MANAGER_URL", metavar="URL", help="The manager as pods reach it; --manager by default."
)
@click.option("--pod-service-account", envvar="BASCULE_POD_SERVICE_ACCOUNT", help="The service account of pods that name none.")
@click.pass_context
def delegate(ctx: click.Context, /, **settings: Any) -> int | None:
    """Run the agent that works near the databases. It only calls out; SIGTERM lets what runs finish first.

    The commands below it ask and tell a manager about its delegates.
    """
    if ctx.invoked_subcommand is None:
        return run_agent(**settings)
    given = [name for name in settings if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
    if given:
        raise click.UsageError(f"write --{given[0].replace('_', '-')} after '{ctx.invoked_subcommand}'")
    return None


def run_agent(
    manager: str | None,
    token: str | None,
    token_file: Path | None,
    name: str | None,
    tags: str,
    capacity: int,
    allow_scripts: bool,
    script_user: int,
    cache_size: int,
    ca_file: str | None,
    allow_secret_env: tuple[str, ...],
    secret_files: Path | None,
    secret_endpoint: tuple[str, ...],
    health_port: int,
    health_host: str,
    data_dir: Path,
    workspace_dir: Path | None,
    ephemeral: bool,
    register_within: int | None,
    step_container: tuple[str, ...],
    turns: Path | None,
    kubernetes: bool | None,
    default_runner: Literal["local", "kubernetes"],
    kubeconfig: Path | None,
    kube_context: str | None,
    pod_image: str | None,
    pod_namespace: str | None,
    pod_manager_url: str | None,
    pod_service_account: str | None,
) -> int:
    """Run the agent. It only calls out; SIGTERM lets what runs finish first, and gives back what has not begun.

    \b
    Example:
      bascule delegate run --manager https://bascule.example.com --token-file token
    """
    from bascule.delegate.pods.connect import is_in_cluster
    from bascule.delegate.settings import DelegateSettings, PodSettings

    if not manager:
        raise click.UsageError("a delegate needs --manager or BASCULE_MANAGER")
    for url in manager.split(","):
        if not url.strip().startswith(("https://", "http://")):
            raise click.UsageError(f"{url.strip()!r} is no manager's URL: it begins with https:// (or http://)")
    if token_file is not None:
        token = token_file.read_text().strip()
        if not token:
            raise click.UsageError(f"the token file {token_file} is empty")
    if not token:
        raise click.UsageError("a delegate needs --token, --token-file or BASCULE_DELEGATE_TOKEN")
    os.environ.pop("DELEGATE_TOKEN", None)
    os.environ.pop("BASCULE_DELEGATE_TOKEN", None)  # jobs inherit none of it
    pods = None
    if kubernetes or (kubernetes is None and (kubeconfig is not None or is_in_cluster())):
        if kubeconfig is None and not is_in_cluster():
            raise click.UsageError("--kubernetes outside of a cluster needs --kubeconfig")
        pods = PodSettings(
            kubeconfig=kubeconfig,
            context=kube_context,
            image=pod_image,
            namespace=pod_namespace,
            service_account=pod_service_account,
            manager=pod_manager_url,
            proxies={name: value for name, value in os.environ.items() if name.upper() in _PROXIES},
        )
    if default_runner == "kubernetes" and pods is None:
        raise click.UsageError("--default-runner kubernetes needs --kubernetes, and a cluster")
    settings = DelegateSettings(
        manager=manager,
        token=token,
        pods=pods,
        default_runner=default_runner,
        ephemeral=ephemeral,
        register_within_s=register_within,
        step_containers=step_container,
        turns=turns,
        workspace_directory=workspace_dir.resolve() if workspace_dir is not None else None,
        data_directory=data_dir.resolve(),
        tags=tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
        capacity=capacity,
        allow_scripts=allow_scripts,
        script_user=script_user,
        cache_bytes=cache_size * 2**20,
        ca_file=ca_file,
        name=name or socket.gethostname(),
        secret_env=allow_secret_env or ("BASCULE_SECRET_",),
        secret_files=secret_files.resolve() if secret_files else None,
        secret_endpoints=_endpoints(secret_endpoint),
        health_host=health_host,
        health_port=health_port or None,
    )
    return serve(settings)


def _endpoints(written: tuple[str, ...]) -> dict[str, str]:
    """`TYPE=URL` by type."""
    found = dict(text.partition("=")[::2] for text in written)
    if wrong := [text for text in written if not text.partition("=")[2].startswith("https://")]:
        raise click.UsageError(f"--secret-endpoint is TYPE=https://…, not '{wrong[0]}'")
    return found


delegate.add_command(click.Command("run", params=[*delegate.params], callback=run_agent, help=run_agent.__doc__))
for command in (fleet.status, fleet.drain, fleet.logs, fleet.token):
    delegate.add_command(command)


def serve(settings: "DelegateSettings") -> int:
    """Serve a manager in this process, until SIGTERM. Returns the exit status."""
    from bascule.cli.main import main
    from bascule.delegate import agent

    _log_to_stderr()
    return agent.run(settings, main, preload=_modules())


def start_embedded(engine: "Engine", manager: str, data_directory: Path, *, allow_scripts: bool = False) -> BaseProcess:
    """The delegate of `bascule server --with-delegate`, a child process with a token of its own. `terminate` it to let it drain.

    Call when the store is migrated and before the first thread starts; the manager need not answer yet.
    """
    from datetime import UTC, datetime

    from bascule.delegate.settings import DelegateSettings
    from bascule.manager.database import writing
    from bascule.manager.delegates.fleet import replace_token

    with writing(engine) as connection:
        token = replace_token(connection, EMBEDDED, datetime.now(UTC))
    engine.dispose()  # the child must not share connections
    settings = DelegateSettings(
        manager=manager, token=token, data_directory=data_directory.resolve(), name=EMBEDDED, allow_scripts=allow_scripts
    )
    process = multiprocessing.get_context("fork").Process(target=_serve_embedded, args=(settings, os.getpid()), name="bascule-delegate")
    process.start()
    return process


def _serve_embedded(settings: "DelegateSettings", manager: int) -> None:
    """Ends with the manager's process, however that ends: running jobs go on, and the next start reports them."""
    from bascule.delegate.runners.child import die_with

    die_with(manager, signal.SIGKILL)
    sys.exit(serve(settings))


def _modules() -> list[str]:
    """What jobs should find imported: our verbs, the engine, the drivers that are installed."""
    import importlib.util

    import bascule.cli
    import bascule.engine

    programs = {"bascule.cli.server", "bascule.cli.delegate", "bascule.cli.main"}
    verbs = [f"bascule.cli.{module.name}" for module in pkgutil.iter_modules(bascule.cli.__path__)]
    engine = [module.name for module in pkgutil.walk_packages(bascule.engine.__path__, "bascule.engine.")]
    drivers = [name for name in _DRIVERS if importlib.util.find_spec(name)]
    return [name for name in (*drivers, *engine, *verbs) if name not in programs]


def _log_to_stderr() -> None:
    import logging

    from bascule.delegate.log import LogFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for client in ("httpx", "httpx2"):  # each request of ours and of lightkube's
        logging.getLogger(client).setLevel(logging.WARNING)
