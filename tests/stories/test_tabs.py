"""Several tabs, several browsers, and the back button: nobody loses the way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.person import Person
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context() as opened:
        yield opened


@pytest.fixture
def person(context: BrowserContext, stack: Stack) -> Person:
    return Person(stack, context.new_page())


@pytest.fixture
def other_tab(context: BrowserContext, stack: Stack) -> Person:
    return Person(stack, context.new_page())


@pytest.mark.slow  # tests/flows/test_two_tabs.py has it without a browser
def test_two_tabs_each_with_its_code(person: Person, other_tab: Person) -> None:
    """One interaction a tab (its code is no good in the other), and both get there."""
    email, stack = person.stack.new_member(), person.stack
    codes = []
    for number, tab in enumerate((person, other_tab), start=1):
        tab.go_to_sign_in()
        tab.give_password(email)
        tab.sees("Authentification renforcée")
        codes.append(stack.code(email, number))
    person.give_code(codes[1])
    person.is_told("Ce code est incorrect.")
    person.give_code(codes[0])
    person.is_greeted(email)
    other_tab.give_code(codes[1])
    other_tab.is_greeted(email)


def test_a_form_left_open_in_another_tab_leads_on(person: Person, other_tab: Person) -> None:
    """Its token is of before the sign-in: no « page expirée », the member is signed in already."""
    email = person.stack.new_member()
    other_tab.go_to_sign_in()
    person.go_to_sign_in()
    person.give_password(email)
    person.give_code(person.stack.code(email))
    person.is_greeted(email)
    other_tab.give_password(email)
    other_tab.is_greeted(email)


@pytest.mark.slow  # tests/flows/test_activation_browsers.py has it without a browser
def test_the_link_opened_in_another_browser(
    person: Person, chromium: Browser, stack: Stack
) -> None:
    """It activates, opens no session there, and both browsers can go on to the site."""
    email = stack.new_address()
    person.go_to_sign_in()
    person.follow("Créer un compte")
    person.fill_sign_up(email)
    person.sees("Un message vient d'être envoyé")
    with chromium.new_context() as elsewhere:
        other = Person(stack, elsewhere.new_page())
        other.page.goto(stack.link(email))
        other.press("Activer mon compte")
        other.sees("Votre compte est activé")
        other.follow("Continuer vers Espace personnel")
        other.sees("Me connecter")
        other.give_password(email)
        other.give_code(stack.code(email, number=2))
        other.is_greeted(email)
    person.follow("Me connecter")
    person.give_password(email)
    person.give_code(stack.code(email, number=3))
    person.is_greeted(email)


def test_the_back_button_after_signing_in_leads_on(person: Person) -> None:
    email = person.stack.new_member()
    person.go_to_sign_in()
    person.give_password(email)
    person.give_code(person.stack.code(email))
    person.is_greeted(email)
    for _ in range(2):  # the page of the code, then that of the password
        person.page.go_back()
        person.sees("Cette connexion n'est plus en cours")
    expect(person.page.get_by_text("Traceback")).to_have_count(0)
    person.follow("Continuer vers Espace personnel")
    person.is_greeted(email)


def test_the_back_button_after_signing_out_shows_nothing(person: Person) -> None:
    email = person.stack.new_member()
    person.go_to_sign_in()
    person.give_password(email)
    person.give_code(person.stack.code(email))
    person.is_greeted(email)
    person.press("Me déconnecter")
    person.is_told("Vous êtes déconnecté")
    person.page.go_back()
    person.sees("Votre espace personnel")
    expect(person.page.get_by_text(email)).to_have_count(0)
