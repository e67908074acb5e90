"""response_mode=form_post: the page that posts the answer to the site, and nothing else."""

import base64
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import html5lib
import pytest
from flask import Flask

from idp.clock import FrozenClock
from idp.flows import answers
from idp.models import AuthorizationCode, Interaction
from idp.oidc import clients
from idp.oidc.clients import Registered
from idp.storage.engine import Database
from tests.flows.conftest import CALLBACK, EMAIL, SITE, sign_in
from tests.flows.support import (
    BROWSER,
    ISSUER,
    authorize,
    cookie,
    copy,
    count,
    exchange,
    forum,
    is_lost,
    person,
    tab,
    with_code,
)
from tests.member import Form, Member

pytestmark = pytest.mark.usefixtures("at")

PAGE = "/authorize/reponse?reponse="
XSS = (
    '"',
    "'",
    "'\"><script>alert(1)</script>",
    "</form><form action=https://evil.test>",
    '" autofocus onfocus="alert(1)',
    "</title><script>alert(1)</script>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "&lt;script&gt;&amp;&#34;&quot;",
    "javascript:alert(1)",
    "<!--", "-->", "]]>", "</script", "\\\"><img src=x onerror=alert(1)>",
    "a b+c%20d%",
    "~" * 2048,
)  # fmt: skip


def posting(site: Registered, **changes: str | None) -> str:
    """A request whose answer is to be posted."""
    return authorize(site, response_mode="form_post", **changes)


def answering(browser: Member) -> Form:
    """The form of the page that it must be on; nothing has left in an address (RejectAuthCode…)."""
    assert browser.left_to is None
    assert browser.address.startswith(PAGE), browser.address
    assert browser.page.status_code == 200
    (form,) = browser.forms
    return form


def policy(browser: Member) -> list[str]:
    """The directives of the page's content security policy."""
    return browser.page.headers["Content-Security-Policy"].split("; ")


def test_a_sign_in_ends_in_a_form_for_the_site(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """OA8: code, state and iss, by a button that works without JavaScript."""
    person(store)
    form = answering(with_code(member.open(posting(site))))
    assert (form.action, form.method, form.button) == (
        CALLBACK,
        "post",
        "Continuer vers Espace personnel",
    )
    assert list(form.values) == ["code", "state", "iss"]  # no form token: the site gets all of it
    assert (form.values["state"], form.values["iss"]) == ("s1", ISSUER)
    assert "access_token" in exchange(app, site, form.values["code"])


def test_wb2_the_page_may_post_to_the_site_and_nowhere_else(
    store: Database, site: Registered, member: Member
) -> None:
    person(store)
    member.open(posting(site))
    assert policy(member)[-1] == "form-action 'self'"  # our own page comes in between
    with_code(member)
    answering(member)
    assert policy(member)[-1] == f"form-action {SITE}"
    assert "script-src 'self'" in policy(member)
    assert member.page.headers["Cache-Control"] == "no-store"
    assert member.page.headers["Referrer-Policy"] == "strict-origin"
    body = member.page.get_data(as_text=True)
    assert re.findall("<script.*", body) == ['<script src="/static/app.js" defer></script>']
    assert not re.search(r"\son[a-z]+=", body)
    assert "form[data-answer]" in member.client.get("/static/app.js").get_data(as_text=True)
    assert "data-answer" in body


def test_a_silent_sign_in_is_posted_too(store: Database, site: Registered, member: Member) -> None:
    person(store)
    with_code(member.open(authorize(site)))
    form = answering(member.open(posting(site, prompt="none")))
    assert list(form.values) == ["code", "state", "iss"]


ERRORS = [
    ({"prompt": "none"}, "login_required"),
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"scope": "email"}, "invalid_scope"),
    ({"code_challenge": None}, "invalid_request"),
    ({"request": "e30.e30."}, "request_not_supported"),
    ({"request_uri": "https://site.test/"}, "request_uri_not_supported"),
    ({"claims": "{"}, "invalid_request"),
    ({"resource": "https://unregistered.test"}, "invalid_target"),
    ({"prompt": "none login"}, "invalid_request"),
]


def test_oa8_every_error_is_posted(store: Database, site: Registered, member: Member) -> None:
    """With state and iss; nothing is kept of a request that is refused at once."""
    for changes, error in ERRORS:
        form = answering(member.open(posting(site, **changes)))
        assert form.action == CALLBACK
        assert form.values.pop("error_description").isascii()
        assert form.values == {"error": error, "state": "s1", "iss": ISSUER}, changes
    assert count(store, Interaction) == count(store, AuthorizationCode) == 0


@pytest.mark.parametrize("mode", ["fragment", "query.jwt", "form_post.jwt", "web_message"])
def test_oa7_another_mode_is_told_by_query(site: Registered, member: Member, mode: str) -> None:
    member.open(authorize(site, response_mode=mode))
    assert (member.answer["error"], member.answer["state"]) == ("invalid_request", "s1")


def test_oa2_a_bad_address_is_posted_nothing(site: Registered, member: Member) -> None:
    for changes in ({"redirect_uri": "https://evil.test/"}, {"client_id": "nobody"}):
        member.open(posting(site, **changes))
        assert member.page.status_code == 400
        assert member.forms == []
        assert "evil.test" not in member.page.get_data(as_text=True)


@pytest.mark.parametrize("state", XSS, ids=lambda state: state[:20])
def test_wb6_a_state_is_shown_as_text(site: Registered, member: Member, state: str) -> None:
    """It comes back byte for byte, and is nothing but one attribute's value."""
    member.open(posting(site, state=state, prompt="none"))
    assert answering(member).values["state"] == state
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        member.page.get_data(as_text=True)
    )
    assert len(list(tree.iter("script"))) == 1
    assert [form.get("action") for form in tree.iter("form")] == [CALLBACK]
    for element in tree.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name == "autofocus"]
    assert not list(tree.iter("img"))


def test_wb6_the_sites_name_and_address_too(store: Database, member: Member) -> None:
    address = f"{CALLBACK}?a=%22&b='c&d=%3Cscript%3E"
    odd = forum(store, initiate_login_uri=None)
    with store.writing() as session:
        clients.update(
            session,
            odd.client.id,
            {"redirect_uris": [address], "client_name": "L'Étoile & fils"},
        )
    form = answering(member.open(posting(odd, redirect_uri=address, prompt="none")))
    assert form.action == address
    assert form.button == "Continuer vers L'Étoile & fils"


def test_oa23_in_another_browser_it_is_nothing(
    store: Database, site: Registered, member: Member, browsers: Callable[[], Member]
) -> None:
    """Also in one that is signed in; and nothing of the answer is shown there."""
    person(store)
    with_code(member.open(posting(site)))
    sealed, code = member.address, answering(member).values["code"]
    thief = browsers()
    assert is_lost(thief.open(sealed))
    with_code(thief.open(authorize(site)))
    assert is_lost(thief.open(sealed))
    assert code not in thief.page.get_data(as_text=True)
    assert thief.forms == []
    assert not is_lost(tab(member).open(sealed))


def test_it_lives_a_minute(at: FrozenClock, site: Registered, member: Member) -> None:
    sealed = member.open(posting(site, prompt="none")).address
    at.advance(seconds=59)
    answering(member.open(sealed))
    at.advance(seconds=1)
    assert is_lost(member.open(sealed))
    at.advance(seconds=1)
    assert is_lost(member.open(sealed))


def test_wb5_altered_it_opens_nothing(site: Registered, member: Member) -> None:
    sealed = member.open(posting(site, prompt="none")).address.removeprefix(PAGE)
    altered = [
        "",
        "x",
        "é",
        "=" * 40,
        "A" * 400,
        sealed[:-1],
        sealed[1:],
        sealed + "AAAA",
        sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:],
        sealed[:8] + ("A" if sealed[8] != "A" else "B") + sealed[9:],
        ("A" if sealed[0] != "A" else "B") + sealed[1:],
        sealed.swapcase(),
        f"{sealed}\n",
        "//evil.test",
    ]
    for one in altered:
        member.open("/authorize/reponse?" + urlencode({"reponse": one}))
        assert member.page.status_code == 400, one
        assert member.forms == [], one
        assert "Location" not in member.page.headers
    assert is_lost(member.open("/authorize/reponse"))
    answering(member.open(PAGE + sealed))


def test_what_another_purpose_sealed_opens_nothing(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    """The label is bound: a sealed value of another page cannot be carried here."""
    sealed = member.open(posting(site, prompt="none")).address.removeprefix(PAGE)
    blob = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    text = store.keys.open("secret", answers._LABEL, blob)
    again = store.keys.seal("secret", "another.purpose", text)
    member.open(PAGE + base64.urlsafe_b64encode(again).decode().rstrip("="))
    assert is_lost(member)


def test_cl4_a_site_that_is_disabled_meanwhile_gets_nothing(
    app: Flask, store: Database, site: Registered, member: Member
) -> None:
    sealed = member.open(posting(site, prompt="none")).address
    with store.writing() as session:
        clients.disable(session, site.client.id)
    app.extensions["idp"].issuer.clients._kept.clear()  # some seconds later
    assert is_lost(member.open(sealed))


def test_the_code_is_in_no_address_of_ours(
    store: Database, site: Registered, member: Member
) -> None:
    """Nor the state: what is in the address says nothing to who reads a log."""
    person(store)
    sign_in(member.open(posting(site, state="etat-reconnaissable")))
    answer = member.client.post(
        member.address,
        data={**member.forms[0].values, "code": member.code(EMAIL)},
    )
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert urlsplit(where).netloc == ""
    assert set(parse_qs(urlsplit(where).query)) == {"reponse"}
    member.open(where)
    for value in answering(member).values.values():
        assert value not in where


def test_a_browser_that_comes_for_the_first_time_is_known_on_the_next_page(
    site: Registered, member: Member
) -> None:
    """prompt=none without any cookie yet: the first answer brings the one it is bound to."""
    assert cookie(member, BROWSER) is None
    first = member.client.get(posting(site, prompt="none"))
    assert first.status_code == 302
    assert cookie(member, BROWSER) is not None
    answering(copy(member).open(first.headers["Location"]))
