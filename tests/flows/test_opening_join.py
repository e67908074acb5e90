"""Joining a record to an account that exists (A2, A9, R9), and the code of a letter."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from idp.accounts import letters
from idp.clock import FrozenClock
from idp.models import Code
from idp.models import Member as Record
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.opening_support import (
    FILED,
    START_PAGE,
    code_of,
    give_coordinates,
    give_nir,
    holder_of,
    on_file,
)
from tests.flows.support import authorize, forum
from tests.member import PASSWORD, Member

pytestmark = pytest.mark.usefixtures("at")
FOLD = "Me connecter et continuer"


def _fold(member: Member, email: str, password: str = PASSWORD) -> Member:
    return member.submit(FOLD, have_account="yes", email=email, password=password)


def _letter(store: Database, line: dict[str, str]) -> str:
    with store.writing() as session:
        query = select(Record).where(Record.member_number == line["member_number"])
        return letters.issue(session, session.scalars(query).one(), by="conseiller").secret


def _signed_in(member: Member, email: str) -> Member:
    member.open("/connexion").submit("Me connecter", email=email, password=PASSWORD)
    return member.submit("Valider", code=member.code(email))


def test_r9_the_fold_asks_password_then_code_then_the_member(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    give_nir(other, line["nir"])
    _fold(other, claire)
    assert "Authentification renforcée" in other.text
    other.submit("Valider", code=other.code(claire))
    assert "Vos coordonnées" in other.text
    give_coordinates(other, line)
    other.submit("Valider", code=code_of(other))
    assert holder_of(store, line) is not None
    assert "Vous êtes connecté" in other.text
    assert len(other.mails(FILED, "space_attached")) == 1


def test_the_fold_on_the_way_to_a_site_ends_there(
    member: Member, store: Database, claire: str, site: Registered, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    other.open(authorize(site))
    handle = other.address.partition("interaction=")[2]
    give_nir(other, line["nir"], f"{START_PAGE}?interaction={handle}")
    _fold(other, claire)
    other.submit("Valider", code=other.code(claire))
    give_coordinates(other, line)
    other.submit("Valider", code=code_of(other))
    assert other.left_to is not None
    assert other.left_to.startswith(site.client.redirect_uris[0])
    assert "code" in other.answer


def test_td3_a_trusted_device_does_not_stand_in_for_the_code(
    member: Member, store: Database, claire: str
) -> None:
    line = on_file(store)
    member.open("/connexion").submit("Me connecter", email=claire, password=PASSWORD)
    member.submit("Valider", code=member.code(claire), trust_device="yes")
    member.open("/deconnexion").submit("déconnecter")
    give_nir(member, line["nir"])
    _fold(member, claire)
    assert "Authentification renforcée" in member.text


def test_a9_who_is_signed_in_skips_the_folds(member: Member, store: Database, claire: str) -> None:
    line = on_file(store)
    _signed_in(member, claire)
    give_nir(member, line["nir"])
    assert "Vos coordonnées" in member.text
    give_coordinates(member, line)
    member.submit("Valider", code=code_of(member))
    assert holder_of(store, line) is not None
    member.open(START_PAGE)
    assert "déjà rattaché" in member.text


def test_f9_a_code_older_than_five_minutes_is_asked_again(
    member: Member, store: Database, claire: str, at: object
) -> None:
    line = on_file(store)
    _signed_in(member, claire)
    at.advance(minutes=6)  # type: ignore[attr-defined]
    give_nir(member, line["nir"])
    assert "Authentification renforcée" in member.text


def test_lk2_wrong_passwords_of_the_fold_count_with_the_others(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    give_nir(other, line["nir"])
    for _ in range(3):
        _fold(other, claire, "Faux-Mot*2-Passe")
    assert "Identifiant ou mot de passe incorrect" in other.text
    _fold(other, claire)
    assert "Votre compte est bloqué" in other.text


def test_li10_the_pages_of_one_who_joins_are_nothing_in_another_browser(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    line = on_file(store)
    _signed_in(member, claire)
    give_nir(member, line["nir"])
    other = browsers()
    other.open("/connexion").open(member.address)
    assert other.page.status_code == 400


def test_otc10_the_member_pages_cannot_be_had_without_the_second_step(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    line, other = on_file(store), browsers()
    give_nir(other, line["nir"])
    dossier = other.address.partition("dossier=")[2].partition("&")[0]
    _fold(other, claire)
    handle = other.address.partition("interaction=")[2].partition("&")[0]
    other.open(f"/creer-mon-espace/coordonnees?dossier={dossier}&interaction={handle}")
    assert "Authentification renforcée" in other.text


def test_r9_a_letter_attaches_what_no_code_could(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    line = on_file(store, email="")
    _signed_in(member, claire)
    give_nir(member, line["nir"])
    give_coordinates(member, line)
    member.submit("Je ne reçois rien")
    assert "Code reçu par courrier" in member.text
    other = browsers()
    _signed_in(other, claire)
    other.open("/code-courrier").submit("Valider", code=_letter(store, line).lower())
    assert holder_of(store, line) is not None


def test_a_letter_s_tries_end_the_opening_and_not_the_letter(
    member: Member, store: Database, claire: str
) -> None:
    line = on_file(store, email="")
    secret = _letter(store, line)
    _signed_in(member, claire)

    def ask() -> None:
        give_nir(member, line["nir"])
        give_coordinates(member, line)
        member.submit("Je ne reçois rien")

    ask()
    for _ in range(5):
        assert "Valider" in [form.button for form in member.forms]
        member.submit("Valider", code="2222222222")
    assert "Valider" not in [form.button for form in member.forms]
    member.open("/code-courrier")
    assert "Aucune demande" in member.text
    ask()
    member.submit("Valider", code=secret)
    assert holder_of(store, line) is not None


def test_a_letter_is_worth_nothing_to_who_has_matched_nobody(
    member: Member, store: Database, claire: str
) -> None:
    line = on_file(store, email="")
    secret = _letter(store, line)
    _signed_in(member, claire)
    give_nir(member, line["nir"])
    give_coordinates(member, line, family_name="Autrement")
    member.submit("Je ne reçois rien").submit("Valider", code=secret)
    assert "n'est pas le bon" in member.text
    assert holder_of(store, line) is None


def test_se4_the_letter_s_page_asks_to_sign_in_first(member: Member) -> None:
    member.open("/code-courrier")
    assert "connectez-vous d'abord" in member.text


def _asked_for_a_letter(member: Member, store: Database, email: str, **changes: str) -> str:
    line = on_file(store, email="", **changes)
    give_nir(member, line["nir"])
    give_coordinates(member, line).submit("Je ne reçois rien")
    return _letter(store, line)


def test_td3_a_trusted_device_is_not_enough_for_a_letter(
    member: Member, store: Database, claire: str, at: FrozenClock
) -> None:
    member.open("/connexion").submit("Me connecter", email=claire, password=PASSWORD)
    member.submit("Valider", code=member.code(claire), trust_device="yes")
    secret = _asked_for_a_letter(member, store, claire)
    member.open("/deconnexion").submit("déconnecter")
    at.advance(hours=24)
    member.open("/connexion").submit("Me connecter", email=claire, password=PASSWORD)
    member.open("/code-courrier")
    assert "code" not in {name for form in member.forms for name in form.names}
    # the way on: the pages of joining ask for a code, and lead back here
    line = on_file(store, email="")
    give_nir(member, line["nir"])
    member.submit("Valider", code=member.code(claire))
    give_coordinates(member, line).submit("Je ne reçois rien").submit("Valider", code=secret)
    assert holder_of(store, line) is not None


def test_a_password_alone_is_not_enough_for_a_letter(
    member: Member, store: Database, claire: str, browsers: Callable[[], Member]
) -> None:
    """At a site that asks for no second step, in a tab of its paused request."""
    site, thief = forum(store, step_up="on_request"), browsers()
    _signed_in(member, claire)
    _asked_for_a_letter(member, store, claire)
    thief.open(authorize(site))
    handle = thief.address.partition("interaction=")[2]
    thief.open(authorize(site)).submit("Me connecter", email=claire, password=PASSWORD)
    thief.open(f"/code-courrier?interaction={handle}")
    assert "code" not in {name for form in thief.forms for name in form.names}


def test_a_letter_that_can_attach_nothing_stays_good(
    member: Member, store: Database, claire: str
) -> None:
    _signed_in(member, claire)
    secret = _asked_for_a_letter(member, store, claire, legacy_password_hash="$2b$12$" + "F" * 53)
    member.submit("Valider", code=secret)
    assert "n'a pas pu être rattaché" in member.text
    with store.reading() as session:
        query = select(Code.used_at).where(Code.purpose == "letter")
        assert session.scalars(query).one() is None


def test_an_opening_that_is_over_does_not_hold_the_request_up(
    member: Member, store: Database, claire: str, site: Registered, at: FrozenClock
) -> None:
    line = on_file(store)
    give_nir(member, line["nir"])
    dossier = member.address.partition("dossier=")[2].partition("&")[0]
    at.advance(minutes=45)
    member.open("/deconnexion").open(authorize(site))
    handle = member.address.partition("interaction=")[2]
    member.open(f"{START_PAGE}/acces?dossier={dossier}&interaction={handle}")
    _fold(member, claire)
    at.advance(minutes=14)
    member.submit("Recevoir un code" if "Recevoir" in member.text else "Renvoyer un code")
    at.advance(minutes=2)
    member.submit("Valider", code=member.code(claire))
    assert member.left_to is not None


def test_who_joins_may_go_on_without(
    member: Member, store: Database, claire: str, site: Registered
) -> None:
    _signed_in(member, claire)
    member.open(authorize(site))
    line = on_file(store)
    give_nir(member, line["nir"])
    assert "Vos coordonnées" in member.text
    member.submit("Continuer sans rattacher")
    assert "Vous êtes connecté" in member.text
    assert holder_of(store, line) is None
