"""The pages in Chromium: axe, small and dark screens, and what app.js adds."""

import logging
import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Playwright
from werkzeug.serving import make_server

from tests.templates.support import ERROR_REASONS, PAGES, fake_app

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-headless-shell")
RUN_AXE = "options => axe.run(options).then(found => found.violations)"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
# One error page looks like another. An answer posts itself (tests/flows/test_answers_in_chromium).
_NOT_HERE = {*(f"erreur-{e}" for e in ERROR_REASONS[1:]), "reponse"}
NAMES = [page.name for page in PAGES if page.name not in _NOT_HERE]
# The pages of one matter look alike: every other one waits for the slow tier.
LATER = NAMES[::2]
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WRONG = [
    *("connexion-vide", "connexion-refusee", "creer-errone", "espace-errone", "acces-deja"),
    *("acces-errone", "acces-refuse", "coordonnees-erronees", "canaux-errones", "courrier-tard"),
    *("nir-refuse", "migration-vide", "oublie-errone", "nouveau-mot-de-passe-erreurs"),
]
WRONG_TOO = [
    *("nir-vide", "nir-code-faux", "association-refuse", "association-lien-refuse"),
    *("oublie-canal-refuse", "methode-erronee", "deux-etapes-errone", "telephone-code-errone"),
    *("connexion-site-refusee", "code-site-errone"),
]
PREVENTED = """form => {
    const event = new Event("submit", {cancelable: true, bubbles: true});
    form.dispatchEvent(event);
    return event.defaultPrevented;
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, fake_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("NO CHROMIUM ON THIS MACHINE: no page was looked at in a browser")
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address)
    yield context.new_page()
    context.close()


# each width and each set of colours once: axe takes most of a second a page
@pytest.mark.parametrize(
    ("names", "width", "scheme"),
    [
        pytest.param(NAMES, 1280, "light", marks=pytest.mark.slow, id="wide"),
        pytest.param(LATER, 320, "dark", marks=pytest.mark.slow, id="narrow, later"),
        pytest.param(sorted(set(NAMES) - set(LATER)), 320, "dark", id="narrow"),
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, address: str, names: list[str], width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=address,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 800},
    )
    context.add_init_script(AXE_SCRIPT)  # once a context: half a megabyte a page is slow
    page, found = context.new_page(), []
    page.on("console", lambda message: found.append((page.url, message.text)))
    for name in names:
        page.goto(f"/{name}")
        for violation in page.evaluate(RUN_AXE, AXE):
            nodes = [node["html"] for node in violation["nodes"]]
            found.append((name, f"{violation['id']}: {nodes}"))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((name, "scrolls sideways"))
    context.close()
    assert found == []


def test_long_names_do_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/message")
    page.locator("main p").first.evaluate("p => { p.textContent = 'a'.repeat(254); }")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page) -> None:
    page.goto("/connexion")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize(
    "name", [*WRONG, *(pytest.param(name, marks=pytest.mark.slow) for name in WRONG_TOO)]
)
def test_the_focus_goes_to_what_is_wrong(page: Page, name: str) -> None:
    page.goto(f"/{name}")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_a_link_of_the_summary_leads_to_its_field(page: Page) -> None:
    page.goto("/connexion-vide")
    page.locator("[role=alert] a").last.click()
    assert page.evaluate("document.activeElement.id") == "password"


@pytest.mark.parametrize(
    ("name", "field"), [("acces-deja", "join-password"), ("acces", "password")]
)
def test_a2_the_folds_open_and_close_with_the_keyboard(page: Page, name: str, field: str) -> None:
    page.goto(f"/{name}")
    other = "password" if field == "join-password" else "join-password"
    assert page.locator(f"#{field}").is_visible()
    page.locator("details:not([open]) > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(f"#{other}").is_visible()
    assert not page.locator(f"#{field}").is_visible()


def test_the_rules_tick_in_the_fold_too(page: Page) -> None:
    page.goto("/acces")
    page.fill("#password", "Ab1")
    assert page.locator(".met").count() == 3


def test_a_password_can_be_read_again_and_is_hidden_before_it_leaves(page: Page) -> None:
    page.goto("/connexion")
    field, button = page.locator("#password"), page.locator(".reveal")
    assert button.get_attribute("aria-label") == "Afficher\u00a0: Mot de passe"
    button.click()
    assert field.get_attribute("type") == "text"
    assert button.text_content() == "Masquer"
    button.click()
    assert field.get_attribute("type") == "password"
    button.click()
    page.locator("form").evaluate(PREVENTED)
    assert field.get_attribute("type") == "password"


@pytest.mark.parametrize(
    ("typed", "met"),
    [
        ("", set()),
        ("abc", {"lower"}),
        ("Abcdef1!", {"length", "upper", "lower", "digit", "special"}),
        ("Éàé 123", {"upper", "lower", "digit", "special"}),
        ("🐟🐟🐟🐟", {"special"}),
        ("une phrase assez longue", {"length", "lower", "special", "long"}),
    ],
)
def test_the_rules_tick_as_the_server_counts(page: Page, typed: str, met: set[str]) -> None:
    page.clock.install()
    page.goto("/creer")
    page.fill("#password", typed)
    ticked = page.locator(".met").evaluate_all("all => all.map(one => one.dataset.rule)")
    assert set(ticked) == met
    page.clock.fast_forward(1000)
    said = page.locator("[data-rules-status]").text_content() or ""
    enough = "long" in met or len(met) == 5
    assert said.startswith("Toutes les règles") == (enough and bool(typed))
    assert ("au moins 8\u00a0caractères" in said) == (bool(typed) and "length" not in met)


def test_the_hint_comes_after_five_minutes(page: Page) -> None:
    page.clock.install()
    page.goto("/code")
    hint = page.locator("[data-show-after]")
    page.clock.fast_forward(299_000)
    assert not hint.is_visible()
    page.clock.fast_forward(2_000)
    assert hint.is_visible()


def test_a_form_is_sent_once_but_never_dies(page: Page) -> None:
    page.clock.install()
    page.goto("/lien")
    form = page.locator("form")
    assert [form.evaluate(PREVENTED) for _ in range(2)] == [False, True]
    page.clock.fast_forward(9_000)
    assert form.evaluate(PREVENTED) is False


def test_without_javascript_everything_is_plain(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/code")
    assert page.locator("[data-show-after]").is_visible()
    page.goto("/creer")
    assert page.locator(".reveal").count() == 2
    assert not page.locator(".reveal").first.is_visible()
    page.goto("/lien")
    page.locator("button").click()
    assert page.url == f"{address}/ici"
    context.close()
