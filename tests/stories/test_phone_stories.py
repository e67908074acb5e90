"""A telephone for the codes: activated from the espace personnel, used, done without (E5, G12)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import quiet
from tests.stories.mover import LookingMover, Mover
from tests.stories.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.story]
TITLE = "Validation en deux étapes"
CHOICE = "Choisir où recevoir le code"
ADDED = "Un téléphone est activé pour votre compte"
BANNER = "Validez votre numéro de mobile"


@pytest.fixture(params=[True, pytest.param(False, marks=pytest.mark.slow)])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing; without scripts too."""
    with quiet(chromium, javascript=request.param) as opened:
        yield opened


def test_e5_activated_used_and_done_without(context: BrowserContext, stack: Stack) -> None:
    """The banner leads there and is gone; the next code comes by SMS, the last by e-mail."""
    (_, email), mobile = stack.attached(), stack.new_mobile()
    member = Mover(stack, context.new_page())
    member.comes_from("espace_personnel")
    member.enters(email)
    member.has_arrived()
    _activates(member, mobile)
    assert stack.about(ADDED, email)
    member.page.goto(stack.site)
    member.follow("C'est déjà fait\u00a0: actualiser")
    member.has_arrived()
    expect(member.page.get_by_role("heading", name=BANNER)).to_have_count(0)
    member.press("Me déconnecter")
    stack.minutes_pass()
    _chooses(member, email, "Par SMS")
    expect(member.page.get_by_text("par SMS au ** ** ** **")).to_be_visible()
    member.follow("Essayer autrement")
    member.sees(CHOICE)
    member.page.get_by_label("Par SMS").check()
    member.press("Recevoir un code")
    member.gives_code(mobile, "")
    member.has_arrived()
    member.press("Me déconnecter")
    _chooses(member, email, "Par SMS")  # too soon for another: the mail serves
    member.follow("Essayer autrement")
    member.page.get_by_label("Par e-mail").check()
    member.press("Recevoir un code")
    member.sees("Authentification renforcée")
    member.gives_code(email)
    member.has_arrived()


@pytest.mark.slow
def test_f5_what_is_wrong_is_told_where_it_is(chromium: Browser, stack: Stack) -> None:
    """Each page with its errors, in every look; and the telephone removed again."""
    email, mobile = stack.new_member(), stack.new_mobile()
    with chromium.new_context() as opened:
        member = LookingMover(stack, opened.new_page())
        page = member.page
        page.goto(f"{stack.idp}/compte/deux-etapes")
        member.enters(email)
        member.looks_at(TITLE)
        member.press("Recevoir un code par SMS")
        member.looks_at(TITLE, "Saisissez votre numéro de mobile")
        page.fill("[name=mobile]", "0590000000")
        member.press("Recevoir un code par SMS")
        member.looks_at(TITLE, "en 06 ou 07")
        page.fill("[name=mobile]", mobile)
        member.press("Recevoir un code par SMS")
        member.looks_at("Confirmer mon téléphone")
        member.press("Valider")
        member.looks_at("Confirmer mon téléphone", "Saisissez le code")
        member.gives_code(mobile, "")
        member.looks_at(TITLE, "Votre téléphone est activé")
        member.press("Retirer ce téléphone")
        member.looks_at(TITLE, "Votre téléphone est retiré")
        assert member.found == []


def _activates(member: Mover, mobile: str) -> None:
    """From the banner of the home page: number, code."""
    expect(member.page.get_by_role("heading", name=BANNER)).to_be_visible()
    member.follow("Valider mon mobile")
    member.sees(TITLE)
    member.page.fill("[name=mobile]", f"0{mobile.removeprefix('+33')}")
    member.press("Recevoir un code par SMS")
    member.sees("Confirmer mon téléphone")
    member.gives_code(mobile, "")
    member.sees(TITLE)
    member.is_told("Votre téléphone est activé")


def _chooses(member: Mover, email: str, way: str) -> None:
    """Password, then one of the two ways; the page of the code has come."""
    member.go_to_sign_in()
    member.give_password(email)
    member.sees(CHOICE)
    member.page.get_by_label(way).check()
    member.press("Recevoir un code")
    member.sees("Authentification renforcée")
