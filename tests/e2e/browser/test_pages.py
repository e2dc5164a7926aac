"""Every page, wide and narrow, light and dark: nothing sticks out, nothing is refused, everything has a name."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

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
    "environments",
    "environments/project/prod",
    "delegates",
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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 375])
def test_every_page_fits_and_can_be_read(chromium: Browser, site: Site, width: int, theme: str) -> None:
    wrong: dict[str, object] = {}
    with open_tab(chromium, site, "ada", viewport={"width": width, "height": 850}, color_scheme=theme) as tab:
        for path in PAGES:
            response = tab.page.goto(site.page(path.format(**vars(site.scene))), wait_until="load")
            assert response is not None
            found = {
                "status": response.status != 200,
                "wider than the window": tab.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
                "without a name": tab.page.evaluate(f"{CHECKS}\nnameless()"),
                "faint": tab.page.evaluate(f"{CHECKS}\nfaint()"),
                "complaints": list(tab.complaints),
            }
            tab.complaints.clear()
            if any(found.values()):
                wrong[path] = {key: value for key, value in found.items() if value}
        assert tab.page.locator("html").get_attribute("data-bs-theme") == theme
    assert wrong == {}


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
