"""MGEN Avantage: everybody reads the offers, members see their prices (H1, A9, PII6)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from relying_parties.avantage.offers import OFFERS, price
from tests.relying_parties.browsing import Browser
from tests.relying_parties.issuer_double import IssuerDouble, Json
from tests.relying_parties.logout_posts import tell


def _page(browser: Browser) -> tuple[str, bool, bool]:
    """The page, whether every public price is on it, and whether any member price is."""
    text = browser.get("/").text
    public = all(price(offer.public) in text for offer in OFFERS)
    return text, public, any(price(offer.member) in text for offer in OFFERS)


def test_no_member_price_is_a_public_one() -> None:
    """The tests below look for them."""
    assert len(OFFERS) == 12
    assert not {offer.member for offer in OFFERS} & {offer.public for offer in OFFERS}
    assert all(offer.member < offer.public for offer in OFFERS)


def test_everybody_reads_the_offers_at_public_prices_h1(avantage: Flask) -> None:
    text, public, member = _page(Browser(avantage))

    assert all(offer.title in text for offer in OFFERS)
    assert (public, member) == (True, False)
    assert "Voir mes prix adhérent" in text
    assert "Pas encore d'identifiant" in text  # A9: it is made on the issuer's page
    assert "Offres de démonstration" in text


def test_a_member_sees_member_prices_h1(avantage: Flask, issuer: IssuerDouble) -> None:
    issuer.person["is_member"] = True
    browser = Browser(avantage)
    browser.sign_in()
    text, _public, member = _page(browser)

    assert member
    assert "Vous êtes adhérent" in text
    assert "Rattacher" not in text


@pytest.mark.parametrize(
    "told", [{"is_member": False}, {}, {"is_member": "true"}, {"is_member": 1}], ids=str
)
def test_who_is_no_member_reads_how_to_become_visible_as_one(
    avantage: Flask, issuer: IssuerDouble, told: Json
) -> None:
    issuer.person |= told
    browser = Browser(avantage)
    browser.sign_in()
    text, public, member = _page(browser)

    assert (public, member) == (True, False)
    assert "pas encore reconnu comme adhérent" in text
    assert "depuis votre espace personnel" in text
    assert f'href="{issuer.url}/creer-mon-espace"' in text


def test_member_prices_end_with_the_session(avantage: Flask, issuer: IssuerDouble) -> None:
    issuer.person["is_member"] = True
    browser = Browser(avantage)
    browser.sign_in()
    tell(avantage, issuer.logout_token())
    text, _public, member = _page(browser)

    assert not member
    assert "Vous n&#39;êtes plus connecté à ce site" in text


def test_it_asks_for_and_keeps_membership_alone_pii6(
    avantage: Flask, issuer: IssuerDouble, tmp_path: Path
) -> None:
    issuer.person |= {"is_member": True, "given_name": "Camille", "member_number": "EX-0001"}
    browser = Browser(avantage)
    assert "scope=openid+membership&" in browser.start().replace("%20", "+")
    browser.sign_in()

    with closing(sqlite3.connect(tmp_path / "avantage.sqlite3")) as connection:
        (claims,) = connection.execute("SELECT claims FROM sessions").fetchone()
    assert claims == '{"is_member": true}'
    assert "camille" not in browser.get("/").text.lower()


@pytest.mark.parametrize(
    ("cents", "read"), [(12459, "124,59\u00a0€"), (900, "9,00\u00a0€"), (5, "0,05\u00a0€")]
)
def test_a_price_is_written_as_in_french(cents: int, read: str) -> None:
    assert price(cents) == read
