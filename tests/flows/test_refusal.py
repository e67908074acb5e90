"""/connexion/annuler: on every page where a site waits, one button tells it access_denied."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from idp.models import AuthorizationCode, Interaction
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.partner import asked, partner
from tests.flows.support import (
    authorize,
    count,
    is_lost,
    is_signed_in,
    person,
    tab,
    with_code,
)
from tests.flows.support_b import form_token, post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
CANCEL = "Annuler"
AT = "/connexion/annuler"
Walk = Callable[[Member, Registered, Database], object]


def _to(path: str) -> Walk:
    return lambda member, *_: member.open(member.address.replace("/connexion", path))


def _code(member: Member, *_: object) -> None:
    sign_in(member)


def _blocked(member: Member, *_: object) -> None:
    for _ in range(3):
        sign_in(member, password="Une+Lampe?9-Verte")
    assert "bloqué" in member.text


def _opening(member: Member, *_: object) -> None:
    _to("/creer-mon-espace")(member, *_)  # type: ignore[arg-type]
    member.submit("Continuer", nir="1850575999001")


PAGES: dict[str, Walk] = {
    "connexion": lambda *_: None,
    "wrong password": lambda member, *_: sign_in(member, password="Une+Lampe?9-Verte"),
    "nir": _to("/connexion/nir"),
    "sign-up": _to("/creer-un-compte"),
    "opening": _to("/creer-mon-espace"),
    "opening, the folds": _opening,
    "forgotten": _to("/mot-de-passe-oublie"),
    "unblock": _to("/debloquer"),
    "code": _code,
    "blocked": _blocked,
}


def cancelled(member: Member) -> bool:
    """Whether the site was told so, whole, and of nothing else."""
    told = dict(member.answer)
    told.pop("error_description", None)
    return told == {"error": "access_denied", "state": "s1", "iss": "http://localhost:8000"}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_a_sign_in_has_it_and_it_ends_the_request(
    store: Database, site: Registered, member: Member, name: str
) -> None:
    """conformance user-rejects-authentication; twice is no error of ours, and answers nothing."""
    person(store)
    member.open(authorize(site))
    sign_in_page = member.address
    PAGES[name](member, site, store)
    assert [form.button for form in member.forms].count(CANCEL) == 1
    page = tab(member)
    page.page, page.address = member.page, member.address
    member.submit(CANCEL)
    assert cancelled(member)
    assert is_lost(page.submit(CANCEL))
    assert is_lost(member.open(sign_in_page))
    assert count(store, AuthorizationCode) == 0


def test_the_consent_page_says_refuse_and_no_more_than_that(
    store: Database, member: Member
) -> None:
    person(store)
    asked(member, partner(store))
    assert [form.button for form in member.forms] == ["Autoriser", "Refuser"]


def test_where_no_site_waits_there_is_nothing_to_cancel(
    store: Database, member: Member, browsers: Callable[[], Member]
) -> None:
    """A page opened directly; a page of the account behind a sign-in."""
    person(store)
    assert CANCEL not in member.open("/connexion").text
    token = form_token(member)
    assert post(member, AT, {"csrf_token": token}).status_code == 400
    behind = member.open("/compte/deux-etapes").address
    assert CANCEL not in member.text
    assert post(member, behind.replace("/connexion", AT), {"csrf_token": token}).status_code == 400
    with_code(member)
    assert "Validation en deux étapes" in member.text, "the sign-in still goes on"


def test_what_was_proved_on_the_way_is_worth_nothing_then(
    store: Database, site: Registered, member: Member
) -> None:
    """SE4: a right password and a right code, one request each."""
    person(store)
    sign_in(member.open(authorize(site)))
    code = member.code(EMAIL)
    page, form = member.address, member.forms[0].values
    member.submit(CANCEL)
    assert post(member, page, {**form, "code": code}).status_code == 400
    assert not is_signed_in(member, site)


def test_who_was_signed_in_still_is(store: Database, site: Registered, member: Member) -> None:
    person(store)
    with_code(member.open(authorize(site)))
    member.open(authorize(site, prompt="login")).submit(CANCEL)
    assert cancelled(member)
    assert is_signed_in(member, site)


def test_oa23_another_browser_cannot_end_it(
    site: Registered, member: Member, browsers: Callable[[], Member]
) -> None:
    member.open(authorize(site))
    stranger = browsers()
    address = member.address.replace("/connexion", AT)
    assert post(stranger, address, {"csrf_token": form_token(stranger)}).status_code == 400
    assert cancelled(member.submit(CANCEL))


def test_wb1_without_the_pages_token_it_ends_nothing(site: Registered, member: Member) -> None:
    """Nor by GET, by HEAD, or from another site."""
    member.open(authorize(site))
    address = member.address.replace("/connexion", AT)
    token = member.forms[0].values["csrf_token"]
    assert post(member, address, {"csrf_token": "x"}).status_code == 400
    assert post(member, address, {}).status_code == 400
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert post(member, address, {"csrf_token": token}, headers=foreign).status_code == 400
    assert member.client.get(address).status_code == 405
    assert member.client.head(address).status_code == 405
    assert cancelled(member.submit(CANCEL))


def test_a_page_older_than_the_sign_in_of_another_tab_leads_nobody_on_to_the_site(
    store: Database, site: Registered, member: Member
) -> None:
    """The token is stale, and whoever cancels is not signed in to the site instead."""
    person(store)
    member.open(authorize(site))
    with_code(tab(member).open("/connexion"))
    member.submit(CANCEL)
    assert member.page.status_code == 400
    assert "La page a expiré" in member.text
    assert count(store, AuthorizationCode) == 0


def test_cancelled_after_the_end_the_answer_stands(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    sign_in(member.open(authorize(site)))
    page, token = member.address, member.forms[0].values["csrf_token"]
    member.submit("Valider", code=member.code(EMAIL))
    assert "code" in member.answer
    token = member.open("/deconnexion").forms[0].values["csrf_token"]
    answer = post(member, page.replace("/connexion/code", AT), {"csrf_token": token})
    assert answer.status_code == 400
    assert is_signed_in(member, site)
    with store.reading() as session:
        assert None not in session.scalars(select(Interaction.completed_at)).all()


def test_en1_the_button_is_the_same_for_who_is_known_and_who_is_not(
    store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    person(store)
    told = []
    for email in (EMAIL, "personne@exemple.test"):
        member = browsers().open(authorize(site))
        sign_in(member, email, "Une+Lampe?9-Verte")
        told.append((member.forms[-1].button, member.forms[-1].names, member.submit(CANCEL).answer))
    assert told[0] == told[1]
