"""/connexion/methode (E5): e-mail or SMS, chosen in each tab; a choice proves nothing (OTC10)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from idp.models import Channel
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.phone_support import MASK, METHOD, MOBILE, activated, by_sms, in_by_sms, texts
from tests.flows.support import (
    DENIS,
    authorize,
    claims,
    is_lost,
    is_signed_in,
    person,
    tab,
)
from tests.flows.support_b import CODE_PAGE, distinct_codes, form_token, post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
PAGE = "/connexion/methode"


@pytest.fixture(autouse=True)
def no_two_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    distinct_codes(monkeypatch)


@pytest.fixture
def claire(store: Database) -> str:
    """Somebody with an activated telephone; the id."""
    identity_id = person(store)
    activated(store, identity_id)
    return identity_id


@pytest.fixture
def asked(site: Registered, claire: str, member: Member) -> Member:
    """In front of the choice."""
    sign_in(member.open(authorize(site)))
    assert METHOD in member.text
    return member


def test_e5_who_has_a_phone_chooses_and_the_page_names_the_number_masked(
    app: Flask, site: Registered, asked: Member
) -> None:
    """A code by SMS counts: acr, amr."""
    assert asked.mails(EMAIL) == []
    assert texts(asked) == []
    asked.submit("Recevoir un code", method="sms")
    assert f"un code par SMS au {MASK}" in asked.text
    assert "612345678" not in asked.page.get_data(as_text=True).replace(" ", "")
    assert texts(asked) == ["code"]
    assert asked.mails(EMAIL) == []
    asked.submit("Valider", code=asked.code(MOBILE))
    told = claims(app, site, asked)
    assert told["acr"] == "eidas0-mfa"
    assert told["amr"] == ["pwd", "sms", "otp", "mfa"]


def test_e5_or_the_e_mail(app: Flask, site: Registered, asked: Member) -> None:
    asked.submit("Recevoir un code", method="email")
    assert "cla*****@exemple.test" in asked.text
    assert texts(asked) == []
    asked.submit("Valider", code=asked.code(EMAIL))
    assert claims(app, site, asked)["amr"] == ["pwd", "mail"]


def test_both_are_named_masked(asked: Member) -> None:
    assert f"Par SMS : {MASK}" in asked.text
    assert "Par e-mail : cla*****@exemple.test" in asked.text


def test_with_one_way_only_the_page_is_skipped(
    store: Database, site: Registered, member: Member
) -> None:
    person(store)
    sign_in(member.open(authorize(site)))
    assert CODE_PAGE in member.text
    assert "Essayer autrement" not in member.text
    code_page = member.address
    assert CODE_PAGE in member.open(code_page.replace("/code", "/methode")).text
    form = {"csrf_token": member.forms[0].values["csrf_token"], "method": "sms"}
    answer = post(member, code_page.replace("/code", "/methode"), form)
    assert answer.headers["Location"] == code_page
    assert len(member.mails(EMAIL, "code")) == 1


def test_a_number_that_is_only_declared_is_no_way(
    store: Database, site: Registered, claire: str, member: Member
) -> None:
    """LI9."""
    with store.writing() as session:
        session.execute(update(Channel).values(standing="declared", serves_recovery_from=None))
    sign_in(member.open(authorize(site)))
    assert CODE_PAGE in member.text
    assert "cla*****" in member.text


@pytest.mark.parametrize("method", ["", "totp", "SMS", "sms ", "email\u00a0"])
def test_what_is_not_offered_is_refused(asked: Member, method: str) -> None:
    asked.submit("Recevoir un code", method=method)
    assert asked.page.status_code == 400
    assert "Choisissez où recevoir le code." in asked.text
    assert asked.mails(EMAIL) == asked.mails(MOBILE) == []


def test_otc10_try_another_way_and_back_marks_nothing_done(site: Registered, asked: Member) -> None:
    asked.submit("Recevoir un code", method="sms")
    code_page = asked.address
    assert "Essayer autrement" in asked.text
    asked.open(code_page.replace("/code", "/methode"))
    assert METHOD in asked.text
    assert asked.forms[0].values["method"] == "email"  # the other is proposed
    asked.submit("Recevoir un code")
    assert "cla*****" in asked.text
    assert not is_signed_in(tab(asked), site)
    for address in (code_page, code_page.replace("/code", "/methode")):
        asked.open(address)
        assert asked.left_to is None
    asked.open(code_page).submit("Valider", code=asked.code(MOBILE))  # not of this way
    assert "Ce code est incorrect" in asked.text
    asked.submit("Valider", code=asked.code(EMAIL))
    assert "code" in asked.answer


def test_otc10_the_page_from_each_state(
    store: Database,
    site: Registered,
    claire: str,
    member: Member,
    browsers: Callable[[], Member],
) -> None:
    """Nobody; another's; before the password; after the end: it never leads further."""
    member.open(PAGE)
    assert is_lost(member)
    member.open(authorize(site))
    method = member.address.replace("/connexion", PAGE)
    token = member.forms[0].values["csrf_token"]
    for _ in range(2):
        assert "Mot de passe" in member.open(method).text
        answer = post(member, method, {"csrf_token": token, "method": "email"})
        assert answer.headers["Location"].startswith("/connexion?")
    assert member.mails(EMAIL) == []
    stranger = browsers().open(method)
    assert is_lost(stranger)
    answer = post(stranger, method, {"csrf_token": form_token(stranger), "method": "email"})
    assert answer.status_code == 400
    in_by_sms(member.open(authorize(site)))
    assert "code" in member.answer
    assert is_lost(member.open(member.address.replace("/code", "/methode")))


def test_otc10_before_the_password_of_a_fresh_sign_in_there_is_no_choice(
    site: Registered, claire: str, member: Member
) -> None:
    """Though the session knows who it is."""
    in_by_sms(member.open(authorize(site)))
    member.open(authorize(site, prompt="login"))
    sign_in_page = member.address
    method = sign_in_page.replace("/connexion", PAGE)
    assert member.open(method).address == sign_in_page
    answer = post(member, method, {**member.forms[0].values, "method": "email"})
    assert answer.headers["Location"] == sign_in_page
    assert member.mails(EMAIL) == []
    assert METHOD in sign_in(member.open(sign_in_page)).text


def test_otc10_a_choice_alone_never_answers_a_site(
    site: Registered, asked: Member, browsers: Callable[[], Member]
) -> None:
    method = asked.address
    token = asked.forms[0].values["csrf_token"]
    for name in ("sms", "email", "sms"):
        answer = post(asked, method, {"csrf_token": token, "method": name})
        assert answer.headers["Location"] == method.replace("/methode", "/code")
        assert not is_signed_in(tab(asked), site)


def test_a_choice_in_one_tab_does_not_mark_the_other(
    site: Registered, claire: str, member: Member
) -> None:
    other = tab(member).open(authorize(site))
    by_sms(member.open(authorize(site)))
    sign_in(other)
    assert METHOD in other.text
    other.submit("Recevoir un code", method="email")
    assert f"SMS au {MASK}" in member.open(member.address).text
    other.submit("Valider", code=other.code(EMAIL))
    assert "code" in other.answer


def test_who_signs_in_next_in_the_tab_is_asked_anew(
    store: Database, site: Registered, asked: Member
) -> None:
    activated(store, person(store, DENIS), "+33698765432")
    page = asked.address.replace("/methode", "")
    asked.submit("Recevoir un code", method="sms")
    code_page = asked.address
    assert "Me connecter" in asked.open(page).text
    sign_in(asked, DENIS)
    asked.open(code_page)
    assert METHOD in asked.text
    assert "** ** ** ** 32" in asked.text
