"""The API of docs/integrate.md: whom it believes, and whom it must not."""

import sys
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.integrate.guide import Reader
from tests.integrate.serving import serving

pytestmark = pytest.mark.slow
_SECONDS = 20


@pytest.fixture
def api(reader: Reader) -> Iterator[Reader]:
    reader.register("api/create")
    reader.save("api/app.py")
    flask = [sys.executable, "-m", "flask", "--app", "app", "run", "--port", str(reader.port)]
    with serving(reader, *flask, "--host", "localhost"):
        yield reader


def _proof(key: ECKey, method: str, url: str, token: str = "", **changes: Any) -> str:
    """RFC 9449 §4.2."""
    digest = urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
    claims = {"jti": uuid.uuid4().hex, "htm": method, "htu": url, "iat": int(_now())}
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, {**claims, **({"ath": digest} if token else {}), **changes}, key)


def _now() -> float:
    return time.time()


def _token(api: Reader, resource: str = "", **headers: str) -> str:
    answer = requests.post(
        f"{api.stack.idp}/token",
        {"grant_type": "client_credentials", "resource": resource or f"{api.site}/records"},
        auth=(api.registered["client_id"], api.registered["client_secret"]),
        headers=headers,
        timeout=_SECONDS,
    )
    assert answer.ok, answer.text
    token: str = answer.json()["access_token"]
    return token


def _status(api: Reader, scheme: str, token: str, **headers: str) -> int:
    sent = {"Authorization": f"{scheme} {token}", **headers}
    return requests.get(f"{api.site}/records", headers=sent, timeout=_SECONDS).status_code


def test_api(api: Reader) -> None:
    assert api.sh("api/call") == f'{{"caller":"{api.registered["client_id"]}"}}\n'


def test_api_refuses_what_is_not_for_it(api: Reader) -> None:
    token = _token(api)
    assert _status(api, "Bearer", token) == 200
    assert _status(api, "DPoP", token) == 401
    assert _status(api, "Bearer", token[:-4] + "AAAA") == 401
    assert _status(api, "Bearer", "") == 401
    head, body, _ = token.split(".")
    assert _status(api, "Bearer", f"{head}.{body}.") == 401


def test_api_refuses_a_token_for_another_api(api: Reader) -> None:
    other = "https://other.example.com/"
    resources = [f"{api.site}/records", other]
    api.stack.change(api.registered["client_id"], resource=resources)
    assert _status(api, "Bearer", _token(api)) == 200
    assert _status(api, "Bearer", _token(api, other)) == 401


def test_api_wants_the_proof_of_a_bound_token_once(api: Reader) -> None:
    key, other = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    token = _token(api, DPoP=_proof(key, "POST", f"{api.stack.idp}/token"))
    url = f"{api.site}/records"
    good = _proof(key, "GET", url, token)
    assert _status(api, "DPoP", token, DPoP=good) == 200
    assert _status(api, "DPoP", token, DPoP=good) == 401  # replayed
    assert _status(api, "Bearer", token, DPoP=_proof(key, "GET", url, token)) == 401
    assert _status(api, "DPoP", token) == 401
    for wrong in (
        _proof(other, "GET", url, token),
        _proof(key, "POST", url, token),
        _proof(key, "GET", f"{url}/else", token),
        _proof(key, "GET", url, "another token"),
        _proof(key, "GET", url, token, iat=int(_now()) - 61),
        _proof(key, "GET", url, token, iat="now"),
        _proof(key, "GET", url, token, jti=["a"]),
        "a.b.c",
    ):
        assert _status(api, "DPoP", token, DPoP=wrong) == 401
