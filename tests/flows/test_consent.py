"""/connexion/autorisation: what a site that is not ours has, it has because somebody agreed."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.models import AuthorizationCode, Consent
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import EMAIL, sign_in
from tests.flows.partner import (
    ALLOW,
    API,
    CONSENT_PAGE,
    PARTNER,
    REFUSE,
    agreed,
    asked,
    events,
    kept,
    partner,
)
from tests.flows.support import (
    DENIS,
    authorize,
    count,
    email_at,
    is_lost,
    is_signed_in,
    person,
    tab,
    with_code,
)
from tests.flows.support_b import post
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")
SILENT = {"prompt": "none"}


@pytest.fixture
def other(store: Database) -> Registered:
    """The site of somebody else."""
    return partner(store)


@pytest.fixture
def claire(store: Database) -> str:
    """An active identity; its id."""
    return person(store)


def test_a_third_party_gets_nothing_before_the_person_agrees_and_is_remembered(
    app: Flask, store: Database, other: Registered, claire: str, member: Member
) -> None:
    """The page says who, what and of which account; then a code, and never a page again."""
    asked(member, other)
    assert "Les Mutuelles du Coin est un site partenaire" in member.text
    assert "votre adresse e-mail" in member.text
    assert "votre numéro de mobile" not in member.text, "it has not asked for it"
    assert "cla*****@exemple.test" in member.text
    assert count(store, AuthorizationCode) == 0
    member.submit(ALLOW)
    assert email_at(app, other, member) == EMAIL
    assert kept(store) == [("email openid", {"claims": [], "resources": []})]
    assert events(store, "member:consent:given") == [(claire, other.client.id)]
    for prompt in (None, "none"):
        assert "code" in member.open(authorize(other, prompt=prompt)).answer


def test_its_own_words_are_links_without_a_referrer(
    other: Registered, claire: str, member: Member
) -> None:
    html = asked(member, other).page.get_data(as_text=True)
    for path in ("vie-privee", "conditions"):
        assert f'<a href="{PARTNER}/{path}" rel="noopener noreferrer">' in html
    assert "<img" not in html


def test_refusing_is_told_and_leaves_nothing(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    asked(member, other).submit(REFUSE)
    assert member.answer["error"] == "access_denied"
    assert (member.answer["state"], member.answer["iss"]) == ("s1", "http://localhost:8000")
    assert kept(store) == []
    assert count(store, AuthorizationCode) == 0
    assert CONSENT_PAGE in with_code(member.open(authorize(other))).text, "asked again"


def test_a_site_of_ours_never_asks(site: Registered, claire: str, member: Member) -> None:
    with_code(member.open(authorize(site, prompt="consent")))
    assert "code" in member.answer
    assert "code" in member.open(authorize(site, prompt="consent")).answer


@pytest.mark.parametrize(
    "more",
    [
        {"scope": "openid email phone"},
        {"scope": "openid email", "resource": API},
        {"scope": "openid email", "claims": json.dumps({"userinfo": {"given_name": None}})},
        {"scope": "openid email", "claims": json.dumps({"id_token": {"phone_number": None}})},
        {"scope": "openid email offline_access"},
    ],
    ids=["scope", "resource", "claim", "claim of the id_token", "offline"],
)
def test_it_asks_again_when_the_site_wants_more_and_not_when_it_wants_less(
    store: Database, other: Registered, claire: str, member: Member, more: dict[str, str]
) -> None:
    agreed(member, other)
    assert member.open(authorize(other, **more, **SILENT)).answer["error"] == "consent_required"
    assert CONSENT_PAGE in member.open(authorize(other, **more)).text
    assert "code" in member.submit(ALLOW).answer
    for want in (more, {}, {"scope": "openid"}):
        assert "code" in member.open(authorize(other, **want, **SILENT)).answer, want
    assert len(kept(store)) == 1


def test_a_claim_whose_scope_is_agreed_to_asks_nothing_more(
    other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    for claims in ({"userinfo": {"email": None}}, {"id_token": {"acr": None, "sub": None}}):
        request = authorize(other, claims=json.dumps(claims), **SILENT)
        assert "code" in member.open(request).answer


def test_oa19_prompt_consent_is_not_satisfied_by_an_older_one(
    at: FrozenClock, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    at.advance(seconds=1)
    assert CONSENT_PAGE in member.open(authorize(other, prompt="consent")).text
    assert "code" in member.submit(ALLOW).answer
    assert CONSENT_PAGE in member.open(authorize(other, prompt="consent")).text
    assert "code" in member.open(authorize(other)).answer


def test_oa19_in_silence_no_page_is_ever_shown(
    other: Registered, claire: str, site: Registered, member: Member
) -> None:
    """Nobody signed in; signed in and not asked yet."""
    silent = authorize(other, **SILENT)
    assert member.open(silent).answer["error"] == "login_required"
    with_code(member.open(authorize(site)))
    assert member.open(silent).answer["error"] == "consent_required"


def test_consent_is_one_persons_and_not_the_browsers(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    agreed(member, other)
    person(store, DENIS)
    member.open("/deconnexion").submit("déconnecter")
    with_code(member.open(authorize(other)), DENIS)
    assert CONSENT_PAGE in member.text
    assert "den*****@exemple.test" in member.text


def test_what_one_agreed_to_is_not_what_the_next_agreed_to_in_the_same_session(
    store: Database, claire: str, member: Member
) -> None:
    """Claire is signed in and has agreed; Denis types his password over her session."""
    other = partner(store, step_up="on_request")
    sign_in(member.open(authorize(other))).submit(ALLOW)
    person(store, DENIS)
    sign_in(member.open(authorize(other, prompt="login")), DENIS)
    assert CONSENT_PAGE in member.text, member.left_to
    assert "den*****@exemple.test" in member.text


def test_consent_shown_to_one_is_not_given_for_another_in_the_same_tab(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    """Claire's page is open; Denis signs in by the same address; her button is pressed."""
    denis = person(store, DENIS)
    asked(member, other)
    hers, page = member.forms[0].values, member.address
    second = tab(member).open(page.replace("/connexion/autorisation", "/connexion"))
    with_code(second, DENIS)
    assert "den*****@exemple.test" in second.text
    answer = post(member, page, hers)
    assert answer.headers["Location"] == page, "the page of who is there now"
    assert kept(store) == []
    second.submit(ALLOW)
    assert events(store, "member:consent:given") == [(denis, other.client.id)]


def test_oa23_another_browser_neither_sees_nor_gives_it(
    store: Database, other: Registered, claire: str, member: Member, browsers: Callable[[], Member]
) -> None:
    asked(member, other)
    page, form = member.address, member.forms[0].values
    stranger = browsers().open("/connexion")
    token = stranger.forms[0].values["csrf_token"]
    assert is_lost(stranger.open(page))
    assert post(stranger, page, {**form, "csrf_token": token}).status_code == 400
    assert kept(store) == []
    assert "code" in member.submit(ALLOW).answer


def test_twice_or_without_its_token_or_its_page_it_gives_nothing(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    asked(member, other)
    page, form = member.address, member.forms[0].values
    assert post(member, page, {**form, "csrf_token": "x"}).status_code in (303, 400)
    for shown in ("", "0" * 64):
        answer = post(member, page, {**form, "shown": shown})
        assert answer.headers["Location"] == page
    assert kept(store) == []
    for method in (member.client.get, member.client.head):
        method(page)
        assert kept(store) == []
    assert member.client.head(page).status_code == 405
    assert "code" in member.submit(ALLOW).answer
    form["csrf_token"] = member.open("/deconnexion").forms[0].values["csrf_token"]
    assert post(member, page, form).status_code == 400, "the request is over"
    assert count(store, Consent) == count(store, AuthorizationCode) == 1


def test_se4_before_the_step_the_page_is_not_there(
    store: Database, other: Registered, claire: str, member: Member
) -> None:
    """The password alone, then the code: each address leads to what is due."""
    member.open(authorize(other))
    consent = member.address.replace("/connexion", "/connexion/autorisation")
    assert "Mot de passe" in member.open(consent).text
    sign_in(member)
    token = member.forms[0].values["csrf_token"]
    assert "Authentification renforcée" in member.open(consent).text
    answer = post(member, consent, {"csrf_token": token, "shown": ""})
    assert answer.headers["Location"].startswith("/connexion/code")
    assert kept(store) == []


def test_half_a_sign_in_that_waits_for_consent_opens_nothing_else(
    site: Registered, other: Registered, claire: str, member: Member
) -> None:
    asked(member, other)
    assert not is_signed_in(tab(member), site)


def test_another_account_may_be_taken_instead(
    app: Flask, store: Database, site: Registered, other: Registered, claire: str, member: Member
) -> None:
    person(store, DENIS)
    with_code(member.open(authorize(site)))
    member.open(authorize(other))
    assert "cla*****@exemple.test" in member.text
    member.open(member.address.replace("/connexion/autorisation", "/connexion"))
    with_code(member, DENIS).submit(ALLOW)
    assert email_at(app, other, member) == DENIS


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_the_answers_go_the_asked_way(
    other: Registered, claire: str, member: Member, mode: str
) -> None:
    asked(member, other, response_mode=mode).submit(REFUSE)
    if mode == "query":
        assert member.answer["error"] == "access_denied"
    else:
        assert member.forms[0].values["error"] == "access_denied"
