"""/authorize as a browser meets it: the first page, the silent answer, and what is refused how."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from idp.models import AuthorizationCode, Event, Interaction
from idp.oidc import clients
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import CALLBACK
from tests.flows.support import (
    FORUM,
    ISSUER,
    authorize,
    claims,
    count,
    forum,
    person,
    with_code,
)
from tests.member import Member

pytestmark = pytest.mark.usefixtures("at")

UNKNOWN = "Le site qui vous envoie ici n'est pas connu de MGEN Connect."
ADDRESS = "demande un retour vers une adresse que nous ne connaissons"
REQUEST = "a fait une demande que nous ne pouvons pas suivre"


def refused(member: Member, phrase: str) -> bool:
    """A French page of our own: nothing is sent anywhere (OA2)."""
    return (
        member.page.status_code == 400
        and phrase in member.text
        and "Location" not in member.page.headers
    )


def test_the_first_page_names_the_site(site: Registered, member: Member) -> None:
    first = member.client.get(authorize(site))
    assert first.status_code == 302
    assert first.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in first.headers  # WB7
    path, _, query = first.headers["Location"].partition("?")
    assert path == "/connexion"
    assert set(parse_qs(query)) == {"interaction"}
    member.open(first.headers["Location"])
    assert member.page.status_code == 200
    assert "Pour continuer vers Espace personnel" in member.text


def test_one_sign_in_opens_every_site_without_a_page(
    store: Database, site: Registered, member: Member
) -> None:
    """E7, OA8: state as it came and iss in the answer."""
    identity_id, other = person(store), forum(store)
    with_code(member.open(authorize(site)))
    assert member.answer.keys() == {"code", "state", "iss"}
    odd_state = r"""a=b&c%20+#"<>\'/?""" * 5
    member.page = member.client.get(authorize(other, state=odd_state))
    assert member.page.status_code == 302
    assert member.page.headers["Cache-Control"] == "no-store"
    assert str(member.left_to).startswith(FORUM + "?")
    assert member.answer.keys() == {"code", "state", "iss"}
    assert (member.answer["state"], member.answer["iss"]) == (odd_state, ISSUER)
    opened = (Event.kind == "member:site:opened", Event.identity_id == identity_id)
    assert count(store, Event, *opened, Event.client_id == other.client.id) == 1  # AU1
    assert count(store, Event, *opened) == 1


def test_prompt_none_without_anybody(store: Database, site: Registered, member: Member) -> None:
    """OA19: no page, no pause, login_required with state and iss."""
    long_state = "aZ09-._~" * 16
    member.page = member.client.get(authorize(site, prompt="none", state=long_state))
    assert member.page.status_code == 302
    assert str(member.left_to).startswith(CALLBACK + "?")
    assert member.answer.pop("error_description", "").isascii()
    assert member.answer["error"] == "login_required"
    assert (member.answer["state"], member.answer["iss"]) == (long_state, ISSUER)
    assert "code" not in member.answer
    assert count(store, Interaction) == 0


def test_prompt_none_when_signed_in(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    person(store)
    before = claims(app, site, with_code(member.open(authorize(site))))
    member.page = member.client.get(authorize(site, prompt="none"))
    after = claims(app, site, member)
    assert {name: after[name] for name in ("sub", "auth_time", "acr", "amr", "sid")} == {
        name: before[name] for name in ("sub", "auth_time", "acr", "amr", "sid")
    }


def test_an_answer_keeps_the_query_of_the_registered_address(
    store: Database, member: Member
) -> None:
    address = f"{CALLBACK}?a=b%20c&d="
    odd = forum(store, initiate_login_uri=None)
    with store.writing() as session:
        clients.update(session, odd.client.id, {"redirect_uris": [address]})
    member.open(authorize(odd, redirect_uri=address, prompt="none"))
    assert str(member.left_to).startswith(address + "&error=login_required&")


def test_an_unknown_site_is_told_so_in_french(site: Registered, member: Member) -> None:
    for client_id in (None, "", "unknown", "f" * 32, "é'\"><script>"):
        assert refused(member.open(authorize(site, client_id=client_id)), UNKNOWN), client_id
        assert refused(member.open(authorize(site, client_id=client_id, prompt="none")), UNKNOWN)


def test_a_disabled_site_is_an_unknown_one(
    store: Database, site: Registered, member: Member
) -> None:
    """CL4: also for whom it had signed in."""
    person(store)
    with store.writing() as session:
        clients.disable(session, site.client.id)
    assert refused(member.open(authorize(site)), UNKNOWN)


ELSEWHERE = (
    None,
    "",
    f"{CALLBACK}/",
    f"{CALLBACK}?x=1",
    f"{CALLBACK}#x",
    CALLBACK.upper(),
    CALLBACK.replace("localhost", "localhost.evil.example"),
    CALLBACK.replace("localhost", "user@localhost"),
    CALLBACK.replace("callback", "../callback"),
    "//evil.example/cb",
    "javascript:alert(1)",
)


def test_an_address_that_is_not_registered_gets_nothing(site: Registered, member: Member) -> None:
    """OA1."""
    for address in ELSEWHERE:
        assert refused(member.open(authorize(site, redirect_uri=address)), ADDRESS), address


SPOILED: dict[str, tuple[dict[str, str | None], ...]] = {
    "invalid_request": (
        {"response_type": None},
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {"prompt": "none login"},
        {"max_age": "-1"},
        {"id_token_hint": "a.b.c"},
        {"response_mode": "fragment"},
    ),
    "unsupported_response_type": ({"response_type": "token"},),
    "invalid_scope": ({"scope": "email"}, {"scope": "openid offline_access"}),
    "request_not_supported": ({"request": "a.b.c"},),
    "request_uri_not_supported": ({"request_uri": "http://127.0.0.1:9/"},),
}


def test_other_errors_go_to_the_site_but_only_to_a_registered_address(
    site: Registered, member: Member
) -> None:
    """OA2, OA8: state and iss in each; a page where client or address are not good."""
    for error, spoiled in ((error, one) for error, all_of in SPOILED.items() for one in all_of):
        member.open(authorize(site, **spoiled))
        assert str(member.left_to).startswith(CALLBACK + "?"), spoiled
        assert member.answer["error"] == error
        assert (member.answer["state"], member.answer["iss"]) == ("s1", ISSUER)
        assert member.answer.keys() <= {"error", "error_description", "state", "iss"}
        evil = authorize(site, redirect_uri="https://evil.example/", **spoiled)
        assert refused(member.open(evil), ADDRESS), spoiled
        assert refused(member.open(authorize(site, client_id="unknown", **spoiled)), UNKNOWN)


def test_what_is_repeated_is_refused(site: Registered, member: Member) -> None:
    """OA7: a page for client and address, for which of the two is meant cannot be known."""
    good = authorize(site)
    for again in ({"client_id": site.client.id}, {"redirect_uri": CALLBACK}):
        assert refused(member.open(f"{good}&{urlencode(again)}"), REQUEST), again
    for name in ("scope", "nonce", "code_challenge", "prompt", "made_up"):
        member.open(f"{authorize(site)}&{name}=x&{name}=x")
        assert member.answer["error"] == "invalid_request", name
        assert (member.answer["state"], member.answer["iss"]) == ("s1", ISSUER)


def test_a_repeated_state_is_not_echoed(site: Registered, member: Member) -> None:
    member.open(f"{authorize(site)}&state=s2")
    assert member.answer["error"] == "invalid_request"
    assert "state" not in member.answer


def test_more_than_eight_kilobytes_are_a_page(site: Registered, member: Member) -> None:
    """OA22, by GET and by POST."""
    assert member.open(authorize(site, extra="x" * 7000)).page.status_code == 200
    assert refused(member.open(authorize(site, extra="x" * 8200)), REQUEST)
    posted = member.client.post("/authorize", data={"extra": "x" * 30_000})
    assert posted.status_code == 413
    assert "Envoi trop volumineux" in posted.get_data(as_text=True)
    assert member.open(authorize(site, state="é" * 3000)).page.status_code == 302


def test_what_is_unknown_or_not_offered_is_ignored(site: Registered, member: Member) -> None:
    member.open(
        authorize(
            site,
            extra="foobar",
            display="popup",
            ui_locales="se",
            claims_locales="se",
            claims='{"userinfo":{"name":{"essential":true}}}',
            interaction="f" * 32,
        )
    )
    assert member.page.status_code == 200
    assert "Me connecter" in member.text


def posted(member: Member, fields: list[tuple[str, str]]) -> Member:
    answer = member.client.post(
        "/authorize", data=urlencode(fields), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 303  # WB4: the browser must not post again
    assert urlsplit(answer.headers["Location"]).netloc == ""
    return member.open(answer.headers["Location"])


def test_by_post_the_same_comes(store: Database, site: Registered, member: Member) -> None:
    person(store)
    fields = [(k, v[0]) for k, v in parse_qs(urlsplit(authorize(site)).query).items()]
    with_code(posted(member, fields))
    assert member.answer["state"] == "s1"
    assert "code" in posted(member, fields).answer
    assert posted(member, [*fields, ("nonce", "n1")]).answer["error"] == "invalid_request"
    assert refused(posted(member, [*fields, ("client_id", "x")]), REQUEST)


def test_a_field_of_any_name_can_be_posted(site: Registered, member: Member) -> None:
    """Never a 500: names of the framework's own are only names here."""
    fields = [(k, v[0]) for k, v in parse_qs(urlsplit(authorize(site)).query).items()]
    for name in ("endpoint", "_external", "_scheme", "_anchor", "_method", "self"):
        posted(member, [*fields, (name, "javascript")])
        assert member.page.status_code == 200, name
        assert "Pour continuer vers Espace personnel" in member.text


def test_nobody_gets_a_code_by_looking(store: Database, site: Registered, member: Member) -> None:
    """Every request above that ends in a page or an error has written no code."""
    person(store)
    for changes in ({}, {"prompt": "none"}, {"prompt": "login"}, {"max_age": "0"}):
        member.open(authorize(site, **changes))
    assert count(store, AuthorizationCode) == 0
