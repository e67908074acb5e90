"""Members who come with the NIR join an account that exists, whatever state it is in (C5-C8)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import quiet
from tests.stories.mover import NEW_PASSWORD, LookingMover, Mover
from tests.stories.opener import SENT
from tests.stories.stack import ANSWER, PASSWORD, Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.slow]
TAKEN = "Rattachez votre dossier à votre compte MGEN Connect"
HAS_ONE = "J'ai déjà un compte MGEN Connect"
WRONG = "Faux-Cheval*7"
SAVED = "Votre nouveau mot de passe est enregistré"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A copy of its own: the tries of one network are counted together."""
    with running(tmp_path_factory.mktemp("association")) as one:
        yield one


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing, without scripts: they add nothing here."""
    with quiet(chromium, javascript=False) as opened:
        yield opened


@pytest.fixture
def member(context: BrowserContext, copy: Stack) -> Mover:
    """Somebody in front of a page of that browser."""
    return Mover(copy, context.new_page())


@pytest.fixture
def other(chromium: Browser, copy: Stack) -> Iterator[Mover]:
    """The same person at another browser."""
    with chromium.new_context() as opened:
        yield Mover(copy, opened.new_page())


def test_c5_joining_by_choice(member: Mover, copy: Stack) -> None:
    """From MGEN Avantage: its password, its code, the button; then the prices of a member."""
    line, email = copy.legacy(), copy.new_member()
    member.comes_from("avantage")
    member.is_proved(line["nir"], line["email"])
    member.joins(email)
    member.has_arrived()


def test_c5_joining_by_the_mailed_link(member: Mover, copy: Stack) -> None:
    """A taken address is answered like a free one; the mail leads to the account, here."""
    line, email = copy.legacy(), copy.new_member()
    member.comes_from("espace_personnel")
    member.is_proved(line["nir"], line["email"])
    member.chooses(email)
    member.sees(SENT)
    member.opens_the_link(email, TAKEN)
    _gives_its_password(member, email)
    member.confirms(email)
    member.has_arrived()


def test_c5_the_mailed_link_in_another_browser(member: Mover, other: Mover, copy: Stack) -> None:
    """An agreement is given there, nothing opened; the page that waits asks for the last word."""
    line, email = copy.legacy(), copy.new_member()
    member.comes_from("forum")
    member.is_proved(line["nir"], line["email"])
    member.chooses(email)
    member.sees(SENT)
    other.opens_the_link(email, TAKEN)
    _gives_its_password(other, email)
    other.sees("Authentification renforcée")
    other.gives_code(email)
    other.sees("Accepter un dossier")
    other.press("Donner mon accord")
    other.sees("Votre accord est enregistré")
    member.sees(f"Rattacher mon dossier au compte {email}\u00a0?")  # by itself
    member.press("Rattacher mon dossier")
    member.sees("Me connecter")
    member.is_told("Votre dossier d'adhérent est rattaché à un compte")
    member.enters(email)
    member.has_arrived()


def test_c6_the_account_was_never_activated(member: Mover, copy: Stack) -> None:
    """No password opens it: the mail resets it and activates it; then on with it."""
    line, email = copy.legacy(), copy.new_address()
    member.page.goto(f"{copy.idp}/creer-un-compte")
    member.fill_sign_up(email)
    member.sees(SENT)
    member.comes_from("espace_personnel")
    member.is_proved(line["nir"], line["email"])
    member.has_an_account(email)
    member.sees(HAS_ONE)
    member.is_told("Si ce compte attend son activation")
    member.opens_the_link(email)
    member.resets(answer=False)  # anybody may have chosen that question
    _gives_new_password(member, email)
    member.gives_code(email)
    member.sees("Votre question secrète")  # theirs, not that of who signed up
    member.page.select_option("[name=secret_question]", "first_pet")
    member.page.fill("[name=secret_answer]", ANSWER)
    member.press("Enregistrer et continuer")
    member.press("Rattacher mon dossier")
    member.has_arrived()


def test_c7_its_password_is_forgotten(member: Mover, copy: Stack) -> None:
    """The link under the form; then the new password."""
    line, email = copy.legacy(), copy.new_member()
    member.comes_from("forum")
    member.is_proved(line["nir"], line["email"])
    member.has_an_account(email, WRONG)
    member.sees(HAS_ONE)
    member.follow("Mot de passe oublié")
    member.says_who(email)
    member.sees(SENT)
    member.opens_the_link(email)
    member.resets()
    _gives_new_password(member, email)
    member.confirms(email)
    member.has_arrived()


def test_c8_it_is_blocked(member: Mover, other: Mover, copy: Stack) -> None:
    """The page of the block says that a link comes by mail; here it is opened elsewhere."""
    line, email = copy.legacy(), copy.new_member()
    member.comes_from("espace_personnel")
    member.is_proved(line["nir"], line["email"])
    member.has_an_account(email, WRONG)
    for _ in range(2):
        member.has_an_account_here(email, WRONG)
        member.is_told("Identifiant ou mot de passe incorrect")
    member.has_an_account_here(email, WRONG)
    member.sees("Votre compte est bloqué")
    expect(member.page.get_by_text("un lien part vers elle")).to_be_visible()
    other.opens_the_link(email)
    other.resets()
    other.sees(SAVED)
    _joins_after_all(member, line, email)


def test_c5_what_is_wrong_is_told_where_it_is(chromium: Browser, copy: Stack) -> None:
    """Each page in every look, with its errors; an account that has a record takes no other."""
    line, (_, email) = copy.legacy(), copy.attached()
    with chromium.new_context() as context:
        member = LookingMover(copy, context.new_page())
        member.comes_from("espace_personnel")
        member.is_proved(line["nir"], line["email"])
        member.has_an_account("", "")
        member.looks_at(HAS_ONE, "2 réponses sont à corriger")
        member.has_an_account_here(email, WRONG)
        member.looks_at(HAS_ONE, "Identifiant ou mot de passe incorrect")
        member.has_an_account_here(email)
        member.gives_code(email)
        member.looks_at("Rattacher mon dossier", "ne peut pas être rattaché à ce compte")
        member.press("Choisir une autre adresse")
        member.looks_at("Votre nouvel identifiant")
        assert member.found == []


def _gives_its_password(member: Mover, email: str) -> None:
    """The page behind the mailed link, sent."""
    member.sees("Rattacher un dossier à ce compte")
    expect(member.page.get_by_text(email)).to_be_visible()
    member.page.fill("[name=password]", PASSWORD)
    member.press("Me connecter et continuer")


def _gives_new_password(member: Mover, email: str) -> None:
    """In the browser that asked, the NIR is still proved: the fold of the account is open."""
    member.sees("Votre nouvel identifiant")
    member.is_told("Votre nouveau mot de passe est enregistré")
    member.page.locator("#join-email").fill(email)
    member.page.locator("#join-password").fill(NEW_PASSWORD)
    member.press("Me connecter et continuer")
    member.sees("Authentification renforcée")


def _joins_after_all(member: Mover, line: dict[str, str], email: str) -> None:
    """With the NIR again, and the new password of the account."""
    member.comes_from(member.package)
    member.is_proved(line["nir"], line["email"])
    member.joins(email, NEW_PASSWORD)
    member.has_arrived()
