"""`bascule delegate`, and the delegate that `bascule server --with-delegate` starts beside itself."""

import multiprocessing
import os
import pkgutil
import signal
import socket
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bascule.delegate.settings import DelegateSettings

EMBEDDED = "embedded"
_DRIVERS = ("psycopg", "pymysql", "sqlglot")


@click.command(epilog="Example:  BASCULE_DELEGATE_TOKEN=… bascule delegate --manager https://bascule.example.com --name near-the-databases")
@click.option(
    "--manager", envvar=["BASCULE_MANAGER", "MANAGER_HOST_AND_PORT"], required=True, metavar="URL", help="The manager to work for."
)
@click.option(
    "--token",
    envvar=["BASCULE_DELEGATE_TOKEN", "DELEGATE_TOKEN"],
    metavar="TOKEN",
    help="Lets the delegate in; better by environment or file.",
)
@click.option("--token-file", envvar="BASCULE_DELEGATE_TOKEN_FILE", type=click.Path(dir_okay=False, path_type=Path), help="Has the token.")
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
    "--data-dir",
    envvar="BASCULE_DELEGATE_DATA",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bascule-delegate"),
    show_default=True,
    help="Its key, running jobs, mirrors of repositories, workspaces. One delegate each.",
)
def delegate(
    manager: str,
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
    data_dir: Path,
) -> int:
    """Run the agent that works near the databases. It only calls out; SIGTERM lets what runs finish first."""
    from bascule.delegate.settings import DelegateSettings

    if token_file is not None:
        token = token_file.read_text().strip()
    if not token:
        raise click.UsageError("a delegate needs --token, --token-file or BASCULE_DELEGATE_TOKEN")
    os.environ.pop("DELEGATE_TOKEN", None)
    os.environ.pop("BASCULE_DELEGATE_TOKEN", None)  # jobs inherit none of it
    settings = DelegateSettings(
        manager=manager,
        token=token,
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
    )
    return serve(settings)


def _endpoints(written: tuple[str, ...]) -> dict[str, str]:
    """`TYPE=URL` by type."""
    found = dict(text.partition("=")[::2] for text in written)
    if wrong := [text for text in written if not text.partition("=")[2].startswith("https://")]:
        raise click.UsageError(f"--secret-endpoint is TYPE=https://…, not '{wrong[0]}'")
    return found


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

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
