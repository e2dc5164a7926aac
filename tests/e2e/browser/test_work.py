"""What people do in the browser, from logging in to following a run."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bascule.manager.database import reading, writing
from bascule.manager.pipelines import service as pipelines
from tests.e2e.browser import scene
from tests.e2e.browser.conftest import Runner, Site, Tab, open_tab
from tests.e2e.browser.scene import ADA, BASE, PASSWORD, SHOP

SCRIPT = """pipeline:
  name: Say something
  identifier: {identifier}
  stages:
    - stage:
        name: Talk
        identifier: talk
        type: Custom
        spec:
          execution:
            steps:
              - step:
                  type: ShellScript
                  name: Speak
                  identifier: speak
                  timeout: 10m
                  spec:
                    shell: Bash
                    source:
                      type: Inline
                      spec:
                        script: echo hello
"""


def test_a_person_logs_in_where_they_wanted_to_go_and_out_again(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, None) as tab:
        page = tab.page
        page.goto(site.page("connectors"))
        expect(page).to_have_url(re.compile(r"/login\?next="))
        page.get_by_label("Name or e-mail").fill("ada@acme.test")
        page.get_by_label("Password").fill("not it")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("name or password is wrong")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Connectors")
        page.get_by_label("Account of Ada Admin").click()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
        page.goto(site.page("connectors"))
        expect(page).to_have_url(re.compile("/login"))


def test_a_login_leads_nowhere_else(site: Site) -> None:
    for target in ("https://evil.test/", "//evil.test", "/\\evil.test"):
        form = {"username": "bob", "password": PASSWORD, "next": target}
        answer = httpx.post(f"{site.url}/login", data=form, headers={"Origin": site.url})
        assert answer.headers["location"] == "/"


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    cookies = {"bascule_session": scene.session(site.engine, "ada", scene.utc_now())}
    answer = httpx.post(site.page("secrets"), data={"name": "x"}, headers={"Origin": "https://evil.test"}, cookies=cookies)
    assert answer.status_code == 403


def test_lists_are_searched_as_one_types(page: Page, site: Site) -> None:
    page.goto(site.page("schemas"))
    page.keyboard.press("/")
    expect(page.get_by_label("Search DB schemas")).to_be_focused()
    page.keyboard.type("sto", delay=240)  # slower than the debounce: each key asks, and none is lost
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("link", name="Stock")).to_be_visible()
    expect(page).to_have_url(re.compile("search=sto"))
    expect(page.get_by_label("Search DB schemas")).to_have_value("sto")


def test_a_schema_is_made_and_deleted_by_forms(tab: Tab, site: Site) -> None:
    tab.expected = ("status of 400",)  # the first form is refused
    page = tab.page
    page.goto(site.page("schemas"))
    page.get_by_role("link", name="New DB schema").click()
    page.get_by_label("Name").fill("Ledger")
    page.get_by_label("Identifier").fill("ledger")
    page.get_by_label("Connector").select_option(label="Git")
    page.get_by_label("Path").fill("ledger/changelog.xml")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("repo is required")
    expect(page.get_by_label("Path")).to_have_value("ledger/changelog.xml")
    page.get_by_label("Repository", exact=True).last.fill("databases")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ledger")
    expect(page.locator("#toasts")).to_contain_text("DB schema Ledger is saved")
    page.goto(site.page("schemas"))
    page.get_by_label("More for Ledger").click()
    page.get_by_role("button", name="Delete").click()
    page.locator("#confirm").get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text("is deleted")
    expect(page.get_by_role("link", name="Ledger")).to_have_count(0)


def test_the_grid_tells_what_is_where_and_opens_the_sql(page: Page, site: Site) -> None:
    page.goto(site.page("schemas", "orders", "state"))
    row = page.get_by_role("row", name=re.compile("005-shipment"))
    assert [cell.inner_text() for cell in row.get_by_role("cell").all()] == ["Deployed", "Deployed", "Pending"]
    row.get_by_role("link", name="Deployed").first.click()
    drawer = page.get_by_role("dialog", name="Details")
    expect(drawer).to_contain_text("CREATE TABLE public.shipment")
    expect(drawer).to_contain_text("databaseChangeLog:")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_label("Which").select_option(label="Failed somewhere")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    expect(page.get_by_role("rowheader")).to_contain_text("007-drop-legacy")


def test_the_editor_marks_what_the_server_refuses(tab: Tab, site: Site) -> None:
    tab.expected = ("Applying inline style",)  # Chromium's own insertText styles what it puts in; the page's policy takes that away
    page = tab.page
    page.goto(site.page("pipelines", "-new"))
    editor = page.get_by_role("textbox", name="Pipeline YAML")
    expect(page.locator("#yaml-problems")).to_contain_text("No problems")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SCRIPT.format(identifier="typed").replace("type: ShellScript", "type: ShelScript"))
    problems = page.locator("#yaml-problems")
    expect(problems).to_contain_text("ShelScript")
    expect(problems.get_by_role("button").first).to_contain_text("line 13")
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
    expect(page.locator(".cm-editor.editor.cm-focused")).to_have_count(1)
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SCRIPT.format(identifier="typed"))
    expect(page.locator("#yaml-problems")).not_to_contain_text("ShelScript")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Say something")


def test_a_policy_is_tried_before_it_holds(page: Page, site: Site) -> None:
    page.goto(site.page("governance", "policies", "project", "no_drop"))
    expect(page.locator("#rego-problems")).to_contain_text("No problems")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#verdict")).to_contain_text("Denied")
    expect(page.locator("#verdict")).to_contain_text("DROP TABLE legacy_orders")


def test_a_run_is_approved_on_its_page_and_goes_on(page: Page, site: Site) -> None:
    page.goto(site.page("pipelines", "ask", "run"))
    page.get_by_role("button", name="Run").click()
    page.get_by_label("ticket").fill("SHOP-42")
    page.get_by_label("Comment").fill("looked at it")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#toasts")).to_contain_text("the execution goes on")
    expect(page.locator("#run-head")).to_contain_text("Success")
    expect(page.locator("#tree")).to_contain_text("Approve production")


def test_who_has_nothing_to_decide_is_told_why(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "bob") as tab:
        tab.page.goto(site.page("approvals", site.scene.waiting_approval))
        expect(tab.page.locator("main")).to_contain_text("You cannot decide: your roles do not allow approving here")
        expect(tab.page.get_by_role("button", name="Approve")).to_have_count(0)
        tab.page.goto(site.page("connectors"))
        expect(tab.page.get_by_role("link", name="New connector")).to_have_count(0)


@pytest.fixture
def talking(site: Site, runner: Runner, request: pytest.FixtureRequest) -> Iterator[str]:
    """A run whose one step is in the runner's hands."""
    identifier = f"say_{abs(hash(request.node.name)) % 10**8}"
    with writing(site.engine) as connection:
        pipelines.create_pipeline(connection, ADA, SHOP, SCRIPT.format(identifier=identifier))
    execution = pipelines.execute(site.engine, ADA, SHOP, identifier, {})
    runner.take()
    yield execution
    with reading(site.engine) as connection:
        ended = pipelines.get_execution(connection, ADA, SHOP, execution).is_finished
    if not ended:
        runner.finish()


def test_a_log_is_shown_as_it_comes_and_the_run_ends_without_a_reload(page: Page, site: Site, runner: Runner, talking: str) -> None:
    page.goto(site.page("executions", talking))
    page.evaluate("window.notReloaded = true")
    runner.say("first line", "\x1b[31mred\x1b[0m <b>bold</b>")
    log = page.get_by_role("log")
    expect(log).to_contain_text("first line")
    expect(log).to_contain_text("red <b>bold</b>")
    runner.say("third line")
    expect(log).to_contain_text("third line")
    expect(page.locator("#run-head")).to_contain_text("Running")
    runner.finish()
    expect(page.locator("#run-head")).to_contain_text("Success")
    expect(page.locator("#tree")).to_contain_text("Speak")
    expect(page.get_by_role("log").get_by_text("first line")).to_have_count(1)
    assert page.evaluate("window.notReloaded") is True


def test_a_log_goes_on_where_the_browser_was(site: Site, runner: Runner, talking: str) -> None:
    runner.say("one", "two")
    cookies = {"bascule_session": scene.session(site.engine, "ada", scene.utc_now())}
    address = f"{site.url}{BASE}/executions/{talking}/stream?step=talk/speak"

    def read(until: str, after: str = "") -> tuple[list[str], str]:
        said, last = [], ""
        headers = {"Last-Event-ID": after} if after else {}
        with httpx.stream("GET", address, cookies=cookies, headers=headers, timeout=20) as answer:
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    last = line.removeprefix("id: ")
                if line.startswith("data: ") and '"text"' in line:
                    said.append(line)
                    if until in line:
                        break
        return said, last

    before, last = read("two")
    assert sum("one" in line for line in before) == 1
    runner.say("three")
    after, _ = read("three", last)
    assert len(after) == 1
    runner.finish()


def test_a_run_is_aborted(page: Page, site: Site, talking: str) -> None:
    page.goto(site.page("executions", talking))
    page.get_by_role("button", name="Abort").click()
    page.locator("#confirm").get_by_role("button", name="Abort").click()
    expect(page.locator("#toasts")).to_contain_text("asked to stop")


def test_the_theme_is_kept(page: Page, site: Site) -> None:
    page.goto(site.page("overview"))
    button = page.get_by_role("button", name=re.compile("^Theme"))
    button.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    button.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto(site.page("schemas"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_keyboard_is_enough(page: Page, site: Site) -> None:
    page.goto(site.page("schemas"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_label("More for Orders").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("More for Orders")).to_be_focused()


def test_a_phone_opens_the_navigation(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada", viewport={"width": 375, "height": 800}) as tab:
        tab.page.goto(site.page("overview"))
        link = tab.page.get_by_role("link", name="Pipelines", exact=True)
        expect(link).to_be_hidden()
        tab.page.get_by_role("button", name="Open the navigation").click()
        link.click()
        expect(tab.page.get_by_role("heading", level=1)).to_have_text("Pipelines")
        assert tab.complaints == []


def test_another_project_is_chosen(page: Page, site: Site) -> None:
    page.goto(site.page("connectors"))
    page.get_by_label("Project shop. Switch the project").click()
    page.get_by_role("link", name=re.compile("billing")).click()
    expect(page).to_have_url(re.compile("/orgs/acme/projects/billing/connectors"))
    page.goto(site.url)
    expect(page).to_have_url(re.compile("/projects/"))


def test_a_secret_is_kept_here_or_pointed_to_elsewhere(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada") as tab:
        tab.page.goto(site.page("secrets", "new"))
        tab.page.get_by_label("Name").fill("In Vault")
        tab.page.get_by_label("Identifier").fill("in_vault")
        expect(tab.page.get_by_label("Reference there")).to_be_hidden()
        tab.page.get_by_label("Kept in").select_option("account.vault")
        expect(tab.page.get_by_label("Text")).to_be_hidden()
        tab.page.get_by_label("Reference there").fill("orders#password")
        tab.page.get_by_role("button", name="Save").click()
        expect(tab.page.get_by_role("row", name="In Vault")).to_contain_text("account.vault orders#password")
        tab.page.goto(site.page("secrets", "project", "in_vault"))
        expect(tab.page.get_by_label("Reference there")).to_have_value("orders#password")
        tab.page.get_by_label("Reference there").fill("")
        tab.page.get_by_label("Kept in").select_option("harnessSecretManager")
        tab.page.get_by_role("button", name="Save").click()
        expect(tab.page.get_by_role("alert")).to_contain_text("a secret that moves to another secret manager needs a value")


def test_a_secret_manager_is_made_from_its_example(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada") as tab:
        tab.page.goto(site.page("connectors", "new"))
        tab.page.get_by_role("radio", name="Delegate's files").check()
        tab.page.get_by_label("Name").fill("Beside the delegate")
        tab.page.get_by_label("Identifier").fill("beside")
        tab.page.get_by_role("button", name="Save").click()
        expect(tab.page.get_by_role("link", name="Beside the delegate")).to_be_visible()


def test_what_is_not_there_is_a_page_that_says_so(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada") as tab:
        answer = tab.page.goto(site.page("schemas", "nowhere"))
        assert answer is not None
        assert answer.status == 404
        expect(tab.page.get_by_role("alert")).to_contain_text("there is no DB schema 'nowhere'")
        tab.page.goto(site.page("no", "such", "place"))
        expect(tab.page.get_by_role("alert")).to_contain_text("there is no such page")
    assert httpx.get(f"{site.url}/v1/nowhere").json()["message"] == "there is nothing at this address"


def test_pages_work_without_scripts(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada", java_script_enabled=False) as tab:
        tab.page.goto(site.page("secrets", "new"))
        tab.page.get_by_label("Name").fill("Plain")
        tab.page.get_by_label("Identifier").fill("plain")
        tab.page.get_by_label("Text").fill("at least four")
        tab.page.get_by_role("button", name="Save").click()
        expect(tab.page.get_by_role("link", name="Plain")).to_be_visible()
        tab.page.goto(site.page("executions", site.scene.failed))
        expect(tab.page.locator("main")).to_contain_text('relation "legacy" does not exist')
