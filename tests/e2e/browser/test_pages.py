"""Every page, wide and narrow, light and dark: nothing sticks out, nothing is refused, everything has a name."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.conftest import Site, open_tab

PAGES = (
    "overview",
    "schemas",
    "schemas/-new",
    "schemas/orders",
    "schemas/orders/edit",
    "schemas/orders/state",
    "schemas/orders/instances/-new",
    "schemas/orders/instances/orders_dev",
    "schemas/orders/instances/orders_dev/edit",
    "pipelines",
    "pipelines/-new",
    "pipelines/deploy_orders",
    "pipelines/deploy_orders/run",
    "executions",
    "executions/{finished}",
    "executions/{failed}",
    "approvals",
    "approvals?show=all",
    "approvals/{waiting_approval}",
    "governance/policies",
    "governance/policies/new",
    "governance/policies/project/no_drop",
    "governance/sets",
    "governance/sets/project/production",
    "governance/evaluations",
    "governance/evaluations/{evaluation}",
    "audit",
    "connectors",
    "connectors/new",
    "connectors/project/orders_dev_db",
    "secrets",
    "secrets/new",
    "secrets/project/orders_password",
    "secrets/project/stock_password",
    "connectors/account/vault",
    "environments",
    "environments/project/prod",
    "delegates",
    "delegates/del_0",
    "delegates/del_1",
    "delegates/del_2",
    "delegates/del_pod",
    "delegates/tokens",
    "access/users",
    "access/users/bob",
    "access/groups",
    "access/groups/project/dbas",
    "access/service-accounts",
    "access/keys",
    "access/roles",
    "access/me",
    "settings",
)

CHECKS = (Path(__file__).parent / "checks.js").read_text("utf-8")


@pytest.mark.parametrize("width", [1440, 375])
def test_every_page_fits_and_can_be_read(chromium: Browser, site: Site, width: int) -> None:
    wrong: dict[str, object] = {}
    still = {"color_scheme": "light", "reduced_motion": "reduce"}  # colours on their way to the dark ones would be found faint
    with open_tab(chromium, site, "ada", viewport={"width": width, "height": 850}, **still) as tab:
        for path in PAGES:
            response = tab.page.goto(site.page(path.format(**vars(site.scene))), wait_until="load")
            assert response is not None
            found = {
                "status": response.status != 200,
                "wider than the window": tab.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
                "without a name": tab.page.evaluate(f"{CHECKS}\nnameless()"),
                **{f"faint when {theme}": _faint(tab.page, theme) for theme in ("dark", "light")},
                "complaints": list(tab.complaints),
            }
            tab.complaints.clear()
            if any(found.values()):
                wrong[path] = {key: value for key, value in found.items() if value}
    assert wrong == {}


def _faint(page: Page, theme: Literal["light", "dark"]) -> list[str]:
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    found: list[str] = page.evaluate(f"{CHECKS}\nfaint()")
    return found


def test_pages_load_nothing_from_elsewhere(chromium: Browser, site: Site) -> None:
    asked: list[str] = []
    with open_tab(chromium, site, "ada") as tab:
        tab.page.on("request", lambda request: asked.append(request.url))
        response = tab.page.goto(site.page("pipelines", "deploy_orders"))
        assert response is not None
        policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert [url for url in asked if not url.startswith(site.url)] == []
