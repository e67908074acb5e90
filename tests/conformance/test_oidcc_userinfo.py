"""Basic and formpost-basic: what userinfo tells, for a scope or for a claim asked by its name."""

import json
from typing import Any

from tests.conformance import checks
from tests.conformance.browser import Browser
from tests.conformance.suite import Party, Server

PROFILE = {
    *("name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"),
    *("profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"),
}
EMAIL = {"email", "email_verified"}
PHONE = {"phone_number", "phone_number_verified"}


def told(party: Party, browser: Browser, scope: str, standard: set[str]) -> dict[str, Any]:
    """What userinfo says for a scope: each standard claim of it that the issuer says it knows.

    The suite warns of the others. Nobody here invents a nickname.
    """
    offered = party.server.metadata
    assert set(scope.split()) <= set(offered["scopes_supported"])
    found = party.userinfo(party.tokens(party.authorize(browser, scope=scope)))
    expected = standard & set(offered["claims_supported"])
    assert expected
    assert found.keys() == expected | {"sub"}
    return found


def test_oidcc_userinfo_get(party: Party, browser: Browser) -> None:
    assert party.userinfo(party.sign_in(browser)).keys() == {"sub"}


def test_oidcc_userinfo_post_header(party: Party, browser: Browser) -> None:
    tokens = party.tokens(party.authorize(browser))
    assert party.userinfo(tokens, "POST").keys() == {"sub"}


def test_oidcc_userinfo_post_body(party: Party, browser: Browser, server: Server) -> None:
    tokens = party.tokens(party.authorize(browser))
    form = {"access_token": tokens.access}
    answer = checks.document(server.post(server["userinfo_endpoint"], form), 200)
    checks.userinfo(answer, tokens.claims["sub"])


def test_oidcc_scope_profile(party: Party, browser: Browser) -> None:
    """A warning stays: ten of the fourteen claims are in no register of ours."""
    found = told(party, browser, "openid profile", PROFILE)
    assert found.keys() >= {"name", "given_name", "family_name", "birthdate"}


def test_oidcc_scope_email(party: Party, browser: Browser) -> None:
    """In userinfo and not in the id_token; and no name, which was not asked for."""
    assert told(party, browser, "openid email", EMAIL)["email_verified"] is True


def test_oidcc_scope_address(party: Party, browser: Browser) -> None:
    found = told(party, browser, "openid address", {"address"})
    assert found["address"].keys() >= {"formatted", "locality", "postal_code", "street_address"}


def test_oidcc_scope_phone(party: Party, browser: Browser) -> None:
    found = told(party, browser, "openid phone", PHONE)
    assert found["phone_number"].startswith("+")


def test_oidcc_scope_all(party: Party, browser: Browser) -> None:
    """The warning of oidcc-scope-profile again, and nothing else."""
    told(
        party, browser, "openid profile email address phone", PROFILE | EMAIL | PHONE | {"address"}
    )


def test_oidcc_claims_essential(party: Party, browser: Browser) -> None:
    """One claim by its name, without its scope: in userinfo, and not in the id_token."""
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})
    tokens = party.tokens(party.authorize(browser, claims=claims))
    assert party.userinfo(tokens).keys() == {"sub", "name"}
