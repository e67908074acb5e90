"""The single-page application of docs/integrate.md in Chromium, served as plain files."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.integrate.guide import Reader
from tests.interop import node
from tests.interop.static_files import served
from tests.stories import chromium as programs
from tests.stories.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    with programs.launched(driver) as browser:
        yield browser


def test_spa(reader: Reader, chromium: Browser) -> None:
    """Every call to the issuer crosses origins: the console complains of none (CORS)."""
    (reader.folder / "node_modules").symlink_to(node.packages())
    reader.register("spa/create")
    reader.save("spa/index.html", "spa/app.js")
    email = reader.stack.new_member()
    with served(reader.folder, reader.port), programs.quiet(chromium) as context:
        person = Person(reader.stack, context.new_page())
        person.page.goto(f"{reader.site}/")
        person.press("Sign in")
        person.give_password(email)
        person.give_code(reader.stack.code(email))
        expect(person.page.get_by_text(f"Hello {email}")).to_be_visible()
        assert person.page.url == f"{reader.site}/"
        person.page.reload()
        expect(person.page.get_by_text(f"Hello {email}")).to_be_visible()
        person.press("Sign out")
        expect(person.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_spa_tells_a_refusal(reader: Reader, chromium: Browser) -> None:
    (reader.folder / "node_modules").symlink_to(node.packages())
    reader.register("spa/create")
    reader.save("spa/index.html", "spa/app.js")
    with served(reader.folder, reader.port), chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{reader.site}/?error=access_denied&state=unknown")
        expect(page.get_by_text("Not signed in")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
