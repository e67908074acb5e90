"""oidc-client-ts in Chromium, on another origin: DPoP from the first request, refresh, revocation.

The plain use of it is a program of docs/integrate.md.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.development.support import free_base
from tests.interop import node
from tests.interop.static_files import served
from tests.stories import chromium as programs
from tests.stories.person import Person
from tests.stories.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser]
_PAGE = Path(__file__).with_name("oidc_client_ts.html")
_READY = "() => window.told !== undefined"
_REVOKED = """async () => {
    const user = await manager.getUser();
    await manager.revokeTokens(["access_token", "refresh_token"]);
    await manager.storeUser(user);
    const { status, error } = await told();
    return { status, error };
}"""


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    with programs.launched(driver) as browser:
        yield browser


@pytest.fixture
def site(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """The address of the page, registered as a public client."""
    port = free_base()
    address = f"http://localhost:{port}/page.html"
    client = stack.register(
        redirect_uris=[address],
        post_logout_redirect_uris=[address],
        scope="openid email offline_access",
        token_endpoint_auth_method="none",
        first_party=True,
    ).client
    folder = node.placed(tmp_path / "site")
    shutil.copy(_PAGE, folder / "page.html")
    (folder / "given.json").write_text(json.dumps({"issuer": stack.idp, "client_id": client.id}))
    with served(folder, port):
        yield address


def _done(page: Page, script: str) -> Any:
    page.wait_for_function(_READY)
    return page.evaluate(script)


def test_a_page_keeps_its_tokens_to_itself(stack: Stack, site: str, chromium: Browser) -> None:
    email = stack.new_member()
    with chromium.new_context() as context:
        complaints = programs.complaints_of(context)
        person = Person(stack, context.new_page())
        page = person.page
        page.goto(site)
        page.wait_for_function(_READY)
        with page.expect_navigation(url=f"{stack.idp}/connexion**"):
            page.evaluate("() => void manager.signinRedirect()")
        person.give_password(email)
        person.give_code(stack.code(email))
        page.wait_for_url(f"{site}?*")
        first = _done(page, "() => manager.signinCallback()")
        assert first["token_type"] == "DPoP"
        told = _done(page, "() => told()")
        assert told == {
            "status": 200,
            "sub": first["profile"]["sub"],
            "email": email,
            "email_verified": True,
        }
        second = _done(page, "() => manager.signinSilent()")
        assert second["refresh_token"] != first["refresh_token"]
        assert _done(page, "() => told()")["status"] == 200
        assert complaints == []
        # the page forgets what it revokes: the same tokens from before are tried again
        assert _done(page, _REVOKED) == {"status": 401, "error": "invalid_token"}
