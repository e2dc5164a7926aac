"""What people see of step groups that run in pods: a real product before the stand-in of a cluster."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser.conftest import Tab
from tests.e2e.browser.scene import PASSWORD
from tests.e2e.in_pods import PIPELINE, World, world_in
from tests.e2e.test_pipeline import BASE

PROJECT = BASE.removeprefix("/v1")
APPROVAL = """
                    - step:
                        identifier: ask
                        name: Ask
                        type: HarnessApproval
                        spec: {approvalMessage: Go on?, approvers: {userGroups: [dbas], minimumCount: 1}}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_in(tmp_path_factory.mktemp("pods")) as running:
        ada = {"identifier": "ada", "name": "Ada", "email": "ada@acme.test", "password": PASSWORD, "roles": [{"role": "admin"}]}
        running.product.ask("POST", "/v1/users", ada)
        yield running


@pytest.fixture(params=[(1440, "light"), (1440, "dark"), (375, "light"), (375, "dark")], ids=lambda given: f"{given[0]}-{given[1]}")
def tab(request: pytest.FixtureRequest, chromium: Browser, world: World) -> Iterator[Tab]:
    """Ada's tab, in each size and theme. What her pages complain about fails the test."""
    width, theme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    tab = Tab(context.new_page())
    tab.page.goto(f"{world.product.url}/login")
    tab.page.get_by_label("Name or e-mail").fill("ada")
    tab.page.get_by_label("Password").fill(PASSWORD)
    tab.page.get_by_role("button", name="Log in").click()
    expect(tab.page.get_by_label("Account of Ada")).to_be_visible()
    yield tab
    context.close()
    assert tab.complaints == []


@pytest.fixture
def page(tab: Tab) -> Page:
    return tab.page


def fits(page: Page, name: str) -> None:
    """With BASCULE_SCREENSHOTS=FOLDER the page is kept there, to be looked at."""
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
    if folder := os.environ.get("BASCULE_SCREENSHOTS"):
        size = page.viewport_size
        assert size is not None
        theme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        page.screenshot(path=Path(folder, f"{name}-{size['width']}-{theme}.png"), full_page=True)


def open_step(page: Page, world: World, execution: str, step: str) -> None:
    page.goto(f"{world.product.url}{PROJECT}/executions/{execution}?step={step}")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


@pytest.fixture(scope="module")
def good(world: World) -> str:
    execution = world.run()
    assert world.ended(execution)["status"] == "Success"
    return execution


@pytest.fixture(scope="module")
def bad(world: World) -> str:
    execution = world.run(image="nowhere:1")
    assert world.ended(execution)["status"] == "Failed"
    return execution


def test_a_step_group_shows_what_its_pod_tells(page: Page, world: World, good: str) -> None:
    page.goto(f"{world.product.url}{PROJECT}/executions/{good}")
    page.get_by_role("link", name="Database", exact=False).first.click()
    expect(page.get_by_role("heading", name="Database")).to_be_visible()
    expect(log(page)).to_contain_text("runs with its 2 containers")
    expect(log(page)).not_to_contain_text("changelog.yaml")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    fits(page, "group-good")


def test_the_group_of_a_pod_that_fails_says_why(page: Page, world: World, bad: str) -> None:
    open_step(page, world, bad, "dev/db")
    expect(log(page)).to_contain_text("nowhere:1")
    fits(page, "group-bad")
    open_step(page, world, bad, "dev/db/apply")
    expect(page.get_by_role("alert")).to_contain_text("K8S-011")
    expect(page.get_by_role("alert")).to_contain_text("nowhere:1")
    fits(page, "step-bad")


def test_an_approval_that_holds_the_pod_is_warned_of_before_and_after_saving(
    tab: Tab, world: World, request: pytest.FixtureRequest
) -> None:
    tab.expected = ("Applying inline style",)  # Chromium's own insertText styles what it puts in; the page's policy takes that away
    page = tab.page
    page.goto(f"{world.product.url}{PROJECT}/pipelines/-new")
    identifier = "holds_" + request.node.callspec.id.replace("-", "_")
    page.get_by_role("textbox", name="Pipeline YAML").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text((PIPELINE.rstrip() + APPROVAL).replace("identifier: in_pods", f"identifier: {identifier}"))
    warning = page.locator("#yaml-problems")
    expect(warning).to_contain_text("'ask' holds the pod while it waits")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(f"/pipelines/{identifier}$"))
    expect(warning).to_contain_text("PIP-082")
    expect(warning).to_contain_text("put it between two groups")
    fits(page, "warning")


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[str]:
    execution = world.run(then="sleep 600")
    world.until_looking(execution)
    yield execution
    world.product.ask("POST", f"{BASE}/executions/{execution}/abort", {})
    assert world.ended(execution)["status"] == "Aborted"
    world.nothing_is_left()


def test_a_pod_is_listed_apart_from_delegates(page: Page, world: World, running: str) -> None:
    page.goto(f"{world.product.url}{PROJECT}/delegates")
    row = page.locator("#pods").get_by_role("row").filter(has_text="dev/db#1")
    expect(row).to_contain_text("Connected")
    fits(page, "delegates")
    expect(row.get_by_role("link", name=running)).to_be_visible()
    row.get_by_role("link", name="dev/db#1").click()
    expect(page.get_by_role("main")).to_contain_text("Inside the pod")
    fits(page, "pod")


@pytest.fixture(scope="module")
def stuck(world: World) -> Iterator[str]:
    execution = world.run_where_nobody_has_kubernetes()
    yield execution
    world.product.ask("POST", f"{BASE}/executions/{execution}/abort", {})
    assert world.ended(execution)["status"] == "Aborted"


def test_a_group_that_no_delegate_can_make_a_pod_for_says_so(page: Page, world: World, stuck: str) -> None:
    for step in ("dev/db", "dev/db/apply"):
        open_step(page, world, stuck, step)
        why = page.get_by_role("alert").filter(has_text="Why it waits")
        expect(why).to_contain_text("DEL-010")
        expect(why).to_contain_text("embedded: it was started without Kubernetes")
        expect(why).to_contain_text("start a delegate with Kubernetes")
    fits(page, "stuck")


def test_a_cluster_is_tried_from_its_page(page: Page, world: World) -> None:
    page.goto(f"{world.product.url}{PROJECT}/connectors/project/cluster")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("status")).to_contain_text("Delegate cluster has reached it")
    page.get_by_label("Namespace to test").fill("default")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#tested").get_by_role("alert")).to_contain_text("in the namespace 'default'")
    fits(page, "connector")
