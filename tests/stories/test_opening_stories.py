"""Members of the register open their space or join their record to an account (A1-A9, R9)."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stories.chromium import complaints_of
from tests.stories.opener import NOTHING_COMES, SENT, LookingOpener, Opener
from tests.stories.person import Person
from tests.stories.stack import Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.story]
CODE = "Votre code pour ouvrir votre espace"
ATTACHED = "Votre dossier d'adhérent a été rattaché à un compte"
_PATIENCE_SECONDS = 20
_PAUSE_SECONDS = 0.1


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A copy of its own: openings and sign-ups of one network are counted together."""
    with running(tmp_path_factory.mktemp("opening")) as copy:
        yield copy


@contextmanager
def _quiet(chromium: Browser, *, javascript: bool) -> Iterator[BrowserContext]:
    with chromium.new_context(java_script_enabled=javascript) as opened:
        complaints = complaints_of(opened)
        yield opened
        assert complaints == []


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing."""
    with _quiet(chromium, javascript=True) as opened:
        yield opened


@pytest.fixture
def plain(chromium: Browser) -> Iterator[BrowserContext]:
    """The same without scripts."""
    with _quiet(chromium, javascript=False) as opened:
        yield opened


@pytest.fixture
def pages(chromium: Browser) -> Iterator[tuple[Page, Page]]:
    """Two browsers, each at one page."""
    with chromium.new_context() as one, chromium.new_context() as other:
        yield one.new_page(), other.new_page()


def test_a4_with_the_register_s_address(context: BrowserContext, stack: Stack) -> None:
    """From a site and back to it; the link alone proves an address that is on file."""
    line = stack.on_file()
    email = line["email"]
    member = Opener(stack, context.new_page())
    member.go_to_sign_in()
    member.follow("Créer mon espace")
    member.gives_nir(line)
    member.has_no_account(email)
    member.gives_coordinates(line)
    member.press(NOTHING_COMES)
    member.activates(email)
    member.is_told("Votre compte est activé.")
    member.enters(email)
    member.is_at_home_as_a_member()
    assert stack.about(ATTACHED, email)


def test_a4_with_another_address_and_a_code_by_sms(plain: BrowserContext, stack: Stack) -> None:
    """Of two channels the member takes the mobile; both are told of the attachment."""
    line, email = stack.on_file(mobile=stack.new_mobile()), stack.new_address()
    member = _asked_where_to_send(plain, stack, line, email)
    member.page.get_by_label("Par SMS").check()
    member.press("Recevoir un code")
    expect(member.page.get_by_text("par SMS au ** ** ** **")).to_be_visible()
    member.gives_member_code("", line["mobile"])
    member.activates(email)
    member.sees("Votre compte est activé")
    member.go_to_sign_in()
    member.enters(email)
    member.is_at_home_as_a_member()
    assert stack.about(ATTACHED, line["email"])
    assert "Ce n'est pas vous" in stack.mails(line["mobile"])[0]["text"]


def test_r9_with_no_channel_and_a_code_by_post(plain: BrowserContext, stack: Stack) -> None:
    """Made-up channels, then an account without the record, then the letter."""
    line, email = stack.on_file(email=""), stack.new_address()
    member = _asked_where_to_send(plain, stack, line, email)
    expect(member.page.get_by_text("**").first).to_be_visible()
    member.press(NOTHING_COMES)
    expect(member.page.get_by_text("un code par courrier")).to_be_visible()
    member.activates(email)
    member.follow("Me connecter")
    member.enters(email)
    member.sees("Bienvenue")
    member.follow("Saisir le code reçu par courrier")
    member.sees("Code reçu par courrier")
    member.page.get_by_label("Code du courrier").fill(stack.letter(line).lower())
    member.press("Valider")
    member.is_told("Votre dossier d'adhérent est rattaché à votre compte.")
    member.follow("Espace personnel")
    member.is_at_home_as_a_member()


def test_r9_an_account_that_exists_takes_the_record(plain: BrowserContext, stack: Stack) -> None:
    """On the way to a site: its password, its code, then the member's own code."""
    line, email = stack.on_file(), stack.new_member()
    member = Opener(stack, plain.new_page())
    member.go_to_sign_in()
    member.follow("Créer mon espace")
    member.gives_nir(line)
    member.has_an_account(email)
    member.give_code(stack.code(email))
    member.gives_coordinates(line)
    member.gives_member_code(CODE, line["email"])
    member.is_at_home_as_a_member()


def test_r9_whoever_is_told_can_undo_it(pages: tuple[Page, Page], stack: Stack) -> None:
    """The owner of the address on file, in a browser of their own, ends all that a stranger has."""
    line, email = stack.on_file(), stack.new_member()
    stranger, owner = Opener(stack, pages[0]), Person(stack, pages[1])
    stranger.go_to_sign_in()
    stranger.follow("Créer mon espace")
    stranger.gives_nir(line)
    stranger.has_an_account(email)
    stranger.give_code(stack.code(email))
    stranger.gives_coordinates(line)
    stranger.gives_member_code(CODE, line["email"])
    stranger.is_at_home_as_a_member()
    owner.page.goto(stack.about(ATTACHED, line["email"])["links"][0])
    owner.sees("Ce n'était pas vous ?")
    owner.press("Ce n'était pas moi\u00a0: détacher mon dossier")
    owner.sees("Votre dossier est détaché")
    _is_signed_out_of_the_site(stranger)
    stranger.go_to_sign_in()
    stranger.give_password(email)
    stranger.is_told("Identifiant ou mot de passe incorrect")


@pytest.mark.slow
def test_a1_a3_what_is_wrong_is_told_where_it_is(chromium: Browser, stack: Stack) -> None:
    """Each page with its errors, in every look; the fold that is wrong stays open."""
    line, email = stack.on_file(mobile=stack.new_mobile()), stack.new_address()
    with chromium.new_context() as context:
        member = LookingOpener(stack, context.new_page())
        _stumbles(member, line, email)
        assert member.found == []


def _is_signed_out_of_the_site(person: Person) -> None:
    """Soon, and without a click: the site is told by the worker."""
    pause, deadline = threading.Event(), time.monotonic() + _PATIENCE_SECONDS
    way_in = person.page.get_by_role("link", name="Me connecter")
    while person.page.reload() and not way_in.count() and time.monotonic() < deadline:
        pause.wait(_PAUSE_SECONDS)
    expect(way_in).to_be_visible()


def _stumbles(member: LookingOpener, line: dict[str, str], email: str) -> None:
    page = member.page
    page.goto(f"{member.stack.idp}/creer-mon-espace")
    member.looks_at("Créer mon espace")
    page.fill("[name=nir]", "1 85 13 75")
    member.press("Continuer")
    member.looks_at("Créer mon espace", "n'est pas valable")
    expect(page.get_by_role("alert")).to_be_focused()
    member.gives_nir(line)
    member.looks_at("Votre accès")
    member.has_an_account(email)
    member.looks_at("Votre accès", "Identifiant ou mot de passe incorrect")
    expect(page.locator("#join-password")).to_be_visible()
    expect(page.locator("#confirm_password")).to_be_hidden()
    page.get_by_text("Je n'ai pas encore de compte").click()
    expect(page.locator("#join-password")).to_be_hidden()
    page.locator("#password").press_sequentially("Ab")
    expect(page.locator("[data-rule].met")).to_have_count(2)
    member.has_no_account(email, "abc")
    member.looks_at("Votre accès", "Ce mot de passe ne respecte pas les règles")
    expect(page.locator("#password")).to_be_visible()
    member.has_no_account(email)
    member.looks_at("Vos coordonnées")
    member.press("Continuer")
    member.looks_at("Vos coordonnées", "3 réponses sont à corriger")
    member.gives_coordinates(line)
    member.looks_at("Vérification")
    member.press("Recevoir un code")
    member.press("Valider")
    member.looks_at("Vérification", "Saisissez le code")
    member.press(NOTHING_COMES)
    member.looks_at(SENT)


def _asked_where_to_send(
    context: BrowserContext, stack: Stack, line: dict[str, str], email: str
) -> Opener:
    """From the home page of the site to the channels on file."""
    member = Opener(stack, context.new_page())
    member.page.goto(stack.site)
    member.follow("Créer mon espace")
    member.gives_nir(line)
    member.has_no_account(email)
    member.gives_coordinates(line)
    return member
