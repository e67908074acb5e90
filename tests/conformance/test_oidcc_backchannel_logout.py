"""Back-channel logout: the worker tells the site's own machine, over a real connection."""

from collections.abc import Iterator

import pytest

from idp import clock
from idp.oidc import backchannel_delivery
from tests.conformance import jose
from tests.conformance.browser import Browser
from tests.conformance.conftest import Register
from tests.conformance.suite import AFTER_LOGOUT, Server
from tests.oidc.listener import Listener, listening

EVENT = "http://schemas.openid.net/event/backchannel-logout"
MEMBERS = {"iss", "sub", "aud", "iat", "exp", "jti", "events", "sid"}


@pytest.fixture
def machine() -> Iterator[Listener]:
    """The site's machine, on loopback."""
    with listening() as found:
        yield found


def test_oidcc_backchannel_rp_initiated_logout(
    register: Register, browser: Browser, server: Server, machine: Listener
) -> None:
    """The front channel goes home at once; the token says whose session it was, and no more."""
    party = register(
        backchannel_logout_uri=machine.address, backchannel_logout_session_required=True
    )
    tokens = party.sign_in(browser)
    hint = f"?id_token_hint={tokens.id_token}&post_logout_redirect_uri={AFTER_LOGOUT}&state=fin"
    callback = browser.visit(server["end_session_endpoint"] + hint, stay=True)
    assert callback is not None
    assert callback.address == f"{AFTER_LOGOUT}?state=fin"
    assert machine.requests == [], "the browser waits for no site"
    assert backchannel_delivery.run_once(server.app.extensions["idp"].issuer) == 1
    [(_, headers, form)] = machine.requests
    assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert form.keys() == {"logout_token"}
    told(server, form["logout_token"][0], party.id, tokens.claims)
    party.refused(browser, {"login_required"}, prompt="none")


def told(server: Server, token: str, client_id: str, id_token: dict[str, object]) -> None:
    """The logout token is right (Back-Channel Logout §2.4, §2.6)."""
    header, claims, now = jose.part(token, 0), jose.part(token, 1), clock.timestamp()
    [key] = [key for key in server.jwks["keys"] if key["kid"] == header["kid"]]
    assert jose.holds(token, key)
    assert header["alg"] != "none"
    assert header["typ"] == "logout+jwt"
    assert claims.keys() <= MEMBERS, "no nonce above all"
    assert claims["iss"] == server["issuer"]
    assert claims["aud"] in (client_id, [client_id])
    assert now - 86400 < claims["iat"] <= now
    assert claims["jti"]
    assert claims["events"] == {EVENT: {}}
    assert claims["sid"] == id_token["sid"]
    assert claims.get("sub", id_token["sub"]) == id_token["sub"]
