"""What every module checks (the suite's AbstractOIDCCServerTest), whatever else it is about."""

import math
import re
from collections import Counter
from collections.abc import Set
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from idp import clock
from tests.conformance import jose
from tests.conformance.browser import Callback

YEAR = 365 * 24 * 3600
USER_INTERFACE = {
    *("login_required", "interaction_required", "account_selection_required", "consent_required"),
}
_ERROR = {"error", "error_description", "error_uri", "state", "session_state", "iss"}
_TOKEN = re.compile(r"[\x20-\x7e]+")  # RFC 6749 §A.12, §A.17
_SENTENCE = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §4.1.2.1
_BIRTHDATE = re.compile(r"(?:0000|1[89]\d\d|20\d\d)(?:-\d\d-\d\d)?")
_ID_TOKEN = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp"),
    *("at_hash", "c_hash", "nbf", "jti", "sid", "s_hash", "txn"),
}
# one check of the FAPI plan does not know it, and warns
KNOWN_WITHOUT_SID = _ID_TOKEN - {"sid"}


def configuration(metadata: dict[str, Any], jwks: dict[str, Any]) -> None:
    """What is fetched before anything else: addresses, and public keys only, each with its kid."""
    for name in ("issuer", "authorization_endpoint", "token_endpoint"):
        assert urlsplit(metadata[name]).scheme == "https", name
    kids = [key["kid"] for key in jwks["keys"]]
    assert kids
    assert len(set(kids)) == len(kids)
    assert all(jose.is_public(key) for key in jwks["keys"])


def answer(callback: Callback, sent: dict[str, str], issuer: str) -> dict[str, str]:
    """The members of an authorization response: in the place asked for, each once, state and iss.

    The query of the registered address is kept (CheckMatchingCallbackParameters).
    """
    own = dict(part.split("=") for part in urlsplit(sent["redirect_uri"]).query.split("&") if part)
    posted = sent.get("response_mode") == "form_post"
    assert callback.method == ("POST" if posted else "GET")
    assert callback.address.startswith(sent["redirect_uri"])
    pairs = list(callback.form) if posted else [p for p in callback.query if p[0] not in own]
    assert [pair for pair in callback.query if pair[0] in own] == list(own.items())
    if posted:
        assert callback.address == sent["redirect_uri"], "nothing is added to the address"
    told = dict(pairs)
    assert len(told) == len(pairs), pairs
    assert told.get("state") == sent.get("state")
    assert told["iss"] == issuer
    return told


def success(told: dict[str, str]) -> str:
    """The code: long, and random enough."""
    assert told.keys() <= {"code", "state", "iss"}, told
    code = told["code"]
    assert len(code) * 8 >= 128
    assert entropy(code) > 96
    return code


def refusal(told: dict[str, str], errors: set[str]) -> None:
    """One of these errors, said as RFC 6749 §4.1.2.1 says it, and no code."""
    assert told.keys() <= _ERROR, told
    assert told["error"] in errors, told
    assert _SENTENCE.fullmatch(told.get("error_description", "-"))


def tokens(response: TestResponse, token_type: str = "Bearer") -> dict[str, Any]:
    """A token response (RFC 6749 §5.1)."""
    told = document(response, 200)
    assert _TOKEN.fullmatch(told["access_token"])
    assert entropy(told["access_token"]) > 96
    assert told["token_type"].lower() == token_type.lower()
    assert type(told["expires_in"]) is int
    assert 0 < told["expires_in"] <= YEAR
    if "refresh_token" in told:
        assert _TOKEN.fullmatch(told["refresh_token"])
        assert entropy(told["refresh_token"]) > 96
    return told


def error(response: TestResponse, errors: set[str], statuses: set[int]) -> None:
    """An error of a machine endpoint (RFC 6749 §5.2): JSON, never kept."""
    assert response.status_code in statuses, (response.status, response.get_data(as_text=True))
    told = document(response, response.status_code)
    assert told["error"] in errors, told
    assert _SENTENCE.fullmatch(told.get("error_description", "-"))


def document(response: TestResponse, status: int) -> dict[str, Any]:
    """The JSON object of an answer that nobody may keep."""
    assert response.status_code == status, (response.status, response.get_data(as_text=True))
    assert response.mimetype == "application/json"
    assert "no-store" in response.headers["Cache-Control"]
    told = response.get_json()
    assert isinstance(told, dict)
    return told


def id_token(
    token: str,
    *,
    issuer: str,
    jwks: dict[str, Any],
    client_id: str,
    nonce: str | None,
    also: Set[str] = frozenset(),
) -> dict[str, Any]:
    """The claims, once everything that every module looks at is right.

    `also` are the names that were asked for by the claims parameter.
    """
    header, claims, now = jose.part(token, 0), jose.part(token, 1), clock.timestamp()
    [key] = [key for key in jwks["keys"] if key["kid"] == header["kid"]]
    assert jose.holds(token, key)
    assert claims["iss"] == issuer
    assert claims["aud"] in (client_id, [client_id])
    assert now < claims["exp"] < now + 50 * YEAR
    assert abs(claims["iat"] - now) <= 300
    assert type(claims["auth_time"]) is int
    assert now - YEAR < claims["auth_time"] <= now
    assert isinstance(claims["acr"], str)
    assert claims["acr"]
    assert claims["sub"]
    assert claims.get("nonce") == nonce, "an unsolicited nonce is as wrong as a missing one"
    assert claims.keys() <= _ID_TOKEN | also, "nothing that was not asked for"
    return claims


def at_hash(claims: dict[str, Any], access_token: str) -> None:
    """Right if it is there (OIDC Core §3.1.3.6)."""
    assert claims.get("at_hash") in (None, jose.half_digest(access_token))


def userinfo(told: dict[str, Any], sub: str) -> None:
    """Types of the standard claims (OIDC Core §5.1), and the person of the id_token."""
    assert told["sub"] == sub
    for name, value in told.items():
        if isinstance(value, str):
            assert value.strip(), name
            assert value != "null", name
    for name in ("email_verified", "phone_number_verified"):
        assert type(told.get(name, True)) is bool
    if "address" in told:
        assert isinstance(told["address"], dict)
        assert all(isinstance(value, str) for value in told["address"].values())
    if "birthdate" in told:
        assert _BIRTHDATE.fullmatch(told["birthdate"])
    assert type(told.get("updated_at", 0)) is int


def entropy(text: str) -> float:
    """Shannon's, in bits, of the text as it is: what the suite measures tokens by."""
    shares = [times / len(text) for times in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) * len(text)
