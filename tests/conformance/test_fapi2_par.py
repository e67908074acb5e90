"""FAPI 2.0: the PAR endpoint, who may use it, and how long its handle lives."""

import pytest

from idp import clock
from idp.clock import FrozenClock
from tests.conformance import checks
from tests.conformance.browser import Browser
from tests.conformance.fapi import HANDLE, Fapi
from tests.conformance.suite import Server

NO_CLIENT = {"invalid_client", "invalid_request"}


def nowhere(browser: Browser) -> bool:
    """[shot] A page of ours: who asked is not proved, so nothing goes anywhere."""
    return browser.page.status_code == 400 and browser.left_to is None


def test_fapi2_security_profile_final_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(  # noqa: E501
    fapi: Fapi, browser: Browser
) -> None:
    """A page that was only looked at has used nothing up."""
    sent = fapi.request()
    address = fapi.address(sent, fapi.pushed(sent))
    assert browser.visit(address, stay=True) is None
    fapi.told(fapi.tokens(fapi.authorized(sent, browser.visit(address), browser)))


def test_fapi2_security_profile_final_par_attempt_reuse_request_uri(
    fapi: Fapi, browser: Browser
) -> None:
    """[shot] After the answer it is gone."""
    sent = fapi.request()
    address = fapi.address(sent, fapi.pushed(sent))
    fapi.tokens(fapi.authorized(sent, browser.visit(address), browser))
    assert browser.visit(address, stay=True) is None
    assert nowhere(browser)


def test_fapi2_security_profile_final_par_attempt_to_use_expired_request_uri(
    fapi: Fapi, browser: Browser, at: FrozenClock
) -> None:
    """[shot] Right to the second that was promised."""
    sent = fapi.request()
    told = checks.document(fapi.push(sent), 201)
    at.advance(seconds=told["expires_in"])
    assert browser.visit(fapi.address(sent, told["request_uri"]), stay=True) is None
    assert nowhere(browser)


def test_fapi2_security_profile_final_par_attempt_to_use_request_uri_for_different_client(
    fapi: Fapi, fapi_second: Fapi, browser: Browser
) -> None:
    """[shot] The handle of one is nothing to the other; and its owner can use it still."""
    sent = fapi.request()
    handle = fapi.pushed(sent)
    assert browser.visit(fapi_second.address(fapi_second.request(), handle), stay=True) is None
    assert nowhere(browser)
    fapi.tokens(fapi.authorized(sent, browser.visit(fapi.address(sent, handle)), browser))


def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri_form_param(
    fapi: Fapi,
) -> None:
    sent = fapi.request(request_uri=f"{HANDLE}{'a' * 43}")
    checks.error(fapi.push(sent), {"invalid_request"}, {400})


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_fapi2_security_profile_final_par_attempt_invalid_http_method(
    server: Server, method: str
) -> None:
    answer = server.send(method, server["pushed_authorization_request_endpoint"])
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_fapi2_security_profile_final_par_ensure_pkce_required(fapi: Fapi) -> None:
    sent = fapi.request(code_challenge=None, code_challenge_method=None)
    checks.error(fapi.push(sent), {"invalid_request"}, {400})


def test_fapi2_security_profile_final_par_plain_pkce_rejected(fapi: Fapi) -> None:
    """Named, or by leaving the method out."""
    for method in ("plain", None):
        sent = fapi.request(code_challenge_method=method)
        checks.error(fapi.push(sent), {"invalid_request"}, {400})


def test_fapi2_security_profile_final_par_test_array_as_audience_fails(
    fapi: Fapi, server: Server
) -> None:
    """Even of one, and the right one."""
    wrong_audience(fapi, [server["issuer"]])
    wrong_audience(fapi, [server["issuer"], server["token_endpoint"]])


def test_fapi2_security_profile_final_par_test_par_endpoint_url_as_audience_fails(
    fapi: Fapi, server: Server
) -> None:
    wrong_audience(fapi, server["pushed_authorization_request_endpoint"])


def test_fapi2_security_profile_final_par_test_token_endpoint_url_as_audience_fails(
    fapi: Fapi, server: Server
) -> None:
    wrong_audience(fapi, server["token_endpoint"])


def wrong_audience(fapi: Fapi, audience: str | list[str]) -> None:
    """An assertion that another server could have been given (OA16)."""
    assertion = fapi.assertion(aud=audience)
    checks.error(fapi.push(fapi.request(), client_assertion=assertion), NO_CLIENT, {400, 401})


def ahead(fapi: Fapi, seconds: int) -> str:
    """An assertion of a clock that is fast."""
    now = clock.timestamp() + seconds
    return fapi.assertion(iat=now, nbf=now, exp=now + 60)


def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted(  # noqa: E501
    fapi: Fapi,
) -> None:
    answer = fapi.push(fapi.request(), client_assertion=ahead(fapi, 8))
    assert checks.document(answer, 201)["request_uri"]


def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_over_60_seconds_in_the_future_fails(  # noqa: E501
    fapi: Fapi,
) -> None:
    for seconds in (61, 75):
        answer = fapi.push(fapi.request(), client_assertion=ahead(fapi, seconds))
        checks.error(answer, NO_CLIENT, {400, 401})
