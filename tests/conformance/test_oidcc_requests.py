"""Basic and formpost-basic: requests that lead nowhere, and request objects."""

import pytest

from tests.conformance import checks, jose
from tests.conformance.browser import Browser
from tests.conformance.suite import Party, Server

UNREGISTERED = "Adresse de retour non autorisée"
UNSIGNED = {"alg": "none"}


def outside(party: Party) -> dict[str, str]:
    """What the suite says again beside an object; the rest, the state too, it alone says."""
    again = ("client_id", "redirect_uri", "response_type", "scope")
    return {name: value for name, value in party.request().items() if name in again}


def unsigned(party: Party, sent: dict[str, str]) -> str:
    """The request as an unsigned JWT."""
    claims = {"iss": party.id, "aud": party.server["issuer"], **sent}
    return jose.ec_key().sign(UNSIGNED, claims)


def not_run(server: Server) -> bool:
    """The suite tries unsigned objects unless a list of algorithms is there that lacks none."""
    return "none" not in server.metadata["request_object_signing_alg_values_supported"]


def test_oidcc_ensure_registered_redirect_uri(party: Party, browser: Browser) -> None:
    """[shot] No callback at all, neither there nor at the registered address."""
    sent = party.request(redirect_uri=f"{party.redirect_uri}/random")
    assert browser.visit(party.address(sent)) is None
    assert browser.is_shown(UNREGISTERED)


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    party: Party, browser: Browser, server: Server
) -> None:
    """Not run; who tries all the same is told so, and nothing is fetched."""
    assert not_run(server)
    assert server.metadata["request_uri_parameter_supported"] is False
    address = "https://suite.exemple.test/test/a/connect/requesturi#1234"
    party.refused(browser, {"request_uri_not_supported"}, request_uri=address)
    refused_plainly(party, browser, "request_uri", address)


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    party: Party, browser: Browser, server: Server
) -> None:
    """Not run; it would fail under form_post, which only the object asks for: see refused_plainly.

    Who tries all the same is told so: passed over in silence it would be a failure too.
    """
    assert not_run(server)
    assert server.metadata["request_parameter_supported"] is False
    inside = unsigned(party, party.request(state="inside", nonce="inside"))
    party.refused(browser, {"request_not_supported"}, request=inside)
    refused_plainly(party, browser, "request", inside)


def refused_plainly(party: Party, browser: Browser, name: str, value: str) -> None:
    """As the suite sends it: what the object says is not read, so the answer comes by query."""
    sent = {**outside(party), name: value}
    callback = browser.visit(party.address(sent), stay=True)
    assert callback is not None, browser.text
    told = checks.answer(callback, sent, party.server["issuer"])
    checks.refusal(told, {f"{name}_not_supported"})


@pytest.mark.parametrize("bad", ["_invalid", "?random=1"])
def test_oidcc_ensure_request_object_with_redirect_uri(
    party: Party, browser: Browser, server: Server, bad: str
) -> None:
    """[shot] Not run; a good address inside does not mend a bad one outside."""
    assert not_run(server)
    inside = unsigned(party, party.request())
    sent = {**outside(party), "redirect_uri": f"{party.redirect_uri}{bad}", "request": inside}
    assert browser.visit(party.address(sent)) is None
    assert browser.is_shown(UNREGISTERED)
