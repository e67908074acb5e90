"""RP-initiated logout: who may lead a browser where, and that the session really ends."""

import string
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

from tests.conformance import jose
from tests.conformance.browser import Browser, Callback
from tests.conformance.suite import AFTER_LOGOUT, Party, Tokens

CONFIRM, DONE = "Me déconnecter", "Vous êtes déconnecté"
# 90 characters that a careless rebuilding loses: all but the space, + and ; which the suite avoids
STATE = (string.ascii_letters[:50] + string.digits + "%&=#\"<>\\'/?:@!$()*,-._~[]{}|^`" * 2)[:90]
LONG = "-._~" + "aB3" * 41 + "z"


@pytest.fixture
def party(registered: Party) -> Party:
    """The first client, by query."""
    return registered


@pytest.fixture
def tokens(party: Party, browser: Browser) -> Tokens:
    """A session in `browser`."""
    return party.sign_in(browser, state=LONG)


def leave(party: Party, browser: Browser, **asked: str | None) -> Callback | None:
    """Send the browser to the end session endpoint, and press its button if it asks."""
    sent = {name: value for name, value in asked.items() if value is not None}
    query = f"?{urlencode(sent, quote_via=quote)}" if sent else ""
    arrived = browser.visit(party.server["end_session_endpoint"] + query, stay=True)
    if arrived is None and any(CONFIRM in form.button for form in browser.forms):
        browser.shown.append("confirm")
        return browser.press(CONFIRM)
    return arrived


def is_signed_out(party: Party, browser: Browser) -> bool:
    """The session is gone: who asks without a page is told to sign in."""
    party.refused(browser, {"login_required"}, prompt="none")
    return True


def led_nowhere(browser: Browser, callback: Callback | None) -> bool:
    """[shot] A page of ours asked, and a page of ours is the end."""
    return callback is None and "confirm" in browser.shown and browser.is_shown(DONE, status=200)


def test_oidcc_rp_initiated_logout(party: Party, browser: Browser, tokens: Tokens) -> None:
    """At once, for a good hint; the state byte for byte, and nothing beside it."""
    assert len(STATE) == 90
    callback = leave(
        party,
        browser,
        id_token_hint=tokens.id_token,
        post_logout_redirect_uri=AFTER_LOGOUT,
        state=STATE,
    )
    assert callback is not None, browser.text
    assert callback.address.startswith(f"{AFTER_LOGOUT}?")
    assert callback.query == [("state", STATE)]
    assert "confirm" not in browser.shown
    assert is_signed_out(party, browser)


def test_oidcc_rp_initiated_logout_no_state(party: Party, browser: Browser, tokens: Tokens) -> None:
    callback = leave(
        party, browser, id_token_hint=tokens.id_token, post_logout_redirect_uri=AFTER_LOGOUT
    )
    assert callback is not None, browser.text
    assert callback.address == AFTER_LOGOUT
    assert is_signed_out(party, browser)


def unregistered(party: Party, browser: Browser, tokens: Tokens, added: str) -> None:
    """Not there, and not at the registered one instead."""
    callback = leave(
        party,
        browser,
        id_token_hint=tokens.id_token,
        post_logout_redirect_uri=AFTER_LOGOUT + added,
        state=STATE,
    )
    assert led_nowhere(browser, callback)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(
    party: Party, browser: Browser, tokens: Tokens
) -> None:
    unregistered(party, browser, tokens, "/random")


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    party: Party, browser: Browser, tokens: Tokens
) -> None:
    unregistered(party, browser, tokens, "?foo=bar")


def test_oidcc_rp_initiated_logout_modified_id_token_hint(
    party: Party, browser: Browser, tokens: Tokens
) -> None:
    """The very claims, under alg none."""
    header = {**jose.part(tokens.id_token, 0), "alg": "none"}
    hint = jose.ec_key().sign(header, tokens.claims)
    assert led_nowhere(browser, with_hint(party, browser, hint))


def test_oidcc_rp_initiated_logout_bad_id_token_hint(
    party: Party, browser: Browser, tokens: Tokens
) -> None:
    """Signed by somebody else, who says so: iss is the client."""
    for claims in ({**tokens.claims, "iss": party.id}, tokens.claims):
        header = {"alg": "RS256", "kid": jose.part(tokens.id_token, 0)["kid"]}
        hint = jose.rsa_key().sign(header, claims)
        assert led_nowhere(browser, with_hint(party, browser, hint))
        party.sign_in(browser)


def with_hint(party: Party, browser: Browser, hint: str) -> Callback | None:
    """Everything else is right."""
    asked = {"post_logout_redirect_uri": AFTER_LOGOUT, "state": STATE}
    return leave(party, browser, id_token_hint=hint, **asked)


@pytest.mark.usefixtures("tokens")
def test_oidcc_rp_initiated_logout_no_id_token_hint(party: Party, browser: Browser) -> None:
    """Anybody can send a browser here: with or without a client_id it goes no further."""
    asked = {"post_logout_redirect_uri": AFTER_LOGOUT, "state": STATE}
    assert led_nowhere(browser, leave(party, browser, **asked))
    party.sign_in(browser)
    assert led_nowhere(browser, leave(party, browser, client_id=party.id, **asked))


@pytest.mark.usefixtures("tokens")
def test_oidcc_rp_initiated_logout_no_params(party: Party, browser: Browser) -> None:
    assert led_nowhere(browser, leave(party, browser))
    assert is_signed_out(party, browser)


@pytest.mark.usefixtures("tokens")
def test_oidcc_rp_initiated_logout_only_state(party: Party, browser: Browser) -> None:
    assert led_nowhere(browser, leave(party, browser, state=STATE))
    assert is_signed_out(party, browser)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(
    party: Party, browser: Browser, tokens: Tokens
) -> None:
    """The hint is good: out at once, and our own page is the end."""
    assert leave(party, browser, id_token_hint=tokens.id_token, state=STATE) is None
    assert browser.is_shown(DONE, status=200)
    assert is_signed_out(party, browser)


def test_the_state_comes_back_as_it_was_written(
    party: Party, browser: Browser, tokens: Tokens
) -> None:
    """Also what the suite leaves out: a space, a plus, a semicolon, through the address itself."""
    callback = leave(
        party,
        browser,
        id_token_hint=tokens.id_token,
        post_logout_redirect_uri=AFTER_LOGOUT,
        state="a b+c;d",
    )
    assert callback is not None
    assert parse_qsl(urlsplit(callback.address).query) == [("state", "a b+c;d")]
