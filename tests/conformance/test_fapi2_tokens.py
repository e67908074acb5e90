"""FAPI 2.0: the token endpoint, for a client that is not who it says or comes without a proof."""

from collections.abc import Callable

from idp import clock
from idp.clock import FrozenClock
from tests.conformance import checks, jose
from tests.conformance.browser import Browser
from tests.conformance.fapi import Fapi
from tests.conformance.jose import Key

NO_CLIENT = {"invalid_client"}
UNPROVED = {"invalid_request", "invalid_grant", "invalid_dpop_proof"}


def test_fapi2_security_profile_final_ensure_client_id_in_token_endpoint(
    fapi: Fapi, fapi_second: Fapi, browser: Browser
) -> None:
    """The second client's name under the first one's key; then beside the first one's assertion."""
    given = fapi.authorize(browser)
    posing = fapi_second.assertion(key=fapi.key)
    answer = fapi.redeem(given, client_id=fapi_second.id, client_assertion=posing)
    checks.error(answer, NO_CLIENT | {"invalid_grant"}, {400, 401})
    answer = fapi.redeem(given, client_id=fapi_second.id)
    checks.error(answer, NO_CLIENT | {"invalid_grant", "invalid_request"}, {400, 401})


def test_fapi2_security_profile_final_ensure_holder_of_key_required(
    fapi: Fapi, browser: Browser
) -> None:
    """Everything but a proof. (Which TLS is spoken is for whoever runs the issuer.)"""
    checks.error(fapi.redeem(fapi.authorize(browser), proof=False), UNPROVED, {400})


def test_fapi2_security_profile_final_ensure_authorization_code_is_bound_to_client(
    fapi: Fapi, fapi_second: Fapi, browser: Browser
) -> None:
    """A good assertion of the second client, the code of the first."""
    given = fapi.authorize(browser)
    checks.error(fapi_second.redeem(given), {"invalid_grant"}, {400})
    fapi.tokens(given)


def test_fapi2_security_profile_final_attempt_reuse_authorization_code_after_one_second(
    fapi: Fapi, browser: Browser, at: FrozenClock
) -> None:
    """And the token of the first use ends."""
    given = fapi.authorize(browser)
    tokens = fapi.tokens(given)
    at.advance(seconds=1)
    checks.error(fapi.redeem(given), {"invalid_grant"}, {400})
    assert fapi.resource(tokens).status_code == 401


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_expired_auth_code(
    fapi: Fapi, browser: Browser, at: FrozenClock
) -> None:
    given = fapi.authorize(browser)
    at.advance(seconds=62)
    checks.error(fapi.redeem(given), {"invalid_grant"}, {400})


def test_fapi2_security_profile_final_ensure_signed_client_assertion_with_RS256_fails(  # noqa: N802
    fapi_register: Callable[[Key], Fapi], browser: Browser
) -> None:
    """The right key, under the padding of old."""
    fapi = fapi_register(jose.rsa_key())
    given = fapi.authorize(browser)
    answer = fapi.redeem(given, client_assertion=fapi.assertion(alg="RS256"))
    checks.error(answer, NO_CLIENT, {400, 401})
    fapi.told(fapi.tokens(given))


def test_fapi2_security_profile_final_ensure_client_assertion_in_token_endpoint(
    fapi: Fapi, browser: Browser
) -> None:
    """Without one it is nobody."""
    given = fapi.authorize(browser)
    answer = fapi.redeem(given, client_assertion=None, client_assertion_type=None)
    checks.error(answer, NO_CLIENT, {400, 401})


def test_fapi2_security_profile_final_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(
    fapi: Fapi, browser: Browser
) -> None:
    now = clock.timestamp()
    old = fapi.assertion(exp=now - 300, iat=now - 360, nbf=now - 360)
    odd_assertion(fapi, browser, old)


def test_fapi2_security_profile_final_ensure_client_assertion_with_wrong_aud_fails(
    fapi: Fapi, browser: Browser
) -> None:
    odd_assertion(fapi, browser, fapi.assertion(aud="https://ailleurs.exemple.test"))


def test_fapi2_security_profile_final_ensure_client_assertion_with_no_sub_fails(
    fapi: Fapi, browser: Browser
) -> None:
    odd_assertion(fapi, browser, fapi.assertion(sub=None))


def odd_assertion(fapi: Fapi, browser: Browser, assertion: str) -> None:
    """Refused; and the same code is good for a right one."""
    given = fapi.authorize(browser)
    answer = fapi.redeem(given, client_assertion=assertion)
    checks.error(answer, NO_CLIENT | {"invalid_request"}, {400, 401})
    fapi.tokens(given)


def test_a_header_may_say_more_than_we_know(fapi: Fapi, browser: Browser) -> None:
    """RFC 7515 §4: passed over, unless it would change what the signature means."""
    given = fapi.authorize(browser)
    claims = jose.part(fapi.assertion(), 1)
    for more, statuses in (({"crit": ["x"], "x": 1}, {400, 401}), ({"x": 1}, {200})):
        header = {"alg": fapi.key.alg, "kid": fapi.key.thumbprint, **more}
        answer = fapi.redeem(given, client_assertion=fapi.key.sign(header, claims))
        assert answer.status_code in statuses, more


def test_fapi2_security_profile_final_ensure_pkce_code_verifier_required(
    fapi: Fapi, browser: Browser
) -> None:
    answer = fapi.redeem(fapi.authorize(browser), code_verifier=None)
    checks.error(answer, {"invalid_grant"}, {400})


def test_fapi2_security_profile_final_incorrect_pkce_code_verifier_rejected(
    fapi: Fapi, browser: Browser
) -> None:
    answer = fapi.redeem(fapi.authorize(browser), code_verifier="x" * 64)
    checks.error(answer, {"invalid_grant"}, {400})
