"""What people see of their delegates, and do with them."""

import re

from playwright.sync_api import Page, expect

from bascule.manager.database import writing
from bascule.manager.delegates import fleet
from bascule.manager.identity.model import Scope
from tests.e2e.browser import scene
from tests.e2e.browser.conftest import Site


def test_a_delegate_shows_how_it_is_and_what_it_reaches(page: Page, site: Site) -> None:
    page.goto(site.page("delegates"))
    row = page.get_by_role("row").filter(has_text="qa-runner")
    expect(row).to_contain_text("Lost")
    expect(row).to_contain_text("leaves the list in 5 hours")
    expect(row.get_by_title(re.compile("newer than the manager"))).to_be_visible()
    page.get_by_role("link", name="edge-1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("edge-1")
    reaches = page.locator("#reaches")
    expect(reaches.get_by_role("row").filter(has_text="orders-qa")).to_contain_text("Name or service not known")
    expect(reaches.get_by_role("row").filter(has_text="orders-prod")).to_contain_text("Reached")
    expect(page.locator("#jobs").get_by_role("link", name="update orders/production")).to_have_attribute(
        "href", re.compile(r"/executions/exec_x$")
    )
    expect(page.get_by_role("log")).to_contain_text("the manager cannot be reached")
    expect(page.get_by_text("It does not answer; it told these lines 5 minutes ago.")).to_be_visible()


def test_pods_are_listed_apart_with_the_execution_that_they_are_of(page: Page, site: Site) -> None:
    page.goto(site.page("delegates"))
    pods = page.locator("#pods")
    row = pods.get_by_role("row").filter(has_text="production/migrate-all-databases#1")
    expect(row).to_contain_text("Connected")
    expect(row).to_contain_text("0 of 1")
    expect(row.get_by_role("link", name=scene.POD_EXECUTION)).to_have_attribute("href", re.compile(rf"/executions/{scene.POD_EXECUTION}$"))
    expect(pods.get_by_role("row").filter(has_text="edge-1")).to_have_count(0)
    expect(page.get_by_role("link", name="production/migrate-all-databases#1")).to_have_count(1)
    page.get_by_role("link", name="production/migrate-all-databases#1").click()
    expect(page.get_by_role("main")).to_contain_text("Inside the pod")
    expect(page.get_by_label(re.compile("More for"))).to_have_count(0)
    page.goto(site.page("delegates", "del_0"))
    expect(page.get_by_text("Default runner")).to_be_visible()


def test_a_delegate_is_drained_and_given_jobs_again(page: Page, site: Site) -> None:
    page.goto(site.page("delegates", "del_0"))
    page.get_by_label("More for edge-1").click()
    page.get_by_role("button", name="Drain", exact=True).click()
    expect(page.get_by_role("note")).to_contain_text("It is given no more jobs")
    page.goto(site.page("delegates"))
    expect(page.get_by_role("row").filter(has_text="edge-1")).to_contain_text("Draining")
    page.get_by_label("More for edge-1").click()
    page.get_by_role("button", name="Give it jobs again").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("edge-1")
    expect(page.get_by_role("note")).to_have_count(0)


def test_a_token_is_rotated_and_its_new_text_shown_once(page: Page, site: Site) -> None:
    with writing(site.engine) as connection:
        fleet.create_token(connection, scene.ADA, Scope(), "of this test", scene.utc_now())
    page.goto(site.page("delegates", "tokens"))
    page.get_by_role("row").filter(has_text="of this test").get_by_role("button", name="Rotate").click()
    page.get_by_role("dialog").get_by_role("button", name="Rotate").click()
    expect(page.get_by_text("--token bdt_")).to_be_visible()
    page.goto(site.page("delegates", "tokens"))
    expect(page.get_by_text("--token bdt_")).to_have_count(0)
