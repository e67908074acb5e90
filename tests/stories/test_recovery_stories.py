"""Blocked, forgotten password, forgotten identifier: the way back to the site (D1-D9)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import quiet
from tests.stories.mover import NEW_PASSWORD, RESET, LookingMover, Mover
from tests.stories.opener import SENT
from tests.stories.stack import Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.story]
CHANGED = "Votre mot de passe a été changé"
FORGOTTEN = "Mot de passe oublié ?"
NEW = "Choisir un nouveau mot de passe"
SAVED = "Votre nouveau mot de passe est enregistré"
_FOR_ALL = re.compile(r"Si ces informations .* vient de partir (vers|au) \S*\*")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A copy of its own for the slow ones: recoveries of one network are counted together."""
    with running(tmp_path_factory.mktemp("recovery")) as one:
        yield one


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing, without scripts."""
    with quiet(chromium, javascript=False) as opened:
        yield opened


@pytest.fixture
def other(chromium: Browser) -> Iterator[BrowserContext]:
    """Another browser, with scripts."""
    with chromium.new_context() as opened:
        yield opened


def test_d6_blocked_and_back_by_mail_into_the_site(context: BrowserContext, stack: Stack) -> None:
    """The link, the secret answer, and straight on into MGEN Avantage; the owner is told."""
    line, email = stack.attached()
    member = Mover(stack, context.new_page())
    member.comes_from("avantage")
    member.is_blocked(email)
    member.follow("Débloquez votre compte")
    member.sees("Débloquer mon compte")
    member.says_who(email, line["birth_date"])
    member.takes_mail()
    member.sees(SENT)
    member.opens_the_link(email)
    expect(member.page.get_by_text("n'est pas bloqué")).to_have_count(0)
    member.resets()
    member.has_arrived()
    assert stack.about(CHANGED, email)


@pytest.mark.slow
def test_d5_blocked_and_back_by_sms_in_another_browser(
    context: BrowserContext, other: BrowserContext, copy: Stack
) -> None:
    """The temporary password passes the block and opens one page; nothing is opened by it."""
    line, email = copy.attached(mobile=copy.new_mobile())
    member, there = Mover(copy, context.new_page()), Mover(copy, other.new_page())
    member.comes_from("forum")
    member.is_blocked(email)
    member.follow("Débloquez votre compte")
    member.says_who(email, line["birth_date"])
    member.asks_by("Par SMS")
    member.sees(SENT)
    expect(member.page.get_by_text("mot de passe provisoire").first).to_be_visible()
    there.comes_from("forum")
    there.give_password(email, there.temporary_password(line["mobile"]))
    there.resets()
    there.sees(SAVED)
    there.follow("Continuer vers Forum")
    there.enters(email, NEW_PASSWORD)
    there.has_arrived()


@pytest.mark.slow
def test_d5_by_sms_in_the_browser_that_asked(context: BrowserContext, copy: Stack) -> None:
    """The button of the page leads to the door; then straight on into the site."""
    line, email = copy.attached(mobile=copy.new_mobile())
    member = Mover(copy, context.new_page())
    member.comes_from("espace_personnel")
    member.follow(FORGOTTEN)
    member.says_who(email, line["birth_date"])
    member.asks_by("Par SMS")
    member.follow("Me connecter")
    member.give_password(email, member.temporary_password(line["mobile"]))
    member.resets()
    member.has_arrived()


@pytest.mark.slow
def test_d8_an_unknown_pair_sees_the_same_and_nothing_comes(
    context: BrowserContext, other: BrowserContext, copy: Stack
) -> None:
    """The same sentence; a wrong birth date is nobody too. What is sent first would come first."""
    (line, email), stranger = copy.attached(), copy.new_address()
    known, nobody = Mover(copy, context.new_page()), Mover(copy, other.new_page())
    _asks(nobody, stranger, line["birth_date"])
    _asks(nobody, email, "1950-01-01")
    _asks(known, email, line["birth_date"])
    assert copy.about(RESET, email)
    assert copy.mails(stranger) == []
    assert len([mail for mail in copy.mails(email) if mail["subject"] == RESET]) == 1


@pytest.mark.slow
def test_d2_the_identifier_is_forgotten(context: BrowserContext, copy: Stack) -> None:
    """NIR and birth date; the address is shown in full once the link is opened, never before."""
    line, email = copy.attached()
    member = Mover(copy, context.new_page())
    member.comes_from("espace_personnel")
    member.follow(FORGOTTEN)
    expect(member.page.get_by_text("J'ai un doute sur mon identifiant")).to_be_visible()
    member.says_who(line["nir"], line["birth_date"])
    member.takes_mail()
    member.sees(SENT)
    expect(member.page.get_by_text(email)).to_have_count(0)
    member.opens_the_link(email)
    member.sees(NEW)
    expect(member.page.get_by_text(email)).to_be_visible()
    member.resets()
    member.has_arrived()


@pytest.mark.slow
def test_d3_not_blocked_after_all(context: BrowserContext, copy: Stack) -> None:
    """Told behind the link only; the old password still serves."""
    line, email = copy.attached()
    member = Mover(copy, context.new_page())
    member.comes_from("espace_personnel")
    member.page.goto(f"{copy.idp}/debloquer")
    member.says_who(email, line["birth_date"])
    member.takes_mail()
    member.opens_the_link(email)
    member.is_told("Votre compte n'est pas bloqué")
    member.follow("Me connecter avec mon mot de passe")
    member.enters(email)
    member.sees("Bienvenue")


@pytest.mark.slow
def test_d7_a_member_with_an_old_password_goes_on_to_an_address(
    context: BrowserContext, copy: Stack
) -> None:
    """The NIR, a forgotten old password: the proof stands for the code of C1."""
    line = copy.legacy()
    member = Mover(copy, context.new_page())
    member.comes_from("avantage")
    member.follow("Me connecter avec mon numéro de sécurité sociale")
    member.follow(FORGOTTEN)
    member.says_who(line["nir"], line["birth_date"])
    member.takes_mail()
    member.opens_the_link(line["email"])
    member.sees("Choisir votre adresse e-mail")
    member.press("Continuer")
    expect(member.page.locator("#email")).to_have_value(line["email"])
    member.chooses()
    member.has_arrived()


@pytest.mark.slow
def test_d2_d7_what_is_wrong_is_told_where_it_is(chromium: Browser, copy: Stack) -> None:
    """Each page with its errors, in every look."""
    line, email = copy.attached(mobile=copy.new_mobile())
    with chromium.new_context() as context:
        member = LookingMover(copy, context.new_page())
        _stumbles(member, line, email)
        assert member.found == []


def _stumbles(member: LookingMover, line: dict[str, str], email: str) -> None:
    page = member.page
    member.comes_from("espace_personnel")
    member.follow(FORGOTTEN)
    member.looks_at("Mot de passe oublié")
    member.says_who("personne")
    member.looks_at("Mot de passe oublié", "Une réponse est à corriger")
    expect(page.get_by_role("alert")).to_be_focused()
    member.says_who(line["nir"])
    member.looks_at("Mot de passe oublié", "indiquez aussi votre date de naissance")
    member.says_who(email, line["birth_date"])
    member.looks_at("Où recevoir le message ?")
    member.asks_by("Par SMS")
    member.looks_at(SENT)
    page.get_by_label("Par e-mail").check()
    member.press("Renvoyer le message")
    member.looks_at(SENT, "de nouveau")
    member.opens_the_link(email)
    member.looks_at(NEW)
    member.press("Enregistrer ce mot de passe")
    member.looks_at(NEW, "3 réponses sont à corriger")
    page.fill("[name=secret_answer]", "le fleuve")
    member.resets(answer=False)
    member.looks_at(NEW, "Réponse secrète incorrecte")
    page.goto(f"{member.stack.idp}/nouveau-mot-de-passe/inconnu")
    member.looks_at("Lien expiré ou invalide")


def _asks(member: Mover, identifier: str, birth_date: str) -> None:
    """To the page that says the same to everybody, by the channel that is chosen beforehand."""
    member.page.goto(f"{member.stack.idp}/mot-de-passe-oublie")
    member.says_who(identifier, birth_date)
    if member.page.get_by_role("heading", level=1).inner_text() != SENT:
        member.press("Envoyer le message")
    member.sees(SENT)
    expect(member.page.locator("main p", has_text=_FOR_ALL)).to_have_count(1)
