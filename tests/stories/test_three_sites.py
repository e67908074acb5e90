"""One sign-in opens the three sites, and one sign-out ends them all (E7, G1, H1, H2, H3)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.stories.chromium import complaints_of
from tests.stories.person import Person
from tests.stories.stack import Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.story]
PACKAGES = ("espace_personnel", "avantage", "forum")


@pytest.fixture(scope="module", params=["localhost", "127.0.0.1"], ids=["same_site", "cross_site"])
def copy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The issuer on localhost; the sites beside it, or on another site for browsers (Lax)."""
    if request.param == "localhost":
        yield request.getfixturevalue("stack")
        return
    with running(tmp_path_factory.mktemp("cross_site"), sites_host=request.param) as other:
        yield other


@pytest.fixture(params=[True, False], ids=["javascript", "no_javascript"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing, with and without scripts."""
    with chromium.new_context(java_script_enabled=request.param) as opened:
        complaints = complaints_of(opened)
        yield opened
        assert complaints == []


def test_one_sign_in_opens_three_sites_and_one_sign_out_ends_them(
    context: BrowserContext, copy: Stack
) -> None:
    email = copy.new_member()
    person = Person(copy, context.new_page())
    person.signs_in(email)
    seen = _pages_seen(person.page)
    for package, link in (("avantage", "Voir mes prix adhérent"), ("forum", "Me connecter")):
        person.page.goto(copy.address_of(package))
        person.follow(link)
        expect(_way_out(person.page)).to_be_visible()
        assert person.page.url == f"{copy.address_of(package)}/"
    assert [url for url in seen if url.startswith(copy.idp)] == []  # no page of the issuer came
    tabs = [_opened(context, copy, package) for package in PACKAGES]

    person.press("Me déconnecter")  # at the forum
    person.is_told("Vous êtes déconnecté")

    for tab in tabs[:2]:
        tab.sees_the_end(tab.page.url)
    expect(person.page.get_by_role("link", name="Me connecter")).to_be_visible()
    person.go_to_sign_in()  # the issuer asks again


def test_the_three_sites_know_three_persons_h3(chromium: Browser, copy: Stack) -> None:
    """What each site keeps of one person: another sub, another sid, no e-mail but at the espace."""
    email = copy.new_member()
    with chromium.new_context() as context:
        Person(copy, context.new_page()).signs_in(email)
        for package in PACKAGES[1:]:
            _opened(context, copy, package, path="/auth/login")
        kept = {package: _newest_session(copy, package) for package in PACKAGES}
    for name in ("sub", "sid"):
        assert len({row[name] for row in kept.values()}) == 3
    assert email in kept["espace_personnel"]["claims"]
    assert kept["avantage"]["claims"] == '{"is_member": false}'
    assert kept["forum"]["claims"] == '{"roles": []}'


def test_everywhere_ends_every_browser_e7(chromium: Browser, copy: Stack) -> None:
    email = copy.new_member()
    with chromium.new_context() as here, chromium.new_context() as there:
        elsewhere, person = Person(copy, there.new_page()), Person(copy, here.new_page())
        elsewhere.signs_in(email)
        person.signs_in(email, number=2)
        forum = _opened(there, copy, "forum", path="/auth/login")
        person.page.goto(f"{copy.idp}/deconnexion")
        person.page.locator("[name=everywhere][value=yes]").check()
        person.press("Me déconnecter")
        person.sees("Vous êtes déconnecté")
        for tab in (elsewhere, forum):
            tab.sees_the_end(tab.page.url)
        elsewhere.go_to_sign_in()


def _pages_seen(page: Page) -> list[str]:
    """The address of every page that is shown from now on; redirects show none."""
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    return seen


def _opened(context: BrowserContext, copy: Stack, package: str, path: str = "/") -> Person:
    """A tab of its own at a site, signed in."""
    person = Person(copy, context.new_page())
    person.page.goto(copy.address_of(package) + path)
    expect(_way_out(person.page)).to_be_visible()
    return person


def _way_out(page: Page) -> Locator:
    return page.get_by_role("button", name="Me déconnecter")


def _newest_session(copy: Stack, package: str) -> sqlite3.Row:
    database: Path = copy.layout.state_dir / f"{package}.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        row: sqlite3.Row = connection.execute(
            "SELECT sub, sid, claims FROM sessions ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
    return row
