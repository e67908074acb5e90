"""A browser in a test: the site's cookies, and the walk to the issuer and back."""

import re
from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BASE_URL = "http://localhost:8001"
SESSION = "espace_personnel_8001_session"


class Browser:
    """One cookie jar on the site."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **options: object) -> TestResponse:
        """GET a path of the site, under its public address."""
        return self.client.get(path, base_url=BASE_URL, **options)

    def post(self, path: str, **options: object) -> TestResponse:
        """POST to a path of the site."""
        return self.client.post(path, base_url=BASE_URL, **options)

    def start(self, query: str = "") -> str:
        """Ask to sign in; the issuer's address that the site answers with."""
        response = self.get(f"/auth/login{query}")
        assert response.status_code == 303, response.text
        return str(response.location)

    def visit_issuer(self, address: str) -> str:
        """Follow an address of the issuer; the path and query of the site that it leads back to."""
        response = requests.get(address, allow_redirects=False, timeout=5)
        back = response.headers["Location"]
        assert back.startswith(f"{BASE_URL}/"), back
        parts = urlsplit(back)
        return f"{parts.path}?{parts.query}"

    def sign_in(self, query: str = "") -> TestResponse:
        """The whole walk; the site's last answer."""
        return self.get(self.visit_issuer(self.start(query)))

    def cookies(self) -> dict[str, str]:
        """Name and value of each cookie that the site set."""
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}

    def signed_in(self) -> bool:
        """Whether the home page lets somebody sign out."""
        return "Me déconnecter" in self.get("/").text

    def form_token(self) -> str:
        """The token of the sign-out form."""
        match = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)
        assert match
        return match[1]

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form of the site, with its token."""
        return self.post(path, data={"csrf_token": self.form_token(), **fields})

    def sign_out(self) -> TestResponse:
        """Press the button of the home page."""
        return self.post("/auth/logout", data={"csrf_token": self.form_token()})
