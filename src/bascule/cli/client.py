"""How client commands reach a manager: its address, the API key, the project; requests, and errors as our own tree."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from bascule.core.errors import BasculeError, ConflictError, DeniedError, InputError, NotFoundError, TargetError
from bascule.core.problems import Problem

if TYPE_CHECKING:
    import httpx

DEFAULT_MANAGER = "http://127.0.0.1:8080"

_ERRORS: dict[int, type[BasculeError]] = {400: InputError, 401: DeniedError, 403: DeniedError, 404: NotFoundError, 409: ConflictError}


class Login(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `bascule login` keeps for later commands, readable by its owner only."""

    manager: str
    api_key: str
    org: str = "default"
    project: str = "default"


def login_file() -> Path:
    """Where the login is kept: `$XDG_CONFIG_HOME/bascule/login.json`."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "bascule" / "login.json"


def saved_login() -> Login | None:
    """The login kept, or None. Raises InputError for a file that cannot be read as one."""
    file = login_file()
    try:
        return msgspec.json.decode(file.read_bytes(), type=Login)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        problem = Problem(code="CLI-030", what="the saved login cannot be read", where=str(file), why=str(error), fix="bascule login URL")
        raise InputError(problem) from error


def save_login(login: Login) -> Path:
    """Keep a login; the file is readable by its owner only."""
    file = login_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(msgspec.json.encode(login))
    return file


class Client:
    """One manager, asked as one user, in one project."""

    def __init__(self, manager: str, api_key: str, org: str, project: str) -> None:
        import httpx

        self.org = org
        self.project = project
        self.manager = manager.rstrip("/")
        self._http = httpx.Client(base_url=self.manager, headers={"x-api-key": api_key}, timeout=60)

    @property
    def path(self) -> str:
        """The project's path."""
        return f"/v1/orgs/{self.org}/projects/{self.project}"

    def get(self, path: str, **params: Any) -> Any:
        """The body of a GET. Parameters that are None are left out."""
        return self.request("GET", path, params={key: value for key, value in params.items() if value is not None}).json()

    def post(self, path: str, body: Any = None) -> Any:
        reply = self.request("POST", path, json=body)
        return reply.json() if reply.content else None

    def every(self, path: str, **params: Any) -> Iterator[Any]:
        """All items of a list, page by page."""
        page = 0
        while True:
            reply = self.request("GET", path, params={**{k: v for k, v in params.items() if v is not None}, "page": page, "limit": 100})
            items = reply.json()
            yield from items
            page += 1
            if not items or page * 100 >= int(reply.headers.get("X-Total-Elements", 0)):
                return

    def request(self, method: str, path: str, **more: Any) -> "httpx.Response":
        """A response of 2xx. Raises our errors with the manager's problems, TargetError when it cannot be reached."""
        import httpx

        try:
            reply = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            problem = Problem(
                code="CLI-031",
                what=f"the manager at {self.manager} cannot be reached",
                why=str(error),
                fix="start it with `bascule server`, or name another by --manager",
            )
            raise TargetError(problem) from error
        if reply.is_success:
            return reply
        raise _ERRORS.get(reply.status_code, TargetError)(_problems(reply))


def _problems(reply: "httpx.Response") -> list[Problem]:
    """What the manager said is wrong."""
    try:
        body = reply.json()
        said = [msgspec.convert(problem, Problem) for problem in body.get("problems", [])]
        message = str(body.get("message") or "")
    except (ValueError, AttributeError, msgspec.ValidationError):
        said, message = [], reply.text[:200]
    return said or [Problem(code=f"API-{reply.status_code}", what=message or f"the manager answered {reply.status_code}")]


Command = TypeVar("Command", bound=Callable[..., Any])


def client_options(command: Command) -> Command:
    """The options by which a command finds its manager; `connect` takes their values."""
    for option in (
        click.option("--project", envvar="BASCULE_PROJECT", help="Project identifier."),
        click.option("--org", envvar="BASCULE_ORG", help="Organization identifier."),
        click.option(
            "--api-key", envvar=["BASCULE_API_KEY", "BASCULE_TOKEN"], metavar="KEY", help="Better given by environment or `bascule login`."
        ),
        click.option(
            "--manager", envvar=["BASCULE_MANAGER", "BASCULE_SERVER"], metavar="URL", help=f"The manager to ask [{DEFAULT_MANAGER}]."
        ),
    ):
        command = option(command)
    return command


def connect(manager: str | None, api_key: str | None, org: str | None, project: str | None) -> Client:
    """A client by options, environment or the saved login, in this order. Raises DeniedError when there is no key."""
    login = saved_login() if not (manager and api_key) else None
    kept = login if login is not None and manager in (None, login.manager) else None
    key = api_key or (kept.api_key if kept else None)
    if key is None:
        raise DeniedError(Problem(code="CLI-032", what="there is no API key", fix="bascule login URL, or set BASCULE_API_KEY"))
    return Client(
        manager or (kept.manager if kept else DEFAULT_MANAGER),
        key,
        org or (kept.org if kept else "default"),
        project or (kept.project if kept else "default"),
    )
