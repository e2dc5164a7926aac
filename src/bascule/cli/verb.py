"""The frame around every engine verb: settings in, events and result out, signals, problems, exit status."""

import codecs
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
import msgspec

from bascule import __version__
from bascule.cli.console import Console
from bascule.core.errors import BasculeError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine import events
from bascule.engine.cancel import Cancel, Cancelled
from bascule.engine.commands.session import Request, Session, session
from bascule.engine.history.lock import LockSettings
from bascule.engine.patience import PatienceSettings
from bascule.engine.target import TargetSettings
from bascule.engine.urls import Url, parse

if TYPE_CHECKING:
    from bascule.cli.event_file import EventFile

Act = Callable[[Session, Console], dict[str, Any] | None]


def run_verb(options: dict[str, Any], act: Act) -> int:
    """Opens the target and runs `act(session, console)`; its answer is the summary of the `result` event. Returns the exit status.

    With `--events` there is always a `result`, also when the target could not even be named.
    """
    verb = click.get_current_context().info_name or ""
    if not options.pop("should_run", True):
        click.echo(f"{verb} did nothing: should-run says so", err=True)
        return 0
    console = _console(options)
    writer = _event_file(options["events"])
    cancel = Cancel()

    def emit(event: events.Event) -> None:
        console.show(event)
        if writer is not None:
            writer.write(event)

    def work() -> dict[str, Any]:
        request = request_from(options)
        emit(events.Started(verb=verb, bascule=__version__, target=request.target.url.shown, deployment_id=request.deployment_id))
        with session(request, emit, cancel) as opened:
            return act(opened, console) or {}

    try:
        with _signals(cancel):
            result = _settled(work, console, emit)
            with cancel.shield():
                emit(result)
    finally:
        if writer is not None:
            writer.close()
        console.close()
    return result.exit_code


def _console(options: dict[str, Any]) -> Console:
    return Console(
        json=options["output"] == "json",
        quiet=bool(options["quiet"]),
        output_file=options["output_file"],
        encoding=_known_encoding(options["output_file_encoding"]),
        newline=(options["output_line_separator"] or "\n").replace("\\r", "\r").replace("\\n", "\n"),
    )


def _known_encoding(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        raise click.UsageError(f"no encoding is named '{name}'", click.get_current_context()) from None


def _settled(work: Callable[[], dict[str, Any]], console: Console, emit: events.Emit) -> events.Result:
    """The outcome, whatever it is; a defect of ours is told, then raised."""
    try:
        return events.Result(status="success", exit_code=0, summary=work())
    except Cancelled as cancelled:
        console.tell("cancelled: what was not committed is undone, the lock is free", "warning")
        return events.Result(status="cancelled", exit_code=cancelled.exit_code, failure="Cancelled")
    except BasculeError as error:
        for problem in error.problems:
            console.problem(problem)
        return events.Result(status="failure", exit_code=error.exit_status, failure=type(error).__name__, problems=list(error.problems))
    except click.UsageError as error:
        missing = Problem(code="CLI-001", what=error.format_message())
        emit(events.Result(status="failure", exit_code=2, failure="UsageError", problems=[missing]))
        raise
    except Exception as error:
        bug = Problem(code="RUN-999", what=f"{type(error).__name__}: {error}", why="a defect of bascule itself")
        emit(events.Result(status="failure", exit_code=1, failure=type(error).__name__, problems=[bug]))
        raise


def request_from(options: dict[str, Any]) -> Request:
    """The options as the engine wants them."""
    url = options.get("url")
    if not url:
        raise click.UsageError("Missing option '--url'.", click.get_current_context())
    password = options.get("password")
    target = TargetSettings(
        url=with_driver_properties(parse(url), options.get("driver_properties_file")),
        username=options.get("username"),
        password=Secret(password) if password else None,
        access=getattr(click.get_current_context().obj, "access", None),
        default_schema=options.get("default_schema_name"),
        default_catalog=options.get("default_catalog_name"),
        history_schema=options.get("liquibase_schema_name"),
        history_table=options.get("database_changelog_table_name") or "DATABASECHANGELOG",
        lock_table=options.get("database_changelog_lock_table_name") or "DATABASECHANGELOGLOCK",
        history_tablespace=options.get("liquibase_tablespace_name"),
        output_default_schema=options.get("output_default_schema", True),
        output_default_catalog=options.get("output_default_catalog", True),
    )
    wait_minutes = options.get("changelog_lock_wait_time_in_minutes")
    lock_timeout, give_up = options.get("lock_timeout"), options.get("lock_retry_limit")
    search_path = options.get("search_path") or "."
    return Request(
        target=target,
        changelog=options.get("changelog_file"),
        search_path=tuple(Path(part.strip()) for part in search_path.split(",") if part.strip()),
        contexts=options.get("contexts"),
        label_filter=options.get("label_filter"),
        properties=_properties(options.get("defines") or ()),
        missing_property=options.get("missing_property_mode", "PRESERVE"),
        property_escaping=bool(options.get("support_property_escaping")),
        end_delimiter=options.get("end_delimiter"),
        overrides_delimiters=bool(options.get("end_delimiter") and options.get("overrides_delimiters")),
        client_settings=_client_settings(),
        file_encoding=options.get("file_encoding"),
        first_file_wins=options.get("duplicate_file_mode") not in (None, "ERROR"),
        must_include=options.get("on_missing_include_changelog") != "WARN",
        lock=LockSettings(wait_s=300.0 if wait_minutes is None else wait_minutes * 60, cancel_orphan=bool(options.get("cancel_orphan"))),
        patience=PatienceSettings(
            lock_timeout_ms=3000 if lock_timeout is None else int(lock_timeout * 1000), give_up_s=300.0 if give_up is None else give_up
        ),
        deployment_id=options.get("deployment_id"),
        statement_texts=options.get("statement_events") != "hash",
        mark_failed_as_ran=bool(options.get("mark_failed_as_ran")),
        tell_history=bool(options.get("events")),
    )


def _client_settings() -> dict[str, str]:
    from bascule.cli.client_settings import META, client_settings

    context = click.get_current_context()
    return client_settings(context.meta.get(META, {}), context.default_map or {})


def with_driver_properties(url: Url, file: str | None) -> Url:
    """The URL with a properties file's options added; what the URL itself says wins."""
    if not file:
        return url
    from bascule.cli.properties_file import read_properties_file

    path = Path(file)
    if not path.is_file():
        raise click.UsageError(f"there is no file '{file}'", click.get_current_context())
    told = dict(read_properties_file(path.read_text(encoding="utf-8")))
    user, password = told.pop("user", None), told.pop("password", None)
    return msgspec.structs.replace(
        url,
        username=url.username or user,
        password=url.password or (Secret(password) if password else None),
        options={**told, **url.options},
    )


def _properties(defines: tuple[str, ...] | list[str]) -> dict[str, str]:
    """`-Dname=value`; those handed over by descriptor win."""
    properties: dict[str, str] = {}
    for define in defines:
        name, equals, value = define.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"-D wants NAME=VALUE, not '{define}'", click.get_current_context())
        properties[name.strip().removeprefix("parameter.")] = value
    context = click.get_current_context()
    if context.obj is not None:
        properties.update(context.obj.properties)
    return properties


def _event_file(target: str | None) -> "EventFile | None":
    if not target:
        return None
    from bascule.cli.event_file import EventFile

    return EventFile(target)


@contextmanager
def _signals(cancel: Cancel) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop, while the verb runs; only the main thread may have handlers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        cancel.request(number)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
