"""Config, and the discovery modules of both logout plans: what the metadata may and must say."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.conformance.browser import ISSUER
from tests.conformance.suite import Server

WELL_KNOWN = f"{ISSUER}/.well-known/openid-configuration"
# RFC 8414 §2, RFC 8628 apart; what a certification takes for a mistake is any other name
FLAGS = {
    *("claims_parameter_supported", "request_parameter_supported"),
    *("request_uri_parameter_supported", "require_request_uri_registration"),
    *("authorization_response_iss_parameter_supported", "backchannel_logout_supported"),
    *("backchannel_logout_session_supported", "frontchannel_logout_supported"),
    *("frontchannel_logout_session_supported", "require_pushed_authorization_requests"),
    *("tls_client_certificate_bound_access_tokens", "require_signed_request_object"),
}
ADDRESSES = {
    *("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"),
    *("registration_endpoint", "introspection_endpoint", "revocation_endpoint"),
    *("end_session_endpoint", "pushed_authorization_request_endpoint"),
    *("service_documentation", "op_policy_uri", "op_tos_uri"),
}
LISTS = {
    *("scopes_supported", "response_types_supported", "response_modes_supported"),
    *("grant_types_supported", "acr_values_supported", "subject_types_supported"),
    *("id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported"),
    *("request_object_signing_alg_values_supported", "token_endpoint_auth_methods_supported"),
    *("token_endpoint_auth_signing_alg_values_supported", "display_values_supported"),
    *("claim_types_supported", "claims_supported", "claims_locales_supported"),
    *("ui_locales_supported", "prompt_values_supported", "code_challenge_methods_supported"),
    *("introspection_endpoint_auth_methods_supported", "dpop_signing_alg_values_supported"),
    *("introspection_endpoint_auth_signing_alg_values_supported", "protected_resources"),
    *("revocation_endpoint_auth_methods_supported",),
    *("revocation_endpoint_auth_signing_alg_values_supported",),
}
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §3.3
LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2}|-[0-9]{3})?")  # RFC 5646 §2.1.1


def sound(metadata: dict[str, Any]) -> None:
    """Known names only, each of its type; https wherever something is called."""
    assert metadata.keys() <= FLAGS | ADDRESSES | LISTS, metadata.keys()
    for name, value in metadata.items():
        if name in FLAGS:
            assert type(value) is bool, name
        elif name in LISTS:
            assert value, name
            assert all(isinstance(item, str) for item in value), name
            assert len(set(value)) == len(value), name
        else:
            assert urlsplit(value).scheme == "https", name


def test_oidcc_discovery_endpoint_verification(server: Server) -> None:
    answer = server.get(WELL_KNOWN)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    told = answer.get_json()
    sound(told)
    issuer = urlsplit(told["issuer"])
    assert told["issuer"] == WELL_KNOWN.removesuffix("/.well-known/openid-configuration")
    assert (issuer.query, issuer.fragment, issuer.username) == ("", "", None)
    assert "code" in told["response_types_supported"]
    assert set(told["subject_types_supported"]) & {"public", "pairwise"}
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert "RS256" in told["request_object_signing_alg_values_supported"]
    assert "openid" in told["scopes_supported"]
    assert all(SCOPE.fullmatch(scope) for scope in told["scopes_supported"])
    assert all(LOCALE.fullmatch(tag) for tag in told["ui_locales_supported"])
    for name in ("claims_supported", "code_challenge_methods_supported", "userinfo_endpoint"):
        assert name in told


def test_what_the_metadata_offers_is_offered_on_purpose(server: Server) -> None:
    """What decides which modules run, and what sites would take for granted if it were left out."""
    told = server.metadata
    assert told["request_parameter_supported"] is False
    assert told["request_uri_parameter_supported"] is False
    assert "none" not in told["request_object_signing_alg_values_supported"]
    assert told["claims_parameter_supported"] is True
    assert told["authorization_response_iss_parameter_supported"] is True
    assert set(told["response_modes_supported"]) == {"query", "form_post"}
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "none" not in told["id_token_signing_alg_values_supported"]
    assert {"client_secret_basic", "client_secret_post", "private_key_jwt"} <= set(
        told["token_endpoint_auth_methods_supported"]
    )


def test_both_well_known_names_tell_the_same(server: Server) -> None:
    """RFC 8414 §5."""
    other = server.get(f"{ISSUER}/.well-known/oauth-authorization-server")
    assert other.get_json() == server.metadata


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(server: Server) -> None:
    sound(server.metadata)
    assert server["end_session_endpoint"].startswith("https://")


def test_oidcc_backchannel_logout_discovery_endpoint_verification(server: Server) -> None:
    sound(server.metadata)
    assert server.metadata["backchannel_logout_supported"] is True
    assert server.metadata["backchannel_logout_session_supported"] is True
    assert server["end_session_endpoint"].startswith("https://")
