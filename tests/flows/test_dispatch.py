"""What a request may demand of the proofs, and what the id_token then says was done."""

from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.support import (
    ISSUER,
    authorize,
    claims,
    email_at,
    exchange,
    forum,
    person,
    trusted,
    verified,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

CODE_PAGE = "Authentification renforcée"
SIGN_IN_PAGE = "Me connecter"


def said(app: Flask, site: Registered, browser: Member) -> tuple[str, list[str], int]:
    """acr, amr and auth_time as the site gets them."""
    told = claims(app, site, browser)
    return told["acr"], told["amr"], told["auth_time"]


def seconds(at: FrozenClock) -> int:
    return int(at.instant.timestamp())


def test_a_sign_in_with_a_code(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """OA9, R10, R3: two steps, and no mfa; the password dates it, not the code."""
    person(store)
    sign_in(member.open(authorize(site)))
    began = seconds(at)
    at.advance(seconds=40)
    member.submit("Valider", code=member.code(EMAIL))
    tokens = exchange(app, site, member.answer["code"])
    told = verified(app, tokens["id_token"])
    assert (told["acr"], told["amr"]) == ("eidas0-mfa", ["pwd", "mail"])
    assert (told["auth_time"], told["iat"]) == (began, began + 40)
    assert (told["iss"], told["aud"], told["nonce"]) == (ISSUER, site.client.id, "n1")
    assert "email" not in told
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    info = app.test_client().get("/userinfo", headers=bearer).get_json()
    assert info == {"sub": told["sub"], "email": EMAIL, "email_verified": True}


def test_a_sign_in_on_a_trusted_device(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """R7, TD3: it stands in for the code, adds nothing to amr, and is never an -mfa level."""
    person(store)
    at.advance(minutes=1)
    trusted(member, site)
    assert said(app, site, member) == ("eidas0", ["pwd"], seconds(at))


@pytest.mark.parametrize("prompt", ["login", "select_account login", "consent login"])
def test_prompt_login_asks_for_everything_again(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member, prompt: str
) -> None:
    """OA19, TD3: although signed in, with a code of just now, on a trusted device."""
    person(store)
    with_code(member.open(authorize(site)), trust=True)
    first = said(app, site, member)
    at.advance(seconds=2)
    member.open(authorize(site, prompt=prompt))
    assert SIGN_IN_PAGE in member.text
    sign_in(member)
    assert CODE_PAGE in member.text
    member.submit("Valider", code=member.code(EMAIL))
    assert said(app, site, member) == ("eidas0-mfa", ["pwd", "mail"], first[2] + 2)
    member.open(authorize(site))
    assert said(app, site, member)[2] == first[2] + 2


def test_prompt_consent_asks_nothing_more(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    with_code(member.open(authorize(site, prompt="consent")))
    assert "code" in member.open(authorize(site, prompt="consent")).answer


def test_silence_keeps_the_date_of_the_sign_in(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """conformance prompt-none-logged-in, max-age-10000."""
    person(store)
    first = said(app, site, with_code(member.open(authorize(site, max_age="15000"))))
    at.advance(minutes=20)
    assert said(app, site, member.open(authorize(site))) == first
    assert said(app, site, member.open(authorize(site, max_age="10000"))) == first
    assert said(app, site, member.open(authorize(site, max_age="9" * 10))) == first


def test_max_age_is_counted_from_the_password(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """OA19: to the second; too old a code is then no longer claimed."""
    person(store)
    with_code(member.open(authorize(site)))
    at.advance(seconds=10)
    assert "code" in member.open(authorize(site, max_age="10", prompt="none")).answer
    stale = member.open(authorize(site, max_age="9", prompt="none")).answer
    assert stale["error"] == "login_required"
    assert (stale["state"], stale["iss"]) == ("s1", ISSUER)
    member.open(authorize(site, max_age="9"))
    assert SIGN_IN_PAGE in member.text
    sign_in(member)
    assert said(app, site, member) == ("eidas0", ["pwd"], seconds(at))


@pytest.mark.parametrize("max_age", ["0", "1"])
def test_a_short_max_age_asks_again_and_comes_to_an_end(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member, max_age: str
) -> None:
    """conformance max-age-1: a page; and what is typed slowly still counts, or it would loop."""
    person(store)
    with_code(member.open(authorize(site)))
    at.advance(seconds=2)
    member.open(authorize(site, max_age=max_age, acr_values="eidas0-mfa"))
    assert SIGN_IN_PAGE in member.text
    sign_in(member)
    typed = seconds(at)
    at.advance(minutes=5)
    assert CODE_PAGE in member.text
    member.submit("Valider", code=member.code(EMAIL))
    assert said(app, site, member) == ("eidas0-mfa", ["pwd", "mail"], typed)


def test_a_trusted_device_never_counts_with_max_age(
    at: FrozenClock, store: Database, site: Registered, member: Member
) -> None:
    """TD3: in the same sign-in, and in the session that it opened."""
    person(store)
    trusted(member, site)
    silent = authorize(site, max_age="10000", prompt="none")
    assert member.open(silent).answer["error"] == "interaction_required"
    member.open("/deconnexion").submit("déconnecter").open(authorize(site, max_age="10000"))
    sign_in(member)
    assert CODE_PAGE in member.text


SILENT = (
    "eidas0",
    "eidas0 eidas0-mfa",
    "eidas1",
    "eidas1-mfa",
    "eidas1-mfa eidas1 eidas0",
    "urn:example:gold",
    "1 2",
)
WITH_CODE = ("eidas0-mfa", "eidas1 eidas0-mfa eidas0", "urn:example:gold eidas0-mfa")


def test_the_first_level_that_can_hold_is_taken(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """Levels out of reach are skipped: voluntary, never an error (states.md, proofs)."""
    person(store)
    trusted(member, site)
    for values in SILENT:
        member.open(authorize(site, acr_values=values, prompt="none"))
        assert said(app, site, member)[:2] == ("eidas0", ["pwd"]), values
    for values in WITH_CODE:
        refusal = member.open(authorize(site, acr_values=values, prompt="none")).answer
        assert refusal["error"] == "interaction_required", values
        assert CODE_PAGE in member.open(authorize(site, acr_values=values)).text


def test_an_mfa_level_asks_a_trusted_device_for_the_code_alone(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """TD3: the password of before still dates the sign-in; a GET has sent nothing."""
    person(store)
    trusted(member, site)
    first = said(app, site, member)
    at.advance(seconds=30)
    sent = len(member.mails(EMAIL, "code"))
    member.open(authorize(site, acr_values="eidas0-mfa"))
    assert len(member.mails(EMAIL, "code")) == sent
    at.advance(minutes=1)
    member.submit("Recevoir un code").submit("Valider", code=member.code(EMAIL))
    assert said(app, site, member) == ("eidas0-mfa", ["pwd", "mail"], first[2])
    assert "code" in member.open(authorize(site, acr_values="eidas0-mfa", prompt="none")).answer


def test_an_mfa_level_asks_for_the_code_in_a_fresh_sign_in_too(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    trusted(member, site)
    member.open("/deconnexion").submit("déconnecter")
    at.advance(minutes=1)
    sign_in(member.open(authorize(site, acr_values="eidas0-mfa")))
    assert CODE_PAGE in member.text
    member.submit("Valider", code=member.code(EMAIL))
    assert said(app, site, member)[0] == "eidas0-mfa"


def test_a_site_may_ask_for_the_second_step_on_request_only(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """Its password-only session opens no site that always asks."""
    person(store)
    light = forum(store, step_up="on_request")
    sign_in(member.open(authorize(light)))
    assert said(app, light, member)[:2] == ("eidas0", ["pwd"])
    assert member.mails(EMAIL, "code") == []
    refusal = member.open(authorize(site, prompt="none")).answer
    assert refusal["error"] == "interaction_required"
    assert CODE_PAGE in member.open(authorize(site)).text
    assert CODE_PAGE in member.open(authorize(light, acr_values="eidas0-mfa")).text
    sign_in(member.open(authorize(light, prompt="login")))
    assert said(app, light, member)[:2] == ("eidas0", ["pwd"])


def test_the_code_lifts_a_password_only_session(
    at: FrozenClock, app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    sign_in(member.open(authorize(forum(store, step_up="on_request"))))
    typed = seconds(at)
    at.advance(seconds=5)
    member.open(authorize(site)).submit("Recevoir un code")
    member.submit("Valider", code=member.code(EMAIL))
    assert said(app, site, member) == ("eidas0-mfa", ["pwd", "mail"], typed)


def test_what_is_claimed_is_of_the_person_who_came(
    at: FrozenClock, app: Flask, store: Database, site: Registered, browsers: Callable[[], Member]
) -> None:
    """Two people, two browsers, one site: each answer is its own person's."""
    person(store)
    person(store, "denis@exemple.test")
    claire = with_code(browsers().open(authorize(site)))
    denis = with_code(browsers().open(authorize(site)), "denis@exemple.test")
    assert email_at(app, site, denis) == "denis@exemple.test"
    assert email_at(app, site, claire) == EMAIL
