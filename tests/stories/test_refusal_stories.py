"""« Annuler », and a page that asks for more than a password: what the sites make of it (G6)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import quiet
from tests.stories.mover import LookingMover
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.slow]
CANCELLED, AGAIN = "Connexion interrompue", "Reprendre la connexion"
CODE, CONFIRM, BANK = (
    "Authentification renforcée",
    "Confirmez que c'est bien vous",
    "Mes coordonnées bancaires",
)
BY_CODE, NO_RECORD = "Me connecter avec un code", "Votre dossier d'adhérent est nécessaire"


@pytest.fixture(params=[True, False], ids=["javascript", "no_javascript"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with quiet(chromium, javascript=request.param) as opened:
        yield opened


@pytest.fixture
def member(context: BrowserContext, stack: Stack) -> Iterator[LookingMover]:
    """Somebody who has seen nothing wrong, at the end of the test neither."""
    looking = LookingMover(stack, context.new_page())
    yield looking
    assert looking.found == []


def test_cancelled_at_the_password_and_at_the_code(member: LookingMover) -> None:
    """The site says so and offers the sign-in again; nothing was opened by half."""
    email = member.stack.new_member()
    member.go_to_sign_in()
    member.press("Me connecter")
    member.is_told("2 réponses sont à corriger")
    member.press("Annuler")
    member.sees(CANCELLED)
    member.follow(AGAIN)
    member.give_password(email)
    member.sees(CODE)
    member.press("Annuler")
    member.sees(CANCELLED)
    member.follow("Retour à l'accueil")
    member.go_to_sign_in()  # the password of the cancelled sign-in counts no more
    member.enters(email)
    member.is_greeted(email)


def test_g6_a_sensitive_page_asks_for_a_code(member: LookingMover) -> None:
    """RFC 9470: a browser that is trusted opens the site by password, not its bank details."""
    (_, email), page = member.stack.attached(), member.page
    member.comes_from("espace_personnel")
    member.give_password(email)
    member.give_code(member.stack.code(email), trust=True)
    member.has_arrived()
    member.press("Me déconnecter")
    member.go_to_sign_in()
    member.give_password(email)
    member.has_arrived()  # no code here
    member.follow("Voir mes coordonnées bancaires")
    member.sees(CONFIRM)
    member.follow(BY_CODE)
    member.sees(CODE)  # and no password again
    member.press("Annuler")
    member.sees(CANCELLED)
    page.goto(member.stack.site)
    member.has_arrived()  # who cancels is signed in as before
    member.follow("Voir mes coordonnées bancaires")
    member.follow(BY_CODE)
    member.press("Recevoir un code")
    member.gives_code(email)
    member.sees(BANK)
    expect(page.get_by_text("FR00 0000")).to_be_visible()


def test_g6_no_code_is_enough_without_a_record(member: LookingMover) -> None:
    """Who is no member yet is told what is missing, not sent for a code once more."""
    page = member.page
    page.goto(f"{member.stack.site}/coordonnees-bancaires")
    member.follow(BY_CODE)
    member.enters(member.stack.new_member())
    member.sees(NO_RECORD)
    member.follow("Rattacher mon dossier d'adhérent")
    member.sees("Rattacher mon dossier d'adhérent")
