"""Every page, as it is really served to Chromium: nothing for axe, nothing scrolls sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.stories.looker import Looker
from tests.stories.stack import Stack

# a second look: axe judges every page in tests/templates and tests/relying_parties already
pytestmark = [pytest.mark.browser, pytest.mark.story, pytest.mark.slow]
SENT = "Un message vient d'être envoyé"
ASK_AGAIN = "Recevoir un nouveau message d'activation"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context() as opened:
        yield opened


@pytest.fixture
def looker(context: BrowserContext, stack: Stack) -> Iterator[Looker]:
    """Somebody who has seen nothing wrong, at the end of the test neither."""
    looking = Looker(stack, context.new_page())
    yield looking
    assert looking.found == []


def test_signing_in(looker: Looker) -> None:
    email = looker.stack.new_member()
    looker.page.goto(looker.stack.idp)
    looker.looks_at("Bienvenue")
    looker.follow("Me connecter")
    looker.looks_at("Me connecter")
    looker.press("Me connecter")
    looker.looks_at("Me connecter", "2 réponses sont à corriger")
    looker.give_password(email)
    looker.looks_at("Authentification renforcée")
    looker.press("Valider")
    looker.looks_at("Authentification renforcée", "Saisissez le code")
    looker.press("Renvoyer un code")
    looker.looks_at("Authentification renforcée", SENT)
    looker.give_code(looker.stack.code(email, number=2))
    looker.looks_at("Bienvenue")


def test_being_blocked(looker: Looker) -> None:
    looker.go_to_sign_in()
    looker.looks_at("Me connecter")
    email = looker.stack.new_address()
    for _ in range(3):
        looker.give_password(email, "Faux-Cheval*7")
        looker.is_told("Identifiant ou mot de passe incorrect")
    looker.looks_at("Me connecter", "Identifiant ou mot de passe incorrect")
    looker.give_password(email, "Faux-Cheval*7")
    looker.looks_at("Votre compte est bloqué")


def test_creating_an_account(looker: Looker) -> None:
    email = looker.stack.new_address()
    looker.go_to_sign_in()
    looker.follow("Créer un compte")
    looker.looks_at("Créer un compte")
    looker.fill_sign_up(email, "abc")
    looker.looks_at("Créer un compte", "Ce mot de passe ne respecte pas les règles")
    looker.fill_sign_up(email)
    looker.looks_at(SENT)
    looker.press("Renvoyer le message")
    looker.looks_at(SENT, "une nouvelle fois")
    looker.follow("Me connecter")
    looker.give_password(email)
    looker.looks_at("Me connecter", "Identifiant ou mot de passe incorrect")
    looker.follow("Renvoyer le message d'activation")
    looker.looks_at(ASK_AGAIN)
    looker.page.fill("[name=email]", email)
    looker.press("Recevoir un nouveau message")
    looker.looks_at(SENT)


def test_asking_for_too_many_messages(looker: Looker) -> None:
    email = looker.stack.new_address()
    for _ in range(3):
        looker.page.goto(f"{looker.stack.idp}/creer-un-compte")
        looker.fill_sign_up(email)
        looker.sees(SENT)
    expect(looker.page.get_by_text("Vous pourrez demander un nouvel envoi le")).to_be_visible()
    looker.looks_at(SENT)
    looker.page.goto(f"{looker.stack.idp}/creer-un-compte")
    looker.fill_sign_up(email)
    looker.looks_at("Trop de messages demandés")


def test_activating(looker: Looker) -> None:
    email = looker.stack.new_address()
    looker.page.goto(f"{looker.stack.idp}/creer-un-compte")
    looker.fill_sign_up(email)
    looker.page.goto(looker.stack.link(email))
    looker.looks_at("Activer mon compte")
    looker.press("Activer mon compte")
    looker.looks_at("Votre compte est activé")
    looker.page.goto(looker.stack.link(email))
    looker.looks_at("Lien expiré ou invalide")
    looker.press("Recevoir un nouveau message")
    looker.looks_at(ASK_AGAIN, "Saisissez votre adresse e-mail.")
    looker.page.fill("[name=email]", email)
    looker.press("Recevoir un nouveau message")
    looker.looks_at(SENT)


def test_activating_elsewhere(looker: Looker, chromium: Browser) -> None:
    email = looker.stack.new_address()
    looker.go_to_sign_in()
    looker.follow("Créer un compte")
    looker.fill_sign_up(email)
    looker.sees(SENT)
    with chromium.new_context() as other:
        there = Looker(looker.stack, other.new_page())
        there.page.goto(looker.stack.link(email))
        there.press("Activer mon compte")
        there.looks_at("Votre compte est activé")
        assert there.found == []


def test_the_site_and_signing_out(looker: Looker) -> None:
    email = looker.stack.new_member()
    looker.page.goto(looker.stack.site)
    looker.looks_at("Votre espace personnel")
    looker.follow("Me connecter")
    looker.give_password(email)
    looker.give_code(looker.stack.code(email))
    looker.is_greeted(email)
    looker.looks_at("Bonjour")
    looker.page.goto(f"{looker.stack.idp}/deconnexion")
    looker.looks_at("Voulez-vous vous déconnecter ?")
    looker.press("Me déconnecter")
    looker.looks_at("Vous êtes déconnecté")
    looker.sees_the_end(looker.stack.site)
    looker.looks_at("Votre espace personnel")
    looker.signs_in(email, number=2)
    looker.press("Me déconnecter")
    looker.looks_at("Votre espace personnel", "Vous êtes déconnecté")


@pytest.mark.parametrize("package", ["avantage", "forum"])
def test_the_other_sites(looker: Looker, package: str) -> None:
    """Every page of theirs is looked at in tests/relying_parties; here with the real issuer."""
    title = {"avantage": "Les offres du moment", "forum": "Les sujets"}[package]
    looker.signs_in(looker.stack.new_member())
    looker.page.goto(looker.stack.address_of(package))
    looker.looks_at(title)
    looker.page.goto(f"{looker.stack.address_of(package)}/auth/login")
    looker.looks_at(title)
    if package == "forum":
        looker.follow("Ouvrir un sujet")
        looker.looks_at("Votre pseudonyme")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/nulle-part", "Page introuvable"),
        ("/connexion?interaction=inconnue", "Cette connexion n'est plus en cours"),
        ("/creer-un-compte/message-envoye", "Demande incorrecte"),
        ("/authorize?client_id=inconnu", "Site inconnu"),
    ],
)
def test_errors_of_the_issuer(looker: Looker, address: str, title: str) -> None:
    looker.page.goto(looker.stack.idp + address)
    looker.looks_at(title)


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/nulle-part", "Page introuvable"),
        ("/auth/callback?state=inconnu", "Cette page de connexion n'est plus valable"),
    ],
)
def test_errors_of_the_site(looker: Looker, address: str, title: str) -> None:
    looker.page.goto(looker.stack.site + address)
    looker.looks_at(title)
