"""FAPI 2.0: what the metadata says, and the flows that must succeed."""

import json
from typing import Any

import pytest

from idp.clock import FrozenClock
from tests.conformance import checks
from tests.conformance.browser import ISSUER, Browser
from tests.conformance.fapi import ALGORITHMS, Fapi
from tests.conformance.suite import Server
from tests.conformance.test_oidcc_discovery import sound

STANDARD = {
    *("name", "given_name", "family_name", "birthdate", "email", "email_verified"),
    *("address", "phone_number", "phone_number_verified"),
}


def test_fapi2_security_profile_final_discovery_end_point_verification(server: Server) -> None:
    told = server.metadata
    sound(told)
    assert told["issuer"] == ISSUER
    assert "private_key_jwt" in told["token_endpoint_auth_methods_supported"]
    assert "S256" in told["code_challenge_methods_supported"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert "code" in told["response_types_supported"]
    assert server["pushed_authorization_request_endpoint"].startswith("https://")
    for name in (
        "dpop_signing_alg_values_supported",
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
    ):
        assert set(told[name]) & ALGORITHMS, name
    assert "RS256" not in told["dpop_signing_alg_values_supported"]
    assert told.get("require_pushed_authorization_requests", False) in (False, True)


def test_fapi2_security_profile_final_happy_flow(
    fapi: Fapi, fapi_second: Fapi, browser: Browser, server: Server
) -> None:
    """Two clients; the second names the key beforehand. Neither proof opens the other's token."""
    first = fapi.sign_in(browser, state="-._~" + "aB3" * 41 + "z")
    jkt = fapi_second.proves.thumbprint
    second = fapi_second.sign_in(browser, nonce="n" * 43, dpop_jkt=jkt)
    in_query = f"{server['userinfo_endpoint']}?access_token={first.access}"
    assert 400 <= server.get(in_query).status_code < 500
    more = {"Accept": "application/json;charset=UTF-8", "X-Fapi-Customer-Ip-Address": "2001:db8::1"}
    assert fapi.resource(first, **more).status_code == 200
    assert (
        fapi.resource(first, Accept="application/json, application/*+json, */*").status_code == 200
    )
    assert 400 <= fapi.resource(second).status_code < 500


def test_fapi2_security_profile_final_user_rejects_authentication(
    fapi: Fapi, browser: Browser, server: Server
) -> None:
    """The button that says no leads home."""
    sent = fapi.request()
    assert browser.visit(fapi.address(sent, fapi.pushed(sent)), stay=True) is None
    callback = browser.press("Annuler")
    assert callback is not None, browser.text
    checks.refusal(checks.answer(callback, sent, server["issuer"]), {"access_denied"})


def test_fapi2_security_profile_final_ensure_authorization_request_without_state_success(
    fapi: Fapi, browser: Browser
) -> None:
    fapi.sign_in(browser, state=None)


def test_fapi2_security_profile_final_ensure_authorization_request_without_nonce_success(
    fapi: Fapi, browser: Browser
) -> None:
    assert "nonce" not in fapi.sign_in(browser, nonce=None).claims


def test_fapi2_security_profile_final_ensure_authorization_request_with_64_char_nonce_success(
    fapi: Fapi, browser: Browser
) -> None:
    nonce = "aB3-" * 16
    assert fapi.sign_in(browser, nonce=nonce).claims["nonce"] == nonce


def test_fapi2_security_profile_final_ensure_other_scope_order_succeeds(
    fapi: Fapi, browser: Browser
) -> None:
    fapi.sign_in(browser, scope="email openid")


def test_fapi2_security_profile_final_test_claims_parameter_identity_claims(
    fapi: Fapi, browser: Browser, server: Server
) -> None:
    """Every standard claim that is offered, asked in several ways, comes in one place or both;
    unknown ones are passed over, and nothing comes that was not asked for, but `sid`."""
    assert server.metadata["claims_parameter_supported"] is True
    offered = sorted(STANDARD & set(server.metadata["claims_supported"]))
    assert offered
    ways: tuple[Any, ...] = (None, {"essential": True}, {"essential": False})
    asked = {name: ways[at % len(ways)] for at, name in enumerate(offered)}
    unknown = {"x-a1b2c3": None, "x-d4e5f6": {"essential": True, "value": "x"}}
    claims = json.dumps({"userinfo": asked | unknown, "id_token": asked | unknown})
    given = fapi.authorize(browser, claims=claims)
    told = checks.tokens(fapi.redeem(given), "DPoP")
    tokens = fapi.checked(told, given.sent["nonce"], also=set(offered))
    userinfo = fapi.told(tokens)
    assert tokens.claims.keys() - set(offered) - checks.KNOWN_WITHOUT_SID == {"sid"}
    assert userinfo.keys() <= {"sub", *offered}
    assert userinfo.keys() | tokens.claims.keys() >= set(offered)


@pytest.mark.parametrize("scheme", ["dPoP", "DPOP", "dpop"])
def test_fapi2_security_profile_final_access_token_type_header_case_sensitivity(
    fapi: Fapi, browser: Browser, scheme: str
) -> None:
    """RFC 9110 §11.1."""
    tokens = fapi.tokens(fapi.authorize(browser))
    assert fapi.resource(tokens, scheme=scheme).status_code == 200


def test_fapi2_security_profile_final_par_without_duplicate_parameters(
    fapi: Fapi, browser: Browser, server: Server
) -> None:
    """Nothing in the address but the handle and the client."""
    sent = fapi.request()
    bare = f"?client_id={fapi.id}&request_uri={fapi.pushed(sent)}"
    callback = browser.visit(server["authorization_endpoint"] + bare)
    fapi.told(fapi.tokens(fapi.authorized(sent, callback, browser)))


def test_fapi2_security_profile_final_refresh_token(
    fapi: Fapi, fapi_second: Fapi, browser: Browser, server: Server, at: FrozenClock
) -> None:
    """Not rotated: the one that was used works on. It takes the client, and a proof."""
    assert "refresh_token" in server.metadata["grant_types_supported"]
    held = [refreshed(one, browser, at) for one in (fapi, fapi_second)]
    mute = fapi.refresh(held[0], client_assertion=None, client_assertion_type=None)
    checks.error(mute, {"invalid_client"}, {400, 401})
    wants_proof = {"invalid_dpop_proof", "invalid_request", "invalid_grant"}
    checks.error(fapi.refresh(held[0], proof=False), wants_proof, {400})
    checks.error(fapi.refresh(held[1]), {"invalid_grant"}, {400})


def refreshed(fapi: Fapi, browser: Browser, at: FrozenClock) -> str:
    """The refresh token, after it has been used twice, 30 seconds apart."""
    first = fapi.sign_in(browser, scope="openid offline_access", prompt="consent")
    assert first.refresh is not None
    for _ in range(2):
        at.advance(seconds=30)
        after = fapi.checked(checks.tokens(fapi.refresh(first.refresh), "DPoP"))
        assert after.refresh in (None, first.refresh)
        for name in ("iss", "sub", "aud", "azp", "auth_time"):
            assert after.claims.get(name) == first.claims.get(name), name
        assert after.claims["iat"] > first.claims["iat"]
        fapi.told(after)
    return first.refresh
