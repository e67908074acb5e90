"""Basic and formpost-basic: when somebody is asked who they are, and when not at all."""

from idp.clock import FrozenClock
from tests.conformance.browser import Browser
from tests.conformance.checks import USER_INTERFACE
from tests.conformance.suite import Party, Tokens

SIGN_IN = "Me connecter"


def asked_again(party: Party, browser: Browser, **changes: str) -> Tokens:
    """[shot] The login page comes though the session lives; then the answer."""
    browser.shown.clear()
    sent = party.request(**changes)
    assert browser.visit(party.address(sent), stay=True) is None
    assert browser.is_shown(SIGN_IN, status=200)
    tokens = party.tokens(party.authorized(sent, browser.go_on(), browser))
    assert browser.shown.count("login") == 1
    return tokens


def silent(party: Party, browser: Browser, **changes: str) -> Tokens:
    """Answered at once: no page of ours on the way."""
    sent = party.request(**changes)
    return party.tokens(
        party.authorized(sent, browser.visit(party.address(sent), stay=True), browser)
    )


def test_oidcc_prompt_login(party: Party, browser: Browser, at: FrozenClock) -> None:
    first = party.sign_in(browser)
    at.advance(seconds=1)
    second = asked_again(party, browser, prompt="login")
    assert second.claims["sub"] == first.claims["sub"]
    assert second.claims["auth_time"] > first.claims["auth_time"]


def test_oidcc_prompt_none_not_logged_in(party: Party, browser: Browser) -> None:
    """An error that a page would have spared, with a long state as it came."""
    state = "-._~" + "aB3" * 41 + "z"
    assert len(state) == 128
    party.refused(browser, USER_INTERFACE, prompt="none", state=state)


def test_oidcc_prompt_none_logged_in(party: Party, browser: Browser, at: FrozenClock) -> None:
    first = party.sign_in(browser)
    at.advance(seconds=2)
    second = silent(party, browser, prompt="none")
    for name in ("sub", "auth_time"):
        assert second.claims[name] == first.claims[name]


def test_oidcc_max_age_1(party: Party, browser: Browser, at: FrozenClock) -> None:
    first = party.sign_in(browser)
    at.advance(seconds=2)
    second = asked_again(party, browser, max_age="1")
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert second.claims["iat"] - second.claims["auth_time"] <= 1


def test_oidcc_max_age_10000(party: Party, browser: Browser, at: FrozenClock) -> None:
    first = party.sign_in(browser, max_age="15000")
    at.advance(seconds=2)
    second = silent(party, browser, max_age="10000")
    for name in ("sub", "auth_time"):
        assert second.claims[name] == first.claims[name]


def test_oidcc_id_token_hint(party: Party, browser: Browser, at: FrozenClock) -> None:
    """The hint may be as old as it likes: it says who, and proves nothing."""
    first = party.sign_in(browser)
    at.advance(minutes=15)
    second = silent(party, browser, prompt="none", id_token_hint=first.id_token)
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_login_hint(party: Party, browser: Browser) -> None:
    """A hint at nobody we know: the page comes, and whoever signs in is told of."""
    party.sign_in(browser, login_hint="buffy@connect.exemple.test")
    assert browser.shown.count("login") == 1
