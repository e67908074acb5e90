"""response_mode=form_post in a real browser: what posts itself, what the policy lets pass (WB2)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, redirect, request
from playwright.sync_api import Browser, Page, Playwright, expect
from werkzeug.serving import BaseWSGIServer, make_server

from idp.oidc.clients import Registered
from idp.settings import Settings
from tests.flows.conftest import EMAIL, register
from tests.flows.support import authorize, person
from tests.flows.support_b import app_with
from tests.member import PASSWORD
from tests.stories.chromium import launched, quiet
from tests.templates.test_in_chromium import AXE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POST_TO = """address => {
    document.forms[0].action = address;
    document.forms[0].submit();
}"""


@dataclass
class Site:
    """A site on another host than the issuer's, and what was posted to it."""

    address: str = ""
    posted: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> Flask:
        """It answers a POST as sites do: by a redirect to a page of its own."""
        made = Flask("a site")
        made.add_url_rule("/retour", "retour", self._back, methods=["POST"])
        made.add_url_rule("/", "home", lambda: "<title>Arrivé</title>")
        return made

    def _back(self) -> Any:
        assert not request.args
        self.posted.append(request.form.to_dict())
        return redirect("/", 303)


@contextmanager
def served(app: Flask | None = None) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", 0, app or Flask("later"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    with served(found.app()) as server:
        found.address = f"http://127.0.0.1:{server.server_port}"
        yield found


@pytest.fixture
def issuer(here: Settings, site: Site) -> Iterator[tuple[str, Registered]]:
    """The issuer's address, and the site as it is registered there."""
    with served() as server:
        address = f"http://localhost:{server.server_port}"
        with app_with(here, issuer=address) as app:
            server.app = app
            store = app.extensions["idp"].database
            person(store)
            yield (
                address,
                register(
                    store,
                    redirect_uris=[f"{site.address}/retour"],
                    post_logout_redirect_uris=[],
                    initiate_login_uri=None,
                    step_up="on_request",
                ),
            )


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    with launched(driver) as browser:
        yield browser


def asked(issuer: tuple[str, Registered], **changes: str) -> str:
    address, client = issuer
    return address + authorize(client, response_mode="form_post", **changes)


def arrives(page: Page, site: Site) -> dict[str, str]:
    expect(page).to_have_title("Arrivé")
    (told,) = site.posted
    return told


def test_it_posts_itself_and_the_way_back_does_not_post_again(
    chromium: Browser, site: Site, issuer: tuple[str, Registered]
) -> None:
    with quiet(chromium) as context:
        page = context.new_page()
        page.goto(asked(issuer))
        page.locator("[name=email]").fill(EMAIL)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Me connecter").click()
        assert arrives(page, site).keys() == {"code", "state", "iss"}
        page.go_back()
        page.wait_for_load_state()
        assert len(site.posted) == 1


def test_without_javascript_a_button_does_it(
    chromium: Browser, site: Site, issuer: tuple[str, Registered]
) -> None:
    with quiet(chromium, javascript=False) as context:
        page = context.new_page()
        page.goto(asked(issuer, prompt="none", state="\"'><script>alert(1)</script>"))
        assert site.posted == []
        page.get_by_role("button", name="Continuer vers Espace personnel").click()
        told = arrives(page, site)
    assert told["error"] == "login_required"
    assert told["state"] == "\"'><script>alert(1)</script>"
    assert told["iss"] == issuer[0]


@contextmanager
def standing(chromium: Browser, address: str) -> Iterator[Page]:
    """The page that does not post itself, since app.js holds nothing here."""
    with chromium.new_context(viewport={"width": 320, "height": 640}) as context:
        context.route("**/static/app.js", lambda route: route.fulfill(body=""))
        page = context.new_page()
        page.goto(address)
        yield page


def test_axe_finds_nothing(chromium: Browser, issuer: tuple[str, Registered]) -> None:
    with standing(chromium, asked(issuer, prompt="none", state="x" * 400)) as page:
        found = Axe().run(page, options=AXE).response["violations"]
        assert [violation["id"] for violation in found] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_policy_stops_a_form_that_goes_elsewhere(
    chromium: Browser, site: Site, issuer: tuple[str, Registered]
) -> None:
    """WB2: whatever gets into that page, its answer can be posted to the site alone."""
    with standing(chromium, asked(issuer, prompt="none")) as page:
        for elsewhere in (
            issuer[0],
            "http://localhost:9/",
            site.address.replace("127.0.0.1", "[::1]"),
        ):
            page.evaluate(POST_TO, f"{elsewhere}/retour")
            page.wait_for_timeout(200)
            assert "/authorize/reponse" in page.url
    assert site.posted == []
