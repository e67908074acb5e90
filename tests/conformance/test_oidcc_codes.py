"""Basic and formpost-basic: a code is used once, and a refresh token by its own client."""

from typing import Any

from idp.clock import FrozenClock
from tests.conformance import checks
from tests.conformance.browser import Browser
from tests.conformance.suite import Party, Server, Tokens


def userinfo_status(server: Server, tokens: Tokens) -> int:
    """What userinfo answers to the access token now."""
    return server.get(
        server["userinfo_endpoint"], Authorization=f"Bearer {tokens.access}"
    ).status_code


def test_oidcc_codereuse(party: Party, browser: Browser) -> None:
    given = party.authorize(browser)
    party.tokens(given)
    checks.error(party.redeem(given), {"invalid_grant"}, {400})


def test_oidcc_codereuse_30seconds(
    party: Party, browser: Browser, server: Server, at: FrozenClock
) -> None:
    """And the tokens of its first use end."""
    given = party.authorize(browser)
    tokens = party.tokens(given)
    assert userinfo_status(server, tokens) == 200
    at.advance(seconds=30)
    checks.error(party.redeem(given), {"invalid_grant"}, {400})
    assert userinfo_status(server, tokens) == 401


def test_oidcc_refresh_token(
    party: Party, second: Party, browser: Browser, server: Server, at: FrozenClock
) -> None:
    """Two clients; the first cannot use what the second got."""
    assert "refresh_token" in server.metadata["grant_types_supported"]
    refreshed = {one.id: offline(one, browser, at) for one in (party, second)}
    checks.error(party.refresh(refreshed[second.id]), {"invalid_grant"}, {400})


def offline(party: Party, browser: Browser, at: FrozenClock) -> str:
    """Tokens, and new ones a moment later; the refresh token that is good after it."""
    assert "offline_access" in party.server.metadata["scopes_supported"]
    browser.shown.clear()
    first = party.sign_in(browser, scope="openid offline_access", prompt="consent")
    assert first.refresh is not None
    assert ("consent" in browser.shown) is (party.mode is not None), "partners only"
    at.advance(seconds=1)
    told: dict[str, Any] = checks.tokens(party.refresh(first.refresh))
    after = party.checked(told)
    assert after.access != first.access
    for name in ("iss", "sub", "aud", "azp", "auth_time"):
        assert after.claims.get(name) == first.claims.get(name), name
    assert after.claims["iat"] > first.claims["iat"]
    party.userinfo(after)
    assert after.refresh is not None
    return after.refresh
