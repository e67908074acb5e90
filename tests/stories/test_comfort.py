"""What app.js adds on the real pages, and the keyboard: a whole sign-in without a mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.stories.person import TRUST, Person
from tests.stories.stack import PASSWORD, Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
FOCUS_IS_VISIBLE = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
MOST_STOPS = 12
RING_MS = 2_000


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[Person]:
    with chromium.new_context() as context:
        yield Person(stack, context.new_page())


def test_a_wrong_code_is_told_and_the_field_is_one_key_away(person: Person) -> None:
    email = person.stack.new_member()
    person.go_to_sign_in()
    person.give_password(email)
    right = person.stack.code(email)
    person.give_code("000000" if right != "000 000" else "111111")
    summary = person.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Ce code est incorrect. Essais restants\u00a0: 4.")
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("[name=code]")).to_be_focused()
    person.page.keyboard.type(right)
    person.page.keyboard.press("Enter")
    person.is_greeted(email)


def test_the_rules_tick_and_the_password_shows(person: Person) -> None:
    email, page = person.stack.new_address(), person.page
    person.go_to_sign_in()
    person.follow("Créer un compte")
    ticked = page.locator("[data-rule].met")
    page.locator("[name=password]").press_sequentially("Ab")
    expect(ticked).to_have_text(["une lettre majuscule", "une lettre minuscule"])
    page.get_by_role("button", name="Afficher\u00a0: Mot de passe", exact=True).click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    expect(page.locator("[name=confirm_password]")).to_have_attribute("type", "password")
    page.locator("[name=password]").fill(PASSWORD)
    expect(ticked).to_have_count(5)
    expect(page.get_by_text("Toutes les règles du mot de passe sont respectées.")).to_be_attached()
    page.get_by_role("button", name="Masquer\u00a0: Mot de passe", exact=True).click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")
    person.fill_sign_up(email)
    person.sees("Un message vient d'être envoyé")


def test_a_whole_sign_in_with_the_keyboard(person: Person) -> None:
    email, page = person.stack.new_member(), person.page
    page.goto(person.stack.site)
    _tab_to(person, page.get_by_role("link", name="Me connecter"))
    page.keyboard.press("Enter")
    person.sees("Me connecter")
    _tab_to(person, page.locator("[name=email]"))
    page.keyboard.type(email)
    _tab_to(person, page.locator("[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    person.sees("Authentification renforcée")
    _tab_to(person, page.locator("[name=code]"))
    page.keyboard.type(person.stack.code(email))
    _tab_to(person, page.get_by_label(TRUST))
    page.keyboard.press("Space")
    _tab_to(person, page.get_by_role("button", name="Valider"))
    page.keyboard.press("Enter")
    person.is_greeted(email)
    _tab_to(person, page.get_by_role("button", name="Me déconnecter"))
    page.keyboard.press("Enter")
    person.is_told("Vous êtes déconnecté")


def _tab_to(person: Person, target: Locator) -> None:
    """Press Tab until the target has the focus; each stop on the way shows that it has it."""
    target.wait_for()
    person.page.wait_for_load_state()  # a page without its style sheet yet shows another ring
    for _ in range(MOST_STOPS):
        person.page.keyboard.press("Tab")
        person.page.wait_for_function(FOCUS_IS_VISIBLE, timeout=RING_MS)
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"not within {MOST_STOPS} stops: {target}")
