"""login_hint and id_token_hint at /authorize: what they fill in, and whom they keep out (OA19)."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import DENIS, ISSUER, authorize, exchange, forum, person, with_code
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")


def test_the_login_hint_fills_the_form_escaped(site: Registered, member: Member) -> None:
    """WB6, OA19."""
    for hint in (EMAIL, '"><script>alert(1)</script>', "' onfocus=alert(1) x='", "{{7*7}}"):
        member.open(authorize(site, login_hint=hint))
        assert member.forms[0].values["email"] == hint
        assert "<script>alert" not in member.page.get_data(as_text=True)


def test_a_login_hint_tells_nothing_and_proves_nothing(
    store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """OA19: known or unknown, the same page; too long, it is ignored."""
    person(store)
    known = browsers().open(authorize(site, login_hint=EMAIL))
    unknown = browsers().open(authorize(site, login_hint=DENIS))
    assert known.page.status_code == unknown.page.status_code == 200
    assert known.text == unknown.text
    assert [form.names for form in known.forms] == [form.names for form in unknown.forms]
    ignored = browsers().open(authorize(site, login_hint="x" * 321))
    assert ignored.page.status_code == 200
    assert ignored.forms[0].values.get("email", "") == ""


def hint_of(app: Flask, site: Registered, browser: Member, email: str) -> str:
    """The id_token of a whole sign-in."""
    with_code(browser.open(authorize(site)), email)
    return str(exchange(app, site, browser.answer["code"])["id_token"])


def test_a_hint_of_the_person_signed_in_is_silent(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    hint = hint_of(app, site, member, EMAIL)
    assert "code" in member.open(authorize(site, id_token_hint=hint, prompt="none")).answer
    assert "code" in member.open(authorize(site, id_token_hint=hint)).answer
    other = forum(store)
    member.open(authorize(other, id_token_hint=hint))
    assert member.answer["error"] == "invalid_request"  # another site's token is no hint here


def test_a_hint_of_somebody_else_never_answers_for_the_one_signed_in(
    app: Flask, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """OA19: prompt=none gets login_required; else a page, and only the hinted person passes."""
    person(store)
    person(store, DENIS)
    of_denis = authorize(site, id_token_hint=hint_of(app, site, browsers(), DENIS))
    member = with_code(browsers().open(authorize(site)))
    assert member.open(of_denis + "&prompt=none").answer["error"] == "login_required"
    member.open(of_denis)
    assert "Me connecter" in member.text
    sign_in(member)
    assert member.answer["error"] == "login_required"
    assert (member.answer["state"], member.answer["iss"]) == ("s1", ISSUER)
    with_code(member.open(of_denis), DENIS)
    assert "code" in member.answer
