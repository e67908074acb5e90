"""The spine in one walk: sign up, activate, sign in with a code, trust, come back without one."""

import base64
import hashlib
from urllib.parse import urlencode

from flask import Flask

from idp.oidc.clients import Registered
from tests.flows.conftest import CALLBACK, EMAIL, sign_in
from tests.member import Member

VERIFIER = "a-verifier-of-forty-three-characters-or-more-0"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


def authorize(client_id: str, **more: str) -> str:
    """An authorization request's address, good unless `more` spoils it."""
    return "/authorize?" + urlencode(
        {
            "client_id": client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email",
            "state": "s1",
            "nonce": "n1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **more,
        }
    )


def exchange(app: Flask, site: Registered, code: str) -> dict[str, object]:
    """What /token answers to a code, as JSON."""
    credentials = base64.b64encode(f"{site.client.id}:{site.secret}".encode()).decode()
    answer = app.test_client().post(
        "/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        },
        headers={"Authorization": f"Basic {credentials}"},
    )
    found: dict[str, object] = answer.get_json()
    return found


def test_from_the_site_and_back(app: Flask, site: Registered, member: Member) -> None:
    member.open(authorize(site.client.id))
    assert "Me connecter" in member.text
    assert "Espace personnel" in member.text
    interaction = member.address.partition("?")[2]
    member.sign_up(EMAIL, start=f"/creer-un-compte?{interaction}")
    assert "Un message vient d'être envoyé" in member.text
    member.open(member.link(EMAIL)).submit("Activer")
    assert "Votre compte est activé" in member.text
    sign_in(member)
    assert "Authentification renforcée" in member.text
    member.submit("Valider", code=member.code(EMAIL), trust_device="yes")
    assert str(member.left_to).startswith(CALLBACK), member.text
    assert member.answer["state"] == "s1"
    assert member.answer["iss"] == "http://localhost:8000"
    tokens = exchange(app, site, member.answer["code"])
    assert tokens["token_type"] == "Bearer", tokens


def test_a_trusted_device_signs_in_without_a_code(
    app: Flask, site: Registered, member: Member, claire: str
) -> None:
    member.open(authorize(site.client.id))
    sign_in(member).submit("Valider", code=member.code(claire), trust_device="yes")
    member.open("/deconnexion").submit("déconnecter")
    assert "Vous êtes déconnecté" in member.text
    member.open(authorize(site.client.id))
    sign_in(member)
    assert "code" in member.answer
    other = Member(app).open(authorize(site.client.id))
    sign_in(other)
    assert "Authentification renforcée" in other.text
