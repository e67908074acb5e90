"""A pushed request as a browser meets it (RFC 9126): looked at again and again, answered once."""

import base64
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from idp.clock import FrozenClock
from idp.flows import dispatch
from idp.models import AuthorizationCode, BrowserSession, Interaction, PushedRequest
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.at_once import at_once
from tests.flows.conftest import CALLBACK, EMAIL, sign_in
from tests.flows.support import (
    authorize,
    claims,
    count,
    forum,
    is_lost,
    person,
    tab,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

FORM = "application/x-www-form-urlencoded"
PUSHED = "Demande de connexion expirée"


def push(app: Flask, site: Registered, **changes: str | None) -> str:
    """The address of /authorize with the handle of a request that the site pushes now."""
    form = parse_qsl(urlsplit(authorize(site, **changes)).query)
    basic = base64.b64encode(f"{site.client.id}:{site.secret}".encode()).decode()
    answer = app.test_client().post(
        "/par",
        data=urlencode(form),
        content_type=FORM,
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status_code == 201, answer.get_json()
    asked = {"client_id": site.client.id, "request_uri": answer.get_json()["request_uri"]}
    return "/authorize?" + urlencode(asked)


def refused(browser: Member) -> bool:
    """Our own page: a handle that is not good leads nowhere (OA2)."""
    nowhere = "Location" not in browser.page.headers
    return browser.page.status_code == 400 and PUSHED in browser.text and nowhere


def used(store: Database) -> list[bool]:
    """Of each request pushed, whether it is used up."""
    with store.reading() as session:
        rows = session.scalars(select(PushedRequest.used_at).order_by(PushedRequest.created_at))
        return [at is not None for at in rows]


def test_the_answer_uses_it_up(
    app: Flask, store: Database, site: Registered, member: Member, browsers: Callable[[], Member]
) -> None:
    """Not the page: a reload, or a second tab, begins again (conformance: prior-to-auth)."""
    person(store)
    address = push(app, site)
    for _ in range(2):
        assert "Me connecter" in member.open(address).text
    assert "Me connecter" in browsers().open(address).text
    assert used(store) == [False]
    with_code(member)
    assert member.answer.keys() == {"code", "state", "iss"}
    assert used(store) == [True]
    assert refused(member.open(address))
    assert refused(browsers().open(address))
    assert count(store, AuthorizationCode) == 1


def test_who_signs_in_slowly_began_in_time(
    app: Flask, store: Database, site: Registered, member: Member, at: FrozenClock
) -> None:
    person(store)
    address = push(app, site)
    member.open(address)
    at.advance(minutes=5)
    assert refused(tab(member).open(address))
    assert "code" in with_code(member).answer
    assert used(store) == [True]


def test_of_two_tabs_one_is_answered(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """The other is told so in French; its code and its session are not kept."""
    person(store)
    address = push(app, site)
    first, second = member.open(address), tab(member).open(address)
    sign_in(second)
    with_code(first)
    assert "code" in first.answer
    sessions = count(store, BrowserSession)
    second.submit("Valider", code=second.code(EMAIL))
    assert is_lost(second)
    assert count(store, AuthorizationCode) == 1
    assert count(store, BrowserSession) == sessions


def test_of_two_tabs_at_the_same_instant_too(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """Both silent: who is signed in opens the same handle twice."""
    person(store)
    with_code(member.open(authorize(site)))
    address = push(app, site)
    tabs = [tab(member) for _ in range(4)]
    at_once(4, lambda number: tabs[number].open(address))
    assert sum("code" in one.answer for one in tabs) == 1
    assert all("code" in one.answer or refused(one) or is_lost(one) for one in tabs)
    assert count(store, AuthorizationCode) == 2


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_an_error_uses_it_up_as_well(
    app: Flask, store: Database, site: Registered, member: Member, mode: str
) -> None:
    """prompt=none with nobody signed in; and nothing but the answer is kept."""
    address = push(app, site, prompt="none", response_mode=mode)
    told = member.open(address).answer or member.forms[0].values
    assert (told["error"], told["state"]) == ("login_required", "s1")
    assert used(store) == [True]
    assert count(store, Interaction) == 0
    assert refused(member.open(address))


def test_an_end_by_an_error_uses_it_up_and_finishes(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """« Annuler »."""
    address = push(app, site)
    page = member.open(address).address
    assert member.submit("Annuler").answer["error"] == "access_denied"
    assert used(store) == [True]
    assert is_lost(member.open(page))
    assert refused(member.open(address))


def test_killed_half_way_it_is_still_good(
    app: Flask,
    store: Database,
    site: Registered,
    member: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """AV5."""
    person(store)
    sign_in(member.open(push(app, site)))
    page, digits = member.page, member.code(EMAIL)
    with monkeypatch.context() as broken:
        broken.setattr(dispatch.answers, "address", lambda *_: 1 / 0)
        assert member.submit("Valider", code=digits).page.status_code == 500
    assert used(store) == [False]
    member.page = page
    assert "code" in member.submit("Valider", code=digits).answer


def test_another_clients_handle_is_none(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """FAPI: par-attempt-to-use-request_uri-for-different-client."""
    other = forum(store)
    address = push(app, site).replace(site.client.id, other.client.id)
    assert refused(member.open(address))
    assert refused(member.open(address + "&" + urlencode({"redirect_uri": CALLBACK})))
    assert used(store) == [False]


def test_expired_unknown_or_cut_it_leads_nowhere(
    app: Flask, site: Registered, member: Member, at: FrozenClock
) -> None:
    address = push(app, site)
    assert refused(member.open(address[:-1]))
    assert refused(member.open(address + "x"))
    at.advance(seconds=61)
    assert refused(member.open(address))
    assert refused(member.open(address + "&prompt=none"))


def test_what_stands_beside_it_changes_nothing(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """WB5: the state, scope and address pushed are those answered."""
    person(store)
    beside = {"state": "dehors", "scope": "openid", "redirect_uri": "https://evil.test/"}
    with_code(member.open(push(app, site) + "&" + urlencode({**beside, "request": "x"})))
    assert str(member.left_to).startswith(CALLBACK + "?")
    assert member.answer["state"] == "s1"


def test_it_may_come_by_post(app: Flask, store: Database, site: Registered, member: Member) -> None:
    person(store)
    asked = dict(parse_qsl(urlsplit(push(app, site)).query))
    answer = member.client.post("/authorize", data=asked)
    assert answer.status_code == 303
    with_code(member.open(answer.headers["Location"]))
    assert "code" in member.answer


def test_a_post_keeps_every_parameter(app: Flask, store: Database, member: Member) -> None:
    """Cross-site and without a cookie: also what is JSON, and the one that repeats."""
    apis = ["https://api.mgen-connect.test", "https://autre.mgen-connect.test/x?y=z"]
    site = forum(store, resource=apis)
    wanted = '{"id_token": {"email": {"essential": true}, "auth_time": null}}'
    asked = parse_qsl(urlsplit(authorize(site, claims=wanted, state="a&b=c%\"'+ é"[:-1])).query)
    asked += [("resource", api) for api in apis]
    cross_site = {"Origin": "https://site.test", "Sec-Fetch-Site": "cross-site"}
    answer = app.test_client().post(
        "/authorize", data=urlencode(asked), content_type=FORM, headers=cross_site
    )
    assert answer.status_code == 303
    assert parse_qsl(urlsplit(answer.headers["Location"]).query) == asked
    person(store)
    with_code(member.open(answer.headers["Location"]))
    assert member.answer["state"] == "a&b=c%\"'+ "
    with store.reading() as session:
        row = session.scalars(select(AuthorizationCode)).one()
    assert (row.resources, row.claims) == (apis, {"id_token": {"email": {"essential": True}}})
    assert claims(app, site, member)["nonce"] == "n1"
