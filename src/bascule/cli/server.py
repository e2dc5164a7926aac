"""`bascule server`: the manager, and on request a delegate beside it."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from types import FrameType

    from sqlalchemy import Engine

    from bascule.manager.settings import Settings

TOKEN_FILE = "admin-token"  # noqa: S105 - a file's name
_DRAIN_S = 40.0
"""How long a delegate beside us may take to finish its jobs."""
_PART_S = 10.0
_GRACE_S = 5
_PASSWORD_LENGTH = 10


_FILE = click.Path(dir_okay=False, path_type=Path)


def _networks(_context: click.Context, _option: click.Parameter, value: str) -> str:
    import ipaddress

    for word in value.split(","):
        try:
            if word.strip() not in ("", "*"):
                ipaddress.ip_network(word.strip())
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return value


@click.command(epilog="Example:  bascule server --with-delegate        one command, one machine: manager, store and delegate")
@click.option(
    "--data-dir",
    envvar="BASCULE_DATA_DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bascule-data"),
    show_default=True,
    help="Embedded store, master key, the admin's token. One manager each.",
)
@click.option("--store", envvar="BASCULE_STORE", metavar="URL", help="postgresql://user:password@host/db instead of the embedded store.")
@click.option("--store-file", envvar="BASCULE_STORE_FILE", type=_FILE, help="Has that URL: a mounted secret, a credential.")
@click.option(
    "--master-key-file",
    envvar="BASCULE_MASTER_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The key of stored secrets, which every manager of one store needs (openssl rand -base64 32); made in --data-dir by default.",
)
@click.option(
    "--admin-password-file",
    envvar="BASCULE_ADMIN_PASSWORD_FILE",
    type=_FILE,
    help="The admin's password at the first start, instead of one that is made and printed.",
)
@click.option("--host", envvar="BASCULE_HOST", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", envvar="BASCULE_PORT", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any that is free.")
@click.option("--public-url", envvar="BASCULE_PUBLIC_URL", default="", metavar="URL", help="How browsers reach it, behind a proxy.")
@click.option(
    "--trusted-proxies",
    envvar="BASCULE_TRUSTED_PROXIES",
    default="127.0.0.1",
    show_default=True,
    metavar="NETS",
    callback=_networks,
    help="Whose X-Forwarded-For and -Proto are believed: addresses and networks with commas between, or *.",
)
@click.option("--with-delegate", envvar="BASCULE_WITH_DELEGATE", is_flag=True, help="Also run a delegate on this machine.")
@click.option(
    "--allow-scripts", envvar="BASCULE_ALLOW_SCRIPTS", is_flag=True, help="Let that delegate run scripts (Run, ShellScript steps)."
)
@click.option("--opa-url", envvar="BASCULE_OPA_URL", metavar="URL", help="An OPA server that judges policies instead of our own workers.")
@click.option("--opa-token", envvar="BASCULE_OPA_TOKEN", metavar="TOKEN", help="Lets us into it; better by environment.")
@click.option("--opa-token-file", envvar="BASCULE_OPA_TOKEN_FILE", type=_FILE, help="Has that token.")
@click.option("--metrics", is_flag=True, envvar="BASCULE_METRICS", help="Tell Prometheus at /metrics, to this machine only.")
def server(
    data_dir: Path,
    store: str | None,
    store_file: Path | None,
    master_key_file: Path | None,
    admin_password_file: Path | None,
    host: str,
    port: int,
    public_url: str,
    trusted_proxies: str,
    with_delegate: bool,
    allow_scripts: bool,
    opa_url: str | None,
    opa_token: str | None,
    opa_token_file: Path | None,
    metrics: bool,
) -> int:
    """Run the manager: API, web pages, pipelines. Its store is brought up to date first.

    SIGTERM lets requests finish, and jobs of a delegate beside it.
    """
    from bascule.cli.store import migrate_store
    from bascule.manager.database import open_store
    from bascule.manager.settings import Settings

    directory = data_dir.resolve()
    directory.mkdir(mode=0o711, parents=True, exist_ok=True)  # scripts of the delegate, under another user, pass through it
    store = _one_of(store, store_file, "store")
    judges = {"governance.opa_url": opa_url, "governance.opa_token": _one_of(opa_token, opa_token_file, "opa-token")}
    extra = {key: value for key, value in judges.items() if value} | ({"delegates.metrics": "on"} if metrics else {})
    settings = Settings(
        data_directory=directory,
        store=store,
        master_key_file=master_key_file and master_key_file.resolve(),
        public_url=public_url,
        trusted_proxies=trusted_proxies,
        extra=extra,
    )
    with _sole_owner(directory), _listening(host, port) as listener:
        ran = migrate_store(settings.store_url)
        if store is None:
            (directory / "bascule.db").chmod(0o600)  # before any row is in it
        if ran:
            click.echo(f"the store was brought up to date: {ran} changesets")
        engine = open_store(settings.store_url)
        _first_start(engine, directory, admin_password_file)
        shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not bound
        url = f"http://{f'[{shown}]' if ':' in shown else shown}:{listener.getsockname()[1]}"
        if not with_delegate:
            return _serve(settings, engine, listener, url)
        from bascule.cli.delegate import start_embedded

        beside = start_embedded(engine, url, directory / "delegate", allow_scripts=allow_scripts)
        try:
            return _serve(settings, engine, listener, url, beside)
        finally:
            beside.terminate()
            beside.join(_PART_S)
            if beside.is_alive():
                beside.kill()
                beside.join()


def _serve(settings: "Settings", engine: "Engine", listener: socket.socket, url: str, beside: "BaseProcess | None" = None) -> int:
    """Answer requests until SIGTERM or SIGINT; after SIGTERM until the delegate beside us has told how its jobs ended, and is gone."""
    import logging
    import threading
    from multiprocessing.connection import wait

    import uvicorn

    from bascule.manager.app import create_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = create_app(settings, engine=engine)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
    )
    program = uvicorn.Server(config)
    app.state.stopping = lambda: program.should_exit  # long polls end by themselves then

    def leave_after(delegate: "BaseProcess") -> None:
        wait([delegate.sentinel], _DRAIN_S)
        program.should_exit = True

    at_once = program.handle_exit
    is_leaving = False

    def leave(sig: int, frame: "FrameType | None") -> None:
        nonlocal is_leaving
        if beside is None or is_leaving or sig == signal.SIGINT:  # which a terminal sends to the delegate as well
            at_once(sig, frame)
            return
        is_leaving = True
        beside.terminate()
        threading.Thread(target=leave_after, args=(beside,), daemon=True).start()

    program.handle_exit = leave  # type: ignore[method-assign]  # uvicorn's own leaves nobody time
    # Until uvicorn listens to signals, and when it raises the one that stopped it once more at the end, they are ours.
    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    click.echo(f"bascule is at {url}")
    try:
        program.run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if program.started else 1


def _first_start(engine: "Engine", directory: Path, password_file: Path | None) -> None:
    """Make the account and its admin, once; say a password that we made on stdout, put the API token into a file of mode 0600."""
    from datetime import UTC, datetime

    from bascule.manager.database import writing
    from bascule.manager.users.service import bootstrap

    with writing(engine) as connection:
        chosen = {} if password_file is None else {"choose_password": lambda: _password_of(password_file)}
        made = bootstrap(connection, datetime.now(UTC), **chosen)
        if made is None:
            return
        shown, token = made
        path = directory / TOKEN_FILE
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(token + "\n")
    if password_file is None:
        click.echo(f"first start: log in as 'admin' with the password {shown}")
        click.echo(f"             it is not shown again; an API token is in {path}")
    else:
        click.echo(f"first start: log in as 'admin' with the password of {password_file}; an API token is in {path}")


def _password_of(path: Path) -> str:
    """The admin's password. Raises InputError for one that users could not choose either."""
    password = _text_of(path)
    if len(password) < _PASSWORD_LENGTH:
        what = f"the admin's password has fewer than {_PASSWORD_LENGTH} characters"
        raise InputError(Problem(code="SRV-007", what=what, where=str(path), fix="write a longer one"))
    return password


def _one_of(text: str | None, path: Path | None, name: str) -> str | None:
    """What an option or its file says."""
    if text and path:
        raise click.UsageError(f"--{name} and --{name}-file: give one of them")
    return text if path is None else _text_of(path)


def _text_of(path: Path) -> str:
    """The one line of a secret's file. Raises InputError."""
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(Problem(code="SRV-006", what="a secret's file cannot be read", where=str(path), why=why)) from error
    if not text:
        raise InputError(Problem(code="SRV-006", what="a secret's file is empty", where=str(path)))
    return text


@contextmanager
def _sole_owner(directory: Path) -> Iterator[None]:
    """Hold the data directory: two managers on one embedded store would each run its pipelines."""
    import fcntl

    with (directory / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError(
                Problem(code="SRV-002", what="another manager is at work", where=str(directory), fix="stop it, or name another --data-dir")
            ) from error
        yield


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket: bound before anything else is done, so that a taken port is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Its protocol said, asyncio sends what is written at once (TCP_NODELAY); else each answer waits 40 ms for a delayed acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise InputError(
                Problem(code="SRV-003", what=f"cannot listen on {host}:{port}", why=error.strerror, fix="name another --port; 0 takes any")
            ) from error
        listener.listen(128)
        listener.set_inheritable(False)
        yield listener
