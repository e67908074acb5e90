"""The one validator of client metadata (CL1, OA1): corpora as data, each refusal for its reason."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.oidc import client_uris
from idp.oidc.client_metadata import InvalidMetadataError, validated
from tests.oidc import native_uri_corpus as native
from tests.oidc.client_fields_corpus import APP, BAD_FIELDS, FAPI2, GOOD_FIELDS, MACHINE
from tests.oidc.client_metadata_corpus import BAD, GOOD, GOOD_IN_DEVELOPMENT


def site(**fields: Any) -> dict[str, Any]:
    """Metadata that is accepted as it stands, with `fields` on top."""
    return {
        "client_name": "Site de démonstration",
        "redirect_uris": ["https://site.example/cb"],
        **fields,
    }


def refused(metadata: dict[str, Any], *, development: bool = False) -> InvalidMetadataError:
    with pytest.raises(InvalidMetadataError) as caught:
        validated(metadata, development=development)
    return caught.value


@pytest.mark.parametrize("uri", GOOD)
@pytest.mark.parametrize("development", [True, False])
def test_oa1_a_good_address_is_kept_byte_for_byte(uri: str, development: bool) -> None:
    full = validated(site(redirect_uris=[uri]), development=development)
    assert full["redirect_uris"] == [uri]


@pytest.mark.parametrize("uri", GOOD_IN_DEVELOPMENT)
def test_oa1_this_machine_is_an_address_in_development_only(uri: str) -> None:
    assert validated(site(redirect_uris=[uri]), development=True)["redirect_uris"] == [uri]
    assert "this machine" in refused(site(redirect_uris=[uri])).sentence


@pytest.mark.parametrize(("uri", "reason"), BAD)
@pytest.mark.parametrize("development", [True, False])
def test_cl1_a_bad_address_is_refused_for_its_reason(
    uri: str, reason: str, development: bool
) -> None:
    problem = client_uris.problem(uri, development=development)
    assert problem is not None
    assert reason in problem


@pytest.mark.parametrize("field", ["redirect_uris", "post_logout_redirect_uris"])
def test_cl1_every_address_of_a_list_is_looked_at(field: str) -> None:
    error = refused(site(**{field: ["https://site.example/a", "https://site.example/b#c"]}))
    assert error.field == field
    assert "fragment" in error.sentence


def test_cl1_the_start_address_follows_the_same_rules() -> None:
    error = refused(site(initiate_login_uri="http://site.example/start"))
    assert (error.field, "uses http" in error.sentence) == ("initiate_login_uri", True)
    uri = "https://site.example/start"
    full = validated(site(initiate_login_uri=uri), development=False)
    assert full["initiate_login_uri"] == uri


def test_a_refused_address_cannot_write_to_the_terminal() -> None:
    error = refused(site(redirect_uris=["https://site.example/\x1b[2J\u202e"]))
    assert str(error).isascii()
    assert str(error).isprintable()


@given(
    st.text(alphabet="https:/.localhost[]1@#?%2eE\\*;\t\u00e9", max_size=40).map(
        lambda tail: f"https://{tail}"
    )
)
def test_whatever_is_accepted_has_one_reading(uri: str) -> None:
    if client_uris.problem(uri, development=False) is None:
        parts = urlsplit(uri)
        assert parts.geturl() == uri
        assert uri.startswith(f"https://{parts.hostname}")
        assert client_uris.sector_of(uri) == parts.hostname


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(uri: str) -> None:
    assert client_uris.problem(uri, development=True) != ""


@given(st.text(alphabet="comhttps:/.localhost[]127.0.1@#?%2eE\\*;\t\u00e9-", max_size=40))
def test_whatever_an_app_may_register_has_a_sector_that_is_a_host(uri: str) -> None:
    if client_uris.native_problem(uri, development=False) is None:
        sector = client_uris.sector_of(uri)
        here = client_uris.is_loopback(uri)
        assert here or client_uris.sector_problem(sector, development=False) is None
        assert uri.partition(":")[0] in {"https", "http"} or "." in uri.partition(":")[0]


@pytest.mark.parametrize(("field", "fields"), BAD_FIELDS)
def test_cl1_a_bad_field_is_refused_by_name(field: str, fields: dict[str, Any]) -> None:
    assert refused(site(**fields)).field == field


@pytest.mark.parametrize("fields", GOOD_FIELDS.values(), ids=GOOD_FIELDS)
@pytest.mark.parametrize("development", [True, False])
def test_cl1_a_good_field_is_kept(fields: dict[str, Any], development: bool) -> None:
    """And what was accepted once is accepted as it then stands, as an update does."""
    full = validated(site(**fields), development=development)
    given = {name: value for name, value in fields.items() if value is not None}
    assert {name: full[name] for name in given} == given
    assert validated(full, development=development) == full


@pytest.mark.parametrize(("uri", "sector"), native.GOOD)
def test_oa1_an_app_has_a_scheme_of_its_own(uri: str, sector: str) -> None:
    """RFC 8252 §7.1, §7.2."""
    full = validated(site(**{**APP, "redirect_uris": [uri]}), development=False)
    assert (full["redirect_uris"], full["sector_identifier"]) == ([uri], sector)


@pytest.mark.parametrize("uri", native.ON_LOOPBACK)
def test_oa1_an_app_listens_on_loopback(uri: str) -> None:
    """RFC 8252 §7.3: in production too; the sector is another address's, or said."""
    for fields in ({"sector_identifier": "app.example"}, {"redirect_uris": ["com.example:/", uri]}):
        full = validated(site(**{**APP, "redirect_uris": [uri], **fields}), development=False)
        assert uri in full["redirect_uris"]
        assert full["sector_identifier"] in {"app.example", "example.com"}


@pytest.mark.parametrize(("uri", "reason"), native.BAD)
def test_cl1_an_app_is_answered_nowhere_else(uri: str, reason: str) -> None:
    problem = client_uris.native_problem(uri, development=False)
    assert problem is not None
    assert reason in problem


def test_what_fapi2_forces_need_not_be_said() -> None:
    full = validated(site(**FAPI2), development=False)
    assert full["token_endpoint_auth_method"] == "private_key_jwt"
    assert full["dpop_bound_access_tokens"] is True
    assert full["require_pushed_authorization_requests"] is True
    assert full["id_token_signed_response_alg"] == "ES256"


def test_a_machine_has_nobody_to_sign_in() -> None:
    full = validated(site(**MACHINE), development=False)
    assert (full["redirect_uris"], full["response_types"], full["scope"]) == ([], [], "")
    assert full["sector_identifier"] == "api.site.example"


def test_an_api_on_this_machine_is_for_development() -> None:
    here = site(resource=["http://127.0.0.1:9000/"])
    assert validated(here, development=True)["resource"] == ["http://127.0.0.1:9000/"]
    assert refused(here).field == "resource"


@pytest.mark.parametrize(
    "name", ["E", "Espace personnel", "L’œuvre d'été & Cie (test), n°1: a/b+c!", "Site-2.0"]
)
def test_names_that_french_sites_have(name: str) -> None:
    assert validated(site(client_name=name), development=False)["client_name"] == name


def test_defaults_are_the_strict_ones() -> None:
    full = validated(site(), development=False)
    assert full == {
        **site(),
        "post_logout_redirect_uris": [],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "scope": "openid",
        "token_endpoint_auth_method": "client_secret_basic",
        "subject_type": "pairwise",
        "sector_identifier": "site.example",
        "step_up": "always",
        "first_party": False,
        "backchannel_logout_session_required": False,
        "application_type": "web",
        "id_token_signed_response_alg": "RS256",
        "dpop_bound_access_tokens": False,
        "require_pushed_authorization_requests": False,
        "require_pkce": True,
        "resource": [],
        "contacts": [],
    }


def test_a_site_that_refreshes_gets_the_grant_with_the_scope() -> None:
    full = validated(site(scope="openid offline_access"), development=False)
    assert full["grant_types"] == ["authorization_code", "refresh_token"]


def test_pairwise_on_several_hosts_needs_a_sector() -> None:
    uris = ["https://a.example/cb", "https://b.example/cb"]
    assert refused(site(redirect_uris=uris)).field == "sector_identifier"
    named = validated(site(redirect_uris=uris, sector_identifier="a.example"), development=False)
    assert named["sector_identifier"] == "a.example"
    public = validated(site(redirect_uris=uris, subject_type="public"), development=False)
    assert public["sector_identifier"] == "a.example"


@pytest.mark.parametrize(
    ("uri", "sector"),
    [
        ("https://site.example:8443/cb", "site.example"),
        ("http://localhost:8001/cb", "localhost:8001"),
        ("http://localhost/cb", "localhost"),
        ("http://[::1]:8001/cb", "[::1]:8001"),
        ("https://127.0.0.1:8443/cb", "127.0.0.1:8443"),
    ],
)
def test_local_sites_are_told_apart_by_their_port(uri: str, sector: str) -> None:
    full = validated(site(redirect_uris=[uri]), development=True)
    assert full["sector_identifier"] == sector
    again = validated(site(redirect_uris=[uri], sector_identifier=sector), development=True)
    assert again["sector_identifier"] == sector
