"""The form of a database's connector: kinds of login, TLS, tunnel; with scripts and without."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bascule.manager.connectors import service
from bascule.manager.database import reading
from bascule.manager.identity.model import SYSTEM
from tests.e2e.browser.conftest import Site, open_tab
from tests.e2e.browser.scene import SHOP
from tools.authority import Authority

PEM = Authority().pem


def fill(page: Page, name: str, identifier: str) -> None:
    page.get_by_label("Name", exact=False).first.fill(name)
    page.get_by_label("Identifier").fill(identifier)
    page.locator("#f-url").fill("jdbc:postgresql://orders.abc.eu-central-1.rds.amazonaws.com/orders")


def stored(site: Site, identifier: str) -> dict[str, object]:
    with reading(site.engine) as connection:
        found = service.show(connection, SYSTEM, SHOP, identifier).connector.spec
    return found.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)


def test_what_was_filled_in_is_kept_and_shown_again(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada") as tab:
        page = tab.page
        tab.expected = ("400",)
        page.goto(site.page("connectors", "new"))
        expect(page.get_by_label("Password: secret")).to_be_visible()
        expect(page.get_by_label("AWS region")).to_be_hidden()
        fill(page, "By token", "by_token")
        page.get_by_label("Log in").select_option("AwsIam")
        expect(page.get_by_label("Password: secret")).to_be_hidden()
        page.locator("#f-db_username").fill("migrator")
        page.get_by_label("Role to assume").fill("arn:aws:iam::123456789012:role/migrator")
        page.get_by_text("TLS", exact=True).first.click()
        page.get_by_label("CA certificate", exact=True).fill(PEM)
        page.get_by_label("Client certificate: secret").fill("orders_password")
        page.get_by_text("SSH tunnel", exact=True).click()
        page.get_by_label("SSH host").fill("bastion.example.com")
        page.get_by_label("SSH user").fill("tunnel")
        page.get_by_label("Private key: secret", exact=True).fill("orders_password")
        page.get_by_label("Known hosts").fill("bastion.example.com ssh-ed25519 AAAA")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("a client certificate needs its key")
        expect(page.get_by_label("Client certificate: secret")).to_have_value("orders_password")
        page.get_by_label("Client key: secret", exact=True).fill("orders_password")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="By token").click()
        expect(page.get_by_label("Role to assume")).to_have_value("arn:aws:iam::123456789012:role/migrator")
        expect(page.get_by_label("CA certificate", exact=True)).to_have_value(PEM.strip())
        expect(page.get_by_label("SSH port")).to_have_value("22")
        assert tab.complaints == []
    assert stored(site, "by_token") == {
        "url": "jdbc:postgresql://orders.abc.eu-central-1.rds.amazonaws.com/orders",
        "auth": {"type": "AwsIam", "spec": {"username": "migrator", "roleArn": "arn:aws:iam::123456789012:role/migrator"}},
        "tls": {"caCertificate": PEM.strip(), "clientCertificateRef": "orders_password", "clientKeyRef": "orders_password"},
        "sshTunnel": {
            "host": "bastion.example.com",
            "username": "tunnel",
            "privateKeyRef": "orders_password",
            "knownHosts": "bastion.example.com ssh-ed25519 AAAA",
        },
        "delegateSelectors": [],
    }


def test_without_scripts_all_fields_are_there(chromium: Browser, site: Site) -> None:
    with open_tab(chromium, site, "ada", java_script_enabled=False) as tab:
        page = tab.page
        page.goto(site.page("connectors", "new") + "?type=Jdbc")
        fill(page, "Plain form", "plain_form")
        page.get_by_label("Log in").select_option("UsernamePassword")
        page.locator("#f-db_username").fill("app")
        page.get_by_label("Password: secret", exact=True).fill("orders_password")
        page.get_by_text("TLS", exact=True).first.click()
        page.locator("#f-tls_mode").select_option("verify-full")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="Plain form")).to_be_visible()
    assert stored(site, "plain_form")["auth"] == {"type": "UsernamePassword", "spec": {"username": "app", "passwordRef": "orders_password"}}
    assert stored(site, "plain_form")["tls"] == {"mode": "verify-full"}


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_open_sections_fit_the_window(chromium: Browser, site: Site, width: int, theme: str) -> None:
    """With BASCULE_SCREENSHOTS=FOLDER the pages are kept there, to be looked at."""
    with open_tab(chromium, site, "ada", viewport={"width": width, "height": 900}, color_scheme=theme) as tab:
        tab.page.goto(site.page("connectors", "new"))
        for kind in ("UsernamePassword", "AwsIam", "Gcp", "AzureAd", "Command"):
            tab.page.get_by_label("Log in").select_option(kind)
            tab.page.evaluate("document.querySelectorAll('form details').forEach((part) => (part.open = true))")
            assert not tab.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), kind
            if folder := os.environ.get("BASCULE_SCREENSHOTS"):
                tab.page.screenshot(path=Path(folder, f"{kind}-{width}-{theme}.png"), full_page=True)
        assert tab.complaints == []
