"""FAPI 2.0: what is pushed counts, and nothing that the address says beside it."""

from tests.conformance import checks
from tests.conformance.browser import Browser
from tests.conformance.fapi import Fapi
from tests.conformance.suite import Party, Server

REFUSED = {"invalid_request"}
ODD_TYPE = {"invalid_request", "unsupported_response_type", "unauthorized_client"}


def test_fapi2_security_profile_final_ensure_different_nonce_inside_and_outside_request_object(
    fapi: Fapi, browser: Browser
) -> None:
    """The id_token has the pushed one."""
    beside(fapi, browser, nonce="outside")


def test_fapi2_security_profile_final_ensure_different_state_inside_and_outside_request_object(
    fapi: Fapi, browser: Browser
) -> None:
    beside(fapi, browser, state="outside")


def beside(fapi: Fapi, browser: Browser, **outside: str) -> None:
    """The address says otherwise: what was pushed comes back."""
    sent = fapi.request()
    callback = browser.visit(fapi.address(sent, fapi.pushed(sent), **outside))
    fapi.told(fapi.tokens(fapi.authorized(sent, callback, browser)))


def test_fapi2_security_profile_final_state_only_outside_request_object_not_used(
    fapi: Fapi, browser: Browser
) -> None:
    """None was pushed: none comes back."""
    sent = fapi.request(state=None)
    callback = browser.visit(fapi.address(sent, fapi.pushed(sent), state="outside"))
    fapi.told(fapi.tokens(fapi.authorized(sent, callback, browser)))


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_nonce(
    fapi: Fapi, browser: Browser
) -> None:
    """384 characters, none lost."""
    nonce = "aB3-" * 96
    assert fapi.sign_in(browser, nonce=nonce).claims["nonce"] == nonce


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_state(
    fapi: Fapi, browser: Browser
) -> None:
    """1000 characters, none lost."""
    fapi.sign_in(browser, state="aB3-" * 250)


def test_fapi2_security_profile_final_ensure_request_object_without_redirect_uri_fails(
    fapi: Fapi,
) -> None:
    checks.error(fapi.push(fapi.request(redirect_uri=None)), REFUSED, {400})


def test_fapi2_security_profile_final_ensure_redirect_uri_in_authorization_request(
    fapi: Fapi,
) -> None:
    """An empty one is a missing one (RFC 6749 §3.1)."""
    for redirect_uri in (None, ""):
        checks.error(fapi.push(fapi.request(redirect_uri=redirect_uri)), REFUSED, {400})


def test_fapi2_security_profile_final_plain_fapi_tolerate_unregistered_redirect_uri(
    fapi: Fapi,
) -> None:
    """RFC 9126 §2.4 would allow it; it is refused where it is pushed."""
    unregistered = f"{fapi.redirect_uri}/random"
    checks.error(fapi.push(fapi.request(redirect_uri=unregistered)), REFUSED, {400})


def test_fapi2_security_profile_final_ensure_unsigned_authorization_request_without_using_par_fails(
    fapi: Fapi, browser: Browser, server: Server
) -> None:
    """The client and its address are known good: the site is told."""
    plain = Party(server, fapi.id, "", redirect_uri=fapi.redirect_uri, pkce=True)
    plain.refused(browser, REFUSED)


def test_fapi2_security_profile_final_ensure_response_type_code_idtoken_fails(fapi: Fapi) -> None:
    checks.error(fapi.push(fapi.request(response_type="code id_token")), ODD_TYPE, {400})


def test_fapi2_security_profile_final_ensure_response_type_token_fails(fapi: Fapi) -> None:
    checks.error(fapi.push(fapi.request(response_type="token")), ODD_TYPE, {400})
