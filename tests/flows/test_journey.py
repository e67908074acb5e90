"""The spine in one walk: sign up, activate, sign in with a code, trust, come back without one."""

from flask import Flask

from idp.oidc.clients import Registered
from tests.flows.conftest import CALLBACK, EMAIL, sign_in
from tests.flows.support import authorize, exchange
from tests.member import Member


def test_from_the_site_and_back(app: Flask, site: Registered, member: Member) -> None:
    member.open(authorize(site))
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
    member.open(authorize(site))
    sign_in(member).submit("Valider", code=member.code(claire), trust_device="yes")
    member.open("/deconnexion").submit("déconnecter")
    assert "Vous êtes déconnecté" in member.text
    member.open(authorize(site))
    sign_in(member)
    assert "code" in member.answer
    other = Member(app).open(authorize(site))
    sign_in(other)
    assert "Authentification renforcée" in other.text
