"""The espace personnel's home (G1, B4): who is a member sees their contract, who is not the way."""

import re
import sqlite3
from contextlib import closing

import pytest

from relying_parties.common.settings import Settings
from relying_parties.espace_personnel.demonstration import BENEFITS
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble, Json

MEMBER: Json = {
    "given_name": "Camille",
    "is_member": True,
    "contracts": ["Contrat d'exemple", "Second contrat"],
    "member_number": "EX-0001",
    "birthdate": "1970-01-01",
}


def test_a_member_is_greeted_and_sees_the_contract_g1_b4(
    browser: Browser, issuer: IssuerDouble
) -> None:
    issuer.person |= MEMBER
    browser.sign_in()
    home = browser.get("/").text

    assert "<h1>Bonjour Camille</h1>" in home
    assert "Prévoyance / Mon contrat" in home
    assert "Contrat d&#39;exemple" in home
    assert "Second contrat" in home
    assert "Que souhaitez-vous faire" in home
    assert all(benefit.amount in home for benefit in BENEFITS)
    assert "Actualités" in home
    assert "Rattacher" not in home


@pytest.mark.parametrize("told", [{"is_member": False}, {}, {"is_member": "true"}], ids=str)
def test_who_has_no_record_is_shown_the_way_to_attach_it(
    browser: Browser, issuer: IssuerDouble, told: Json
) -> None:
    issuer.person |= told
    browser.sign_in()
    home = browser.get("/").text

    assert f'href="{issuer.url}/creer-mon-espace">Rattacher mon dossier d' in home
    assert "Mon contrat" not in home
    assert not any(benefit.amount in home for benefit in BENEFITS)
    assert "Actualités" in home


def test_a_record_attached_since_shows_after_a_new_sign_in(
    browser: Browser, issuer: IssuerDouble
) -> None:
    issuer.person["is_member"] = False
    browser.sign_in()
    assert 'href="/auth/login">C\'est déjà fait' in browser.get("/").text

    issuer.person |= MEMBER
    browser.sign_in()

    assert "Contrat d&#39;exemple" in browser.get("/").text


def test_a_member_without_contract_reads_a_sentence(browser: Browser, issuer: IssuerDouble) -> None:
    issuer.person |= {"is_member": True, "contracts": []}
    browser.sign_in()

    assert "Aucun contrat n'est enregistré" in browser.get("/").text


def test_every_link_of_the_page_leads_somewhere(browser: Browser, issuer: IssuerDouble) -> None:
    """Only what is built is offered."""
    issuer.misbehave.claims = lambda given: given | {"acr": "eidas1-mfa"}
    for told in ({"is_member": False}, MEMBER):
        issuer.person |= told
        browser.sign_in()
        home = browser.get("/").text
        ids = set(re.findall(r'id="([^"]+)"', home))
        for anchor in re.findall(r'href="#([^"]+)"', home):
            assert anchor in ids
        for path in re.findall(r'href="(/[^"]*)"', home):
            assert browser.get(path).status_code in {200, 303}, path


def test_a_visitor_may_sign_in_or_create_a_space(browser: Browser, issuer: IssuerDouble) -> None:
    home = browser.get("/").text

    assert 'href="/auth/login">Me connecter' in home
    assert f'href="{issuer.url}/creer-mon-espace">Créer mon espace' in home


def test_only_what_the_pages_show_is_kept(
    browser: Browser, issuer: IssuerDouble, settings: Settings
) -> None:
    issuer.person |= MEMBER
    browser.sign_in()

    with closing(sqlite3.connect(settings.database)) as connection:
        (claims,) = connection.execute("SELECT claims FROM sessions").fetchone()
    assert "Camille" in claims
    assert "EX-0001" not in claims
    assert "1970" not in claims


@pytest.mark.parametrize("odd", ["text", {"a": 1}, [["a"]], [1], True, None], ids=str)
def test_contracts_of_an_odd_shape_are_left_out(
    browser: Browser, issuer: IssuerDouble, odd: object
) -> None:
    issuer.person |= {"is_member": True, "contracts": odd}
    browser.sign_in()

    assert "Aucun contrat n'est enregistré" in browser.get("/").text


BANNER = "Validez votre numéro de mobile"


@pytest.mark.parametrize(
    "told", [{}, {"phone_number_verified": False}, {"phone_number_verified": "true"}], ids=str
)
def test_g12_who_has_no_validated_mobile_is_shown_where_to(
    browser: Browser, issuer: IssuerDouble, told: Json
) -> None:
    issuer.person |= MEMBER | told
    browser.sign_in()
    home = browser.get("/").text

    assert BANNER in home
    assert f'href="{issuer.url}/compte/deux-etapes"' in home


def test_g12_who_has_one_is_left_in_peace_and_the_number_is_not_kept(
    browser: Browser, issuer: IssuerDouble, settings: Settings
) -> None:
    issuer.person |= MEMBER | {"phone_number": "+33612345678", "phone_number_verified": True}
    browser.sign_in()

    assert BANNER not in browser.get("/").text
    with closing(sqlite3.connect(settings.database)) as connection:
        dump = "\n".join(connection.iterdump())
    assert "phone_number_verified" in dump
    assert "612345678" not in dump


@pytest.mark.parametrize("member", [True, False])
def test_what_was_agreed_to_elsewhere_is_one_link_away_f6(
    browser: Browser, issuer: IssuerDouble, member: bool
) -> None:
    issuer.person["is_member"] = member
    browser.sign_in()

    assert f'href="{issuer.url}/compte/services">Voir mes services' in browser.get("/").text
