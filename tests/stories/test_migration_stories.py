"""Members who still sign in with the NIR choose an e-mail, and arrive at their site (C1-C12)."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.chromium import quiet
from tests.stories.mover import LookingMover, Mover
from tests.stories.opener import SENT
from tests.stories.stack import Stack, running

pytestmark = [pytest.mark.browser, pytest.mark.story]
VALIDATE = "Confirmez votre adresse e-mail"
DONE = "Votre nouvel identifiant MGEN Connect"
ATTACHED = "Votre dossier d'adhérent a été rattaché à un compte"
READY = "Votre nouvel identifiant est prêt"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A copy of its own for the slow ones: the tries of one network are counted together."""
    with running(tmp_path_factory.mktemp("migration")) as one:
        yield one


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser whose console complains of nothing."""
    with quiet(chromium, javascript=request.param) as opened:
        yield opened


@pytest.fixture
def elsewhere(chromium: Browser) -> Iterator[BrowserContext]:
    """Another browser."""
    with chromium.new_context() as opened:
        yield opened


def test_c4_a_demo_member_keeps_the_proposed_address(chromium: Browser, stack: Stack) -> None:
    """With what `make run` prints: NIR, old password, code, a new password, and in."""
    known = _demo_member(stack, stack.demo("demo NIR sign-in").split(", ")[0])
    with chromium.new_context() as context:
        member = Mover(stack, context.new_page())
        member.comes_from("espace_personnel")
        member.gives_old_password(known["nir"], stack.demo("old password"))
        member.sees("Vérification")
        member.page.get_by_label("Par e-mail").check()
        member.press("Recevoir un code")
        member.gives_code(known["email"])
        expect(member.page.locator("#email")).to_have_value(known["email"])
        member.chooses()
        member.has_arrived(known["given_name"])
        assert stack.about(DONE, known["email"])


@pytest.mark.slow
def test_c4_another_address_and_its_link_in_the_same_browser(
    context: BrowserContext, elsewhere: BrowserContext, copy: Stack
) -> None:
    """The link goes on to the site; both addresses are told, and the NIR opens nothing more."""
    line, email = copy.legacy(), copy.new_address()
    member, again = Mover(copy, context.new_page()), Mover(copy, elsewhere.new_page())
    member.comes_from("avantage")
    member.is_proved(line["nir"], line["email"])
    member.chooses(email)
    member.sees(SENT)
    member.opens_the_link(email, VALIDATE)
    member.press("Confirmer mon adresse")
    member.has_arrived()
    assert copy.about(DONE, email)
    assert copy.about(ATTACHED, line["email"])
    again.comes_from("espace_personnel")
    again.gives_old_password(line["nir"])
    again.is_told("Identifiant ou mot de passe incorrect")
    again.is_told("connectez-vous avec elle")
    again.follow("Me connecter avec mon adresse e-mail")
    again.enters(email)
    again.has_arrived()


@pytest.mark.slow
def test_c4_the_link_in_another_browser_and_the_first_page_moves_on(
    context: BrowserContext, elsewhere: BrowserContext, copy: Stack
) -> None:
    """It opens nothing there; the page that waits goes on by itself, with scripts or without."""
    line, email = copy.legacy(), copy.new_address()
    member, other = Mover(copy, context.new_page()), Mover(copy, elsewhere.new_page())
    member.comes_from("forum")
    member.is_proved(line["nir"], line["email"])
    member.chooses(email)
    member.sees(SENT)
    other.opens_the_link(email, VALIDATE)
    other.sees("Confirmer mon adresse")
    other.press("Confirmer mon adresse")
    other.sees(READY)
    expect(other.page.get_by_role("link", name="Continuer vers Forum")).to_be_visible()
    member.has_arrived()
    other.follow("Continuer vers Forum")
    other.sees("Me connecter")


@pytest.mark.slow
def test_c12_left_half_way_it_goes_on_in_another_browser(
    context: BrowserContext, elsewhere: BrowserContext, copy: Stack
) -> None:
    """After the next sign-in with the NIR the same link is awaited, and finishes there."""
    line, email = copy.legacy(), copy.new_address()
    member, later = Mover(copy, context.new_page()), Mover(copy, elsewhere.new_page())
    member.comes_from("espace_personnel")
    member.is_proved(line["nir"], line["email"])
    member.chooses(email)
    member.sees(SENT)
    later.comes_from("espace_personnel")
    later.gives_old_password(line["nir"])
    later.sees("Vérification")
    later.gives_code(line["email"])
    later.sees(SENT)
    expect(later.page.get_by_text(email)).to_be_visible()
    later.opens_the_link(email, VALIDATE)
    later.press("Confirmer mon adresse")
    later.has_arrived()


@pytest.mark.slow
def test_c1_with_no_channel_a_code_by_post(context: BrowserContext, copy: Stack) -> None:
    line, email = copy.legacy(email=""), copy.new_address()
    member = Mover(copy, context.new_page())
    member.comes_from("espace_personnel")
    member.gives_old_password(line["nir"])
    member.sees("Vérification")
    expect(member.page.get_by_text("ni adresse e-mail ni téléphone mobile")).to_be_visible()
    member.page.get_by_label("Code du courrier").fill(copy.letter(line))
    member.press("Valider")
    member.chooses(email)
    member.opens_the_link(email, VALIDATE)
    member.press("Confirmer mon adresse")
    member.sees("Authentification renforcée")  # a letter is no second step
    member.gives_code(email)
    member.has_arrived()


@pytest.mark.slow
def test_c1_c3_what_is_wrong_is_told_where_it_is(chromium: Browser, copy: Stack) -> None:
    """Each page with its errors, in every look."""
    with chromium.new_context() as context:
        member = LookingMover(copy, context.new_page())
        _stumbles(member, copy.legacy(mobile=copy.new_mobile()), copy.new_address())
        assert member.found == []


def _stumbles(member: LookingMover, line: dict[str, str], email: str) -> None:
    page = member.page
    member.comes_from("espace_personnel")
    member.follow("Me connecter avec mon numéro de sécurité sociale")
    title = "Me connecter avec mon numéro de sécurité sociale"
    member.looks_at(title)
    member.press("Me connecter")
    member.looks_at(title, "2 réponses sont à corriger")
    expect(page.get_by_role("alert")).to_be_focused()
    member.follow("Me connecter avec mon adresse e-mail")
    member.gives_old_password(line["nir"], "mauvais-cheval")
    member.looks_at(title, "Identifiant ou mot de passe incorrect")
    member.follow("Me connecter avec mon adresse e-mail")
    member.gives_old_password(line["nir"])
    member.looks_at("Vérification")
    page.get_by_label("Par SMS").check()
    member.press("Recevoir un code")
    member.looks_at("Vérification")
    member.press("Valider")
    member.looks_at("Vérification", "Saisissez le code")
    member.gives_code(line["mobile"], "")
    member.looks_at("Votre nouvel identifiant")
    page.fill("#email", "personne")
    member.press("Valider mon nouvel identifiant")
    member.looks_at("Votre nouvel identifiant", "réponses sont à corriger")
    member.chooses(email)
    member.looks_at(SENT)
    member.press("Renvoyer le message")
    member.looks_at(SENT, "une nouvelle fois")
    member.press("Choisir une autre adresse")
    member.looks_at("Votre nouvel identifiant")


def _demo_member(stack: Stack, nir: str) -> dict[str, str]:
    """The line of the sheet; the addresses are not on it."""
    with Path(stack.demo("demo members")).open(newline="") as sheet:
        found = next(row for row in csv.DictReader(sheet) if row["nir"] == nir)
    return found | {"email": f"exemple{found['member_number'][-2:]}@exemple.test"}
