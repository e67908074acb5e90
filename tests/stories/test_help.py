"""Help in the middle of a sign-in, in a real browser: there and back, and nothing counted twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.stories.person import Person
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
BACK = "Reprendre là où j'en étais"
WRONG = "Faux-Cheval*7"


@pytest.fixture
def person(chromium: Browser, stack: Stack) -> Iterator[Person]:
    with chromium.new_context() as context:
        yield Person(stack, context.new_page())


def test_after_a_wrong_password(person: Person) -> None:
    """Back in the browser would send the wrong password again: the link opens a fresh form."""
    email = person.stack.new_member()
    person.go_to_sign_in()
    for _ in range(2):
        person.give_password(email, WRONG)
        person.is_told("Identifiant ou mot de passe incorrect")
        person.follow("Besoin d'aide\u00a0?")
        person.sees("Aide à la connexion")
        person.follow(BACK)
        person.sees("Me connecter")
    person.give_password(email)
    person.give_code(person.stack.code(email))
    person.is_greeted(email)


def test_from_the_code_by_the_footer(person: Person) -> None:
    """The code that was sent still waits; two pages deep, the browser's own way back is enough."""
    email = person.stack.new_member()
    person.go_to_sign_in()
    person.give_password(email)
    person.sees("Authentification renforcée")
    person.follow("Aide")
    person.follow("Aide à la connexion")
    expect(person.page.get_by_role("link", name=BACK)).to_have_count(0)
    person.page.go_back()
    person.follow(BACK)
    person.give_code(person.stack.code(email))
    person.is_greeted(email)


def test_from_the_page_of_a_link_no_way_back_is_told(person: Person) -> None:
    """Its address holds a secret, which never leaves as a Referer: the browser goes back."""
    email = person.stack.new_address()
    person.go_to_sign_in()
    person.follow("Créer un compte")
    person.fill_sign_up(email)
    person.sees("Un message vient d'être envoyé")
    person.page.goto(person.stack.link(email))
    person.follow("Confidentialité")
    expect(person.page.get_by_role("link", name=BACK)).to_have_count(0)
    person.page.go_back()
    person.press("Activer mon compte")
    person.sees("Me connecter")
