"""A manager on a free port with the scene in its store, and a Chromium that looks at it."""

import contextlib
import importlib.util
import pkgutil
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import Engine

import bascule.manager
from bascule.manager.app import create_app
from bascule.manager.database import METADATA, open_store
from bascule.manager.settings import Settings
from bascule.wire import sealing
from bascule.wire.delegates import EventBatch, LeaseAnswer, LeaseRequest, Register, Registered, ResultReport
from tests.e2e.browser import scene
from tests.e2e.browser.scene import BASE, Scene

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Site:
    """The manager as a browser finds it."""

    url: str
    engine: Engine
    scene: Scene

    def page(self, *parts: str) -> str:
        """A page of the shop."""
        return f"{self.url}{BASE}/{'/'.join(parts)}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real app behind a real server, its store in a file."""
    folder = tmp_path_factory.mktemp("manager")
    for area in pkgutil.iter_modules(bascule.manager.__path__):
        if area.ispkg and importlib.util.find_spec(f"bascule.manager.{area.name}.store"):
            importlib.import_module(f"bascule.manager.{area.name}.store")
    settings = Settings(data_directory=folder)
    engine = open_store(settings.store_url)
    METADATA.create_all(engine)
    app = create_app(settings, engine=engine)
    made = scene.make(engine, scene.utc_now())
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield Site(url=f"http://127.0.0.1:{listener.getsockname()[1]}", engine=engine, scene=made)
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser per file: while it lives, an event loop runs in this thread, and other tests want one of their own."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Tab:
    """A tab that remembers what went wrong in it: errors of scripts, refused content, failed loads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()
        """Parts of complaints that a test provokes."""
        page.set_default_timeout(30_000)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.complaints.append(message.text)


@contextlib.contextmanager
def open_tab(chromium: Browser, site: Site, user: str | None, **options: Any) -> Iterator[Tab]:
    """A tab of its own, logged in as the user."""
    context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    if user:
        token = scene.session(site.engine, user, scene.utc_now())
        context.add_cookies([{"name": "bascule_session", "value": token, "url": site.url}])
    tab = Tab(context.new_page())
    yield tab
    context.close()


@pytest.fixture
def tab(chromium: Browser, site: Site) -> Iterator[Tab]:
    """Ada's tab. What her pages complain about fails the test."""
    with open_tab(chromium, site, "ada") as tab:
        yield tab
        assert tab.complaints == []


@pytest.fixture
def page(tab: Tab) -> Page:
    return tab.page


class Runner:
    """A delegate played by hand, over its public door: it takes a job when told, says what it is told to say."""

    def __init__(self, site: Site) -> None:
        self._client = httpx.Client(base_url=f"{site.url}/v1/delegate", timeout=40)
        key = sealing.new_key()
        register = Register(
            token=site.scene.delegate_token,
            name="by-hand",
            public_key=sealing.public_text(key),
            version="0.1.0",
            tags=["prod", "eu"],
            allow_scripts=True,
        )
        registered = self._call("register", register, Registered)
        session = sealing.unseal(registered.session_token, key, sealing.SESSION).decode()
        self._client.headers["Authorization"] = f"Bearer {session}"
        self._lease: Any = None
        self._seq = 0

    def _call(self, name: str, body: msgspec.Struct, answer: Any) -> Any:
        response = self._client.post(f"/{name}", content=msgspec.json.encode(body), headers={"Content-Type": "application/json"})
        response.raise_for_status()
        return msgspec.json.decode(response.content, type=answer) if answer else None

    def take(self) -> None:
        """Wait for a job, and begin it."""
        while self._lease is None:
            self._lease = self._call("lease", LeaseRequest(free=1, wait_s=20), LeaseAnswer).lease
        self._seq = 0
        self.tell({"kind": "started", "verb": "script", "bascule": "0.1.0"})

    def tell(self, *events: dict[str, Any]) -> None:
        """Send events of the job."""
        batch = EventBatch(
            job_id=self._lease.job.id, attempt=self._lease.attempt, fence=self._lease.fence, seq=self._seq, events=list(events)
        )
        self._call("events", batch, None)
        self._seq += len(events)

    def say(self, *lines: str) -> None:
        """Log lines."""
        self.tell(*({"kind": "log", "at": scene.utc_now().timestamp(), "text": line} for line in lines))

    def finish(self) -> None:
        """The job has succeeded."""
        self.tell({"kind": "result", "status": "success", "exit_code": 0})
        report = ResultReport(
            job_id=self._lease.job.id,
            attempt=self._lease.attempt,
            fence=self._lease.fence,
            last_seq=self._seq - 1,
            status="success",
            exit_code=0,
        )
        self._call("result", report, None)
        self._lease = None


@pytest.fixture
def runner(site: Site) -> Runner:
    return Runner(site)
