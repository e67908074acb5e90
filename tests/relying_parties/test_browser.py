"""The pages of each site in a real browser: the walk, the content policy, axe, the keyboard."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from relying_parties.common.refusals import ANSWERED
from tests.relying_parties.issuer_double import IssuerDouble, Json
from tests.relying_parties.running import TITLES, Running, running_site

pytestmark = pytest.mark.browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"wide": 1280, "narrow": 320}
LOOKS = (
    ("wide", "light"),
    ("narrow", "dark"),
    pytest.param("wide", "dark", marks=pytest.mark.slow),
    pytest.param("narrow", "light", marks=pytest.mark.slow),
)
# one page is like another here: the narrow dark one shows what does not fit or cannot be read
REFUSED_LOOKS = (
    ("narrow", "dark"),
    pytest.param("wide", "light", marks=pytest.mark.slow),
)


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine")
    browser = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(params=TITLES)
def any_site(
    issuer: IssuerDouble, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Running]:
    """Each of the three sites in turn, for somebody who is a member and moderates."""
    issuer.person |= {"is_member": True, "contracts": ["Contrat d'exemple"], "roles": ["moderator"]}
    with running_site(issuer.url, tmp_path / "site.sqlite3", request.param) as running:
        yield running


@pytest.fixture
def site(issuer: IssuerDouble, tmp_path: Path) -> Iterator[Running]:
    with running_site(issuer.url, tmp_path / "site.sqlite3") as running:
        yield running


def _watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains of: a blocked resource or form is there."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@pytest.mark.parametrize("javascript", [True, False])
def test_in_and_out_without_a_complaint(chromium: Browser, site: Running, javascript: bool) -> None:
    """The policy lets the form lead to the issuer and back; nothing needs a script."""
    with chromium.new_context(java_script_enabled=javascript) as context:
        page, complaints = _watched(context)
        page.goto(site.url)
        page.get_by_role("link", name="Me connecter").click()
        expect(page.get_by_role("heading", name="Bonjour")).to_be_visible()
        page.get_by_role("button", name="Me déconnecter").click()
        expect(page.get_by_role("status")).to_have_text("Vous êtes déconnecté")
        page.go_back()
        expect(page.get_by_text("camille@exemple.test")).to_have_count(0)

    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_each_page_passes_axe_and_fits(
    chromium: Browser, any_site: Running, issuer: IssuerDouble, width: str, scheme: str
) -> None:
    issuer.person["email"] = "prenomcomposenomdefamillefortlong@academielointaine.test"
    viewport = {"width": WIDTHS[width], "height": 800}
    with chromium.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        for path in ("/", "/nowhere", "/auth/callback", "/auth/login"):
            page.goto(any_site.url + path)
            _check(page)
        page.get_by_role("button", name="Me déconnecter").click()
        page.get_by_role("status").wait_for()
        page.wait_for_load_state("load")  # a click waits for the answer, not for its style sheets
        _check(page)


def _check(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
    overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(overflow) is False, f"{page.url} scrolls sideways"


@pytest.mark.parametrize(("width", "scheme"), REFUSED_LOOKS)
def test_each_refusal_passes_axe_fits_and_leads_on(
    chromium: Browser, site: Running, issuer: IssuerDouble, width: str, scheme: str
) -> None:
    viewport = {"width": WIDTHS[width], "height": 800}
    with chromium.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        for error in {page: error for error, page in ANSWERED.items()}.values():
            issuer.misbehave.answer = _refusing(error)
            page.goto(site.url + "/auth/login")
            _check(page)
        page.goto(site.url + "/coordonnees-bancaires")
        _check(page)
        issuer.misbehave.answer = lambda given: given
        issuer.person["is_member"] = False
        page.get_by_role("link", name="Me connecter avec un code").click()
        expect(page.get_by_role("link", name="Rattacher mon dossier d'adhérent")).to_be_visible()
        _check(page)
        issuer.misbehave.claims = lambda given: given | {"acr": "eidas1-mfa"}
        page.get_by_role("link", name="C'est déjà fait").click()
        expect(page.get_by_role("heading", name="Mes coordonnées bancaires")).to_be_visible()
        _check(page)


def _refusing(error: str) -> Callable[[Json], Json]:
    return lambda given: {"error": error, "state": given["state"], "iss": given["iss"]}


LONG = "Anticonstitutionnellement-et-sans-fin-" * 2


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_each_page_of_the_forum_passes_axe_and_fits(
    chromium: Browser, issuer: IssuerDouble, tmp_path: Path, width: str, scheme: str
) -> None:
    issuer.person["roles"] = ["moderator"]
    viewport = {"width": WIDTHS[width], "height": 800}
    with (
        running_site(issuer.url, tmp_path / "site.sqlite3", "forum") as site,
        chromium.new_context(viewport=viewport, color_scheme=scheme) as context,  # type: ignore[arg-type]
    ):
        page = context.new_page()
        page.goto(f"{site.url}/sujets/nouveau")
        _press(page, "Choisir ce pseudonyme", pseudonym="Mgen officiel")
        _check(page)
        _press(page, "Choisir ce pseudonyme", pseudonym="W" * 20)
        _check(page)
        _press(page, "Publier", title="_____", body="  x  ")
        _check(page)
        _press(page, "Publier", title=LONG, body=LONG * 10)
        _check(page)
        _press(page, "Publier ma réponse", body="Une réponse.")
        _press(page, "Masquer ce message")
        _press(page, "Verrouiller le sujet")
        _check(page)
        page.goto(site.url)
        _check(page)
        page.goto(f"{site.url}/pseudonyme")
        _check(page)
        page.get_by_role("button", name="Me déconnecter").click()
        page.get_by_role("status").wait_for()
        page.goto(f"{site.url}/sujets/1")
        _check(page)


def _press(page: Page, button: str, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


def test_the_keyboard_reaches_the_content_first(chromium: Browser, site: Running) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(site.url)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Me connecter")).to_be_focused()
