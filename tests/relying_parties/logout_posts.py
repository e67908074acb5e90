"""What the issuer posts to a site when a session has ended, and how its refusal reads."""

from flask import Flask
from werkzeug.test import TestResponse

from tests.relying_parties.browsing import BASE_URL
from tests.relying_parties.issuer_double import Json

PATH = "/auth/backchannel-logout"
_REFUSED = {
    "error": "invalid_request",
    "error_description": "The logout token was not accepted",
}


def tell(app: Flask, token: str) -> TestResponse:
    """The issuer's own request: no browser, no cookie."""
    client = app.test_client(use_cookies=False)
    return client.post(PATH, base_url=BASE_URL, data={"logout_token": token})


def is_refused(answer: TestResponse) -> bool:
    """400 with JSON, kept by nobody, no cookie (Back-Channel Logout §2.8)."""
    return (
        answer.status_code == 400
        and answer.json == _REFUSED
        and answer.headers["Cache-Control"] == "no-store"
        and "Set-Cookie" not in answer.headers
    )


def without(claims: Json, name: str) -> Json:
    """The claims but one."""
    return {key: value for key, value in claims.items() if key != name}
