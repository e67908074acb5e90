"""The spine, as a member lives it: from the site through everything and back."""

import pytest
from playwright.sync_api import Browser

from tests.stories.chromium import complaints_of
from tests.stories.person import Person
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
VIOLATING = "<script>void 0</script><img src='http://localhost:9/' alt=''>"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no_javascript"])
def test_from_no_account_to_signed_in_without_a_code(
    chromium: Browser, stack: Stack, javascript: bool
) -> None:
    email = stack.new_address()
    with chromium.new_context(java_script_enabled=javascript) as context:
        complaints = complaints_of(context)
        person = Person(stack, context.new_page())
        _sign_up(person, email)
        _activate(person, email)
        person.give_password(email)
        person.give_code(stack.code(email, number=2), trust=True)
        person.is_greeted(email)
        assert stack.mail(email, number=3)["subject"] == "Un nouveau navigateur de confiance"
        person.press("Me déconnecter")
        person.is_told("Vous êtes déconnecté")
        person.go_to_sign_in()
        person.give_password(email)
        person.is_greeted(email)
    with chromium.new_context(java_script_enabled=javascript) as context:
        more_complaints = complaints_of(context)
        _is_asked_elsewhere(Person(stack, context.new_page()), email)
    assert complaints + more_complaints == []


def _sign_up(person: Person, email: str) -> None:
    person.go_to_sign_in()
    person.follow("Créer un compte")
    person.sees("Créer un compte")
    person.fill_sign_up(email)
    person.sees("Un message vient d'être envoyé")


def _activate(person: Person, email: str) -> None:
    """From the inbox, as `make run` invites to; back in the request that began it all."""
    link = person.stack.link(email)
    person.page.goto(person.stack.inbox)
    person.page.get_by_label("Only those sent to").fill(email)
    person.press("Show")
    person.follow("Activez votre compte MGEN Connect")
    person.follow(link)
    person.sees("Activer mon compte")
    person.press("Activer mon compte")
    person.sees("Me connecter")
    person.is_told("Votre compte est activé.")


def _is_asked_elsewhere(person: Person, email: str) -> None:
    person.go_to_sign_in()
    person.give_password(email)
    person.sees("Authentification renforcée")
    # the fourth mail: none was sent to the browser that is trusted
    assert person.stack.mail(email, number=4)["subject"] == "Votre code de connexion"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no_javascript"])
def test_a_violation_would_be_heard(chromium: Browser, stack: Stack, javascript: bool) -> None:
    with chromium.new_context(java_script_enabled=javascript) as context:
        complaints = complaints_of(context)
        page = context.new_page()
        answer = context.request.get(stack.idp)
        page.route("**/", lambda route: route.fulfill(response=answer, body=VIOLATING))
        page.goto(stack.idp)
    assert [each for each in complaints if "Content Security Policy" in each]
    assert any(each.startswith("CSP: img-src") for each in complaints) == javascript
