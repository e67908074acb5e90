"""Basic and formpost-basic: the happy flow, its signature, and requests that ask it oddly."""

from dataclasses import replace

import pytest

from tests.conformance import checks, jose
from tests.conformance.browser import Browser
from tests.conformance.conftest import Register
from tests.conformance.suite import Party, Server


def test_oidcc_server(party: Party, browser: Browser) -> None:
    """Code, tokens, id_token, userinfo; the id_token holds nothing that was not asked for."""
    tokens = party.sign_in(browser)
    assert tokens.claims["at_hash"] == jose.half_digest(tokens.access)
    assert browser.shown.count("login") == 1


def test_oidcc_response_type_missing(party: Party, browser: Browser) -> None:
    party.refused(browser, {"invalid_request", "unsupported_response_type"}, response_type=None)


def test_oidcc_idtoken_signature(party: Party, browser: Browser, server: Server) -> None:
    """Nothing else was registered: RS256, and a kid of the published keys."""
    header = jose.part(party.sign_in(browser).id_token, 0)
    assert header["alg"] == "RS256"
    assert header["kid"] in [key["kid"] for key in server.jwks["keys"]]


@pytest.mark.usefixtures("mode")
def test_oidcc_idtoken_unsigned(server: Server) -> None:
    """The module vanishes: an unsigned id_token is not offered."""
    assert "none" not in server.metadata["id_token_signing_alg_values_supported"]


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(
    party: Party, browser: Browser
) -> None:
    assert "nonce" not in party.sign_in(browser, nonce=None).claims


def test_oidcc_alternate_happy_flow(party: Party, browser: Browser) -> None:
    """The parameters, and the scopes, in the opposite order."""
    sent = party.request(scope="email openid")
    backwards = dict(reversed(sent.items()))
    given = party.authorized(sent, browser.visit(party.address(backwards)), browser)
    told = party.userinfo(party.tokens(given))
    assert told["email_verified"] is True


def test_oidcc_display_page(party: Party, browser: Browser) -> None:
    party.sign_in(browser, display="page")
    assert browser.shown.count("login") == 1


def test_oidcc_display_popup(party: Party, browser: Browser) -> None:
    party.sign_in(browser, display="popup")
    assert browser.shown.count("login") == 1


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(
    party: Party, browser: Browser
) -> None:
    party.sign_in(browser, extra="foobar")


def test_oidcc_ui_locales(party: Party, browser: Browser) -> None:
    """Northern Sami, which nobody here writes."""
    party.sign_in(browser, ui_locales="se")


def test_oidcc_claims_locales(party: Party, browser: Browser) -> None:
    party.sign_in(browser, claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(
    party: Party, browser: Browser, server: Server
) -> None:
    """All that we say we know: the one reached is among them."""
    known = server.metadata["acr_values_supported"]
    assert party.sign_in(browser, acr_values=" ".join(known)).claims["acr"] in known


def test_oidcc_ensure_post_request_succeeds(party: Party, browser: Browser, server: Server) -> None:
    """A form of the site's page, to an address without a query."""
    sent = party.request()
    given = party.authorized(sent, browser.post(server["authorization_endpoint"], sent), browser)
    party.userinfo(party.tokens(given))


def test_oidcc_server_client_secret_post(
    register: Register, browser: Browser, mode: str | None
) -> None:
    """Another client, whose credentials come in the form."""
    party = register(token_endpoint_auth_method="client_secret_post", first_party=mode is None)
    party.mode = mode
    party.sign_in(browser)


def test_oidcc_ensure_request_with_valid_pkce_succeeds(party: Party, browser: Browser) -> None:
    """S256; and the verifier is asked for: without the right one there is no token."""
    proving = replace(party, pkce=True)
    given = proving.authorize(browser)
    checks.error(proving.redeem(given, code_verifier="x" * 43), {"invalid_grant"}, {400})
    proving.userinfo(proving.tokens(given))
