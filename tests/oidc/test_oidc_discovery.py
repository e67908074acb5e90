"""OIDC Discovery §3, RFC 8414, RFC 7517: what the issuer says of itself, and that it is true."""

import json

import pytest
from authlib.oauth2 import rfc9207
from authlib.oidc import rpinitiated
from authlib.oidc.discovery import OpenIDProviderMetadata

from idp.accounts.assurance import ACR_VALUES
from idp.oidc import discovery
from idp.oidc.endpoints import ENDPOINTS
from idp.oidc.token import GRANTS
from tests.oidc.world import ONE_ENGINE, Person, Site, World, body, claims_of, header

pytestmark = ONE_ENGINE

WELL_KNOWN = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
# registered with IANA or by OpenID; others would be warned of by certification
KNOWN = {
    *OpenIDProviderMetadata.REGISTRY_KEYS,
    *rfc9207.AuthorizationServerMetadata.REGISTRY_KEYS,
    "userinfo_endpoint",
    "end_session_endpoint",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "code_challenge_methods_supported",
    "prompt_values_supported",
    "dpop_signing_alg_values_supported",  # RFC 9449 §5.1
    *("pushed_authorization_request_endpoint", "require_pushed_authorization_requests"),  # RFC 9126
    *(
        f"{endpoint}_endpoint{what}"
        for endpoint in ("introspection", "revocation")  # RFC 8414 §2
        for what in ("", "_auth_methods_supported", "_auth_signing_alg_values_supported")
    ),
}
BUILT_LATER = {"registration_endpoint"}


def test_authlib_finds_it_valid(world: World) -> None:
    """RFC 8414 wants https; a developer's issuer is on http, so https is tried here."""
    text = json.dumps(discovery.document(world.issuer))
    metadata = OpenIDProviderMetadata(json.loads(text.replace("http://", "https://")))
    metadata.validate(
        metadata_classes=[
            rpinitiated.OpenIDProviderMetadata,
            rfc9207.AuthorizationServerMetadata,
        ]
    )


def test_only_known_names_and_only_what_is_built(world: World) -> None:
    document = discovery.document(world.issuer)
    assert document.keys() <= KNOWN
    assert not document.keys() & BUILT_LATER


@pytest.mark.parametrize("path", WELL_KNOWN)
def test_both_well_known_names_serve_it(world: World, path: str) -> None:
    answer = world.send("GET", path)
    assert answer.status == 200
    assert header(answer, "Content-Type") == "application/json"
    assert header(answer, "Cache-Control") == "public, max-age=300"
    assert body(answer) == discovery.document(world.issuer)


def test_what_it_says(world: World) -> None:
    document = discovery.document(world.issuer)
    assert document["issuer"] == "http://localhost:8000"
    assert document["response_types_supported"] == ["code"]
    assert document["response_modes_supported"] == ["query", "form_post"]
    assert set(document["grant_types_supported"]) == set(GRANTS)
    methods = document["token_endpoint_auth_methods_supported"]
    assert document["revocation_endpoint_auth_methods_supported"] == methods
    assert {*document["introspection_endpoint_auth_methods_supported"], "none"} == set(methods)
    assert "private_key_jwt" in methods
    for endpoint in ("token", "introspection", "revocation"):
        algs = document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert algs == ["ES256", "PS256", "RS256"]
    assert document["dpop_signing_alg_values_supported"] == ["ES256", "PS256"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256", "PS256", "ES256"]
    assert document["acr_values_supported"] == list(ACR_VALUES)
    assert document["acr_values_supported"][0] == "eidas0"
    assert document["ui_locales_supported"] == ["fr-FR"]
    assert set(document["subject_types_supported"]) == {"pairwise", "public"}
    assert document["claims_parameter_supported"] is True
    for name in ("request", "request_uri"):
        assert document[f"{name}_parameter_supported"] is False
    assert document["end_session_endpoint"].endswith("/deconnexion")


def test_every_endpoint_it_names_is_served(world: World) -> None:
    document = discovery.document(world.issuer)
    pages = {"authorization_endpoint", "end_session_endpoint"}
    named = {name for name in document if name.endswith(("_endpoint", "_uri"))} - pages
    ours = {document[name] for name in named}
    assert len(ours) == 6, named
    assert {url.removeprefix(world.issuer.address) for url in ours} <= set(ENDPOINTS)


def test_every_claim_we_give_is_named(world: World, site: Site, person: Person) -> None:
    given = world.tokens(site, person)
    claims = {*claims_of(given["id_token"]), *body(world.userinfo(given["access_token"]))}
    assert claims <= set(discovery.document(world.issuer)["claims_supported"])


def test_ke3_the_keys_are_public(world: World) -> None:
    answer = world.send("GET", "/jwks.json")
    assert header(answer, "Cache-Control") == "public, max-age=50"
    published = body(answer)["keys"]
    members = {"RSA": {"n", "e"}, "EC": {"crv", "x", "y"}}
    for key in published:
        assert key.keys() == {"kty", "kid", "use", "alg"} | members[key["kty"]]
    assert {key["use"] for key in published} == {"sig"}
    assert [key["alg"] for key in published] == ["RS256", "PS256", "ES256"]
