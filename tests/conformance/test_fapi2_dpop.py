"""FAPI 2.0: proofs of possession, right, odd and wrong."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from idp import clock
from tests.conformance import checks, jose
from tests.conformance.browser import Browser
from tests.conformance.fapi import Fapi
from tests.conformance.jose import Key
from tests.conformance.suite import Server, Tokens

UNPROVED = {"invalid_request", "invalid_grant", "invalid_dpop_proof"}
HOUR = 3600


def token_proof(fapi: Fapi, **claims: Any) -> str:
    """A proof for the token endpoint."""
    return fapi.proof("POST", fapi.server["token_endpoint"], **claims)


def works(fapi: Fapi, browser: Browser, **claims: Any) -> None:
    """Proofs like this are good at the token endpoint and at the resource."""
    given = fapi.authorize(browser)
    told = checks.tokens(fapi.redeem(given, token_proof(fapi, **claims)), "DPoP")
    tokens = fapi.checked(told, given.sent["nonce"])
    assert fapi.resource(tokens, proof_of(fapi, tokens, **claims)).status_code == 200


def proof_of(fapi: Fapi, tokens: Tokens, **changes: Any) -> str:
    """A proof for the resource, with what the test changes."""
    good = {"ath": jose.digest(tokens.access), **changes}
    return fapi.proof("GET", fapi.server["userinfo_endpoint"], **good)


def test_fapi2_security_profile_final_check_dpop_proof_nbf_exp(
    fapi: Fapi, browser: Browser
) -> None:
    """Members that no proof needs."""
    now = clock.timestamp()
    works(fapi, browser, nbf=now, exp=now + 300)


def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_before_succeeds(
    fapi: Fapi, browser: Browser
) -> None:
    works(fapi, browser, iat=clock.timestamp() - 10)


def test_fapi2_security_profile_final_ensure_dpopproof_with_iat_10seconds_after_succeeds(
    fapi: Fapi, browser: Browser
) -> None:
    works(fapi, browser, iat=clock.timestamp() + 10)


def test_fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails(fapi: Fapi) -> None:
    """One key named, another proved."""
    sent = fapi.request(dpop_jkt=jose.ec_key().thumbprint)
    answer = fapi.push(sent, proof=True)
    checks.error(answer, {"invalid_request", "invalid_dpop_proof"}, {400})


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    fapi: Fapi, browser: Browser
) -> None:
    """Proved at PAR by one key, at the token endpoint by another."""
    given = fapi.authorize(browser, proof=True)
    fapi.proves = jose.ec_key()
    checks.error(fapi.redeem(given), UNPROVED, {400})


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(
    fapi: Fapi, browser: Browser
) -> None:
    """The same with a key that was only named."""
    given = fapi.authorize(browser, dpop_jkt=jose.ec_key().thumbprint)
    checks.error(fapi.redeem(given), UNPROVED, {400})


def test_fapi2_security_profile_final_ensure_dpopproof_at_par_endpoint_binding_success(
    fapi: Fapi, browser: Browser
) -> None:
    fapi.told(fapi.tokens(fapi.authorize(browser, proof=True)))


def test_fapi2_security_profile_final_ensure_dpop_auth_code_binding_success(
    fapi: Fapi, browser: Browser
) -> None:
    """Named and proved."""
    given = fapi.authorize(browser, proof=True, dpop_jkt=fapi.proves.thumbprint)
    fapi.told(fapi.tokens(given))


def test_fapi2_security_profile_final_dpop_negative_tests(
    fapi: Fapi, browser: Browser, server: Server
) -> None:
    """One token, some forty calls: who is no thief is served, and nobody else."""
    tokens = fapi.sign_in(browser)
    for name, proof in good_ones(fapi, tokens, server["userinfo_endpoint"]):
        assert fapi.resource(tokens, proof).status_code == 200, name
    for name, proof in bad_ones(fapi, tokens, server["userinfo_endpoint"]):
        response = fapi.resource(tokens, proof)
        assert response.status_code in (400, 401), name
        assert "use_dpop_nonce" not in response.headers.get("WWW-Authenticate", ""), name
    not_as_proofs(fapi, tokens, server)
    assert fapi.resource(tokens).status_code == 200, "it was the proofs, and not the token"


def good_ones(fapi: Fapi, tokens: Tokens, address: str) -> Iterator[tuple[str, str]]:
    """What RFC 9449 §4.3 lets pass, RFC 3986 §6.2 too."""
    parts = urlsplit(address)
    upper = address.replace("https", "HTTPS").replace(parts.netloc, parts.netloc.upper())
    yield "query and fragment", proof_of(fapi, tokens, htu=f"{address}?x=1#y")
    yield "neither", proof_of(fapi, tokens, htu=address)
    yield "capitals in scheme and host", proof_of(fapi, tokens, htu=upper)
    default_port = address.replace(parts.netloc, f"{parts.netloc}:443")
    yield "the default port", proof_of(fapi, tokens, htu=default_port)
    yield "extra members", proof_of(fapi, tokens, header={"x": "y"}, z=1)


def bad_ones(fapi: Fapi, tokens: Tokens, address: str) -> Iterator[tuple[str, str]]:
    """What RFC 9449 §4.3 asks to refuse, one thing wrong at a time."""
    yield "no JWT", "not.a.jwt"
    yield "two parts", proof_of(fapi, tokens).rpartition(".")[0]
    for member in ("typ", "alg", "jwk"):
        yield f"no {member}", proof_of(fapi, tokens, header={member: None})
    for member in ("jti", "htm", "htu", "iat", "ath"):
        yield f"no {member}", proof_of(fapi, tokens, **{member: None})
    yield "typ", proof_of(fapi, tokens, header={"typ": "JWT"})
    yield "alg none", proof_of(fapi, tokens, header={"alg": "none"})
    for member, value in (("jku", "https://suite.exemple.test/jwks"), ("crit", ["x"]), ("x5c", [])):
        yield member, proof_of(fapi, tokens, header={member: value, "x": 1})
    yield "RS256", rs256(fapi, tokens)
    yield "signature", broken(proof_of(fapi, tokens))
    yield "private key", proof_of(fapi, tokens, header={"jwk": fapi.proves.with_private})
    yield "htm", proof_of(fapi, tokens, htm="PUT")
    yield "htm in small letters", proof_of(fapi, tokens, htm="get")
    yield "htu", proof_of(fapi, tokens, htu=f"{address}/other")
    yield "host", proof_of(fapi, tokens, htu=address.replace("connect.", "ailleurs."))
    yield "port", proof_of(fapi, tokens, htu=address.replace(".test/", ".test:8443/"))
    for hour in (HOUR, -HOUR):
        stale = {"iat": clock.timestamp() + hour, "nonce": None}
        yield f"iat {hour}", proof_of(fapi, tokens, **stale)
    yield "ath", proof_of(fapi, tokens, ath=jose.digest("another token"))
    yield "another key", proof_of(fapi, tokens, key=jose.ec_key())
    yield "signed by another", signed_by_another(fapi, tokens)


def rs256(fapi: Fapi, tokens: Tokens) -> str:
    """An RSA key of its own, under RS256: the profile has PS256 only."""
    return proof_of(fapi, tokens, key=jose.rsa_key(), header={"alg": "RS256"})


def broken(token: str) -> str:
    """The same but for some bits of the signature."""
    head, _, signature = token.rpartition(".")
    return f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def signed_by_another(fapi: Fapi, tokens: Tokens) -> str:
    """The thief knows the public key, and has another private one."""
    return proof_of(fapi, tokens, key=jose.ec_key(), header={"jwk": fapi.proves.bare})


def not_as_proofs(fapi: Fapi, tokens: Tokens, server: Server) -> None:
    """Used again, sent twice, left out, or a token that is shown as if it were a bearer's."""
    once = proof_of(fapi, tokens)
    assert fapi.resource(tokens, once).status_code == 200
    assert fapi.resource(tokens, once).status_code == 401, "jti"
    twice = Headers([("Authorization", f"DPoP {tokens.access}")])
    for _ in range(2):
        twice.add("DPoP", proof_of(fapi, tokens))
    answer = server.send("GET", server["userinfo_endpoint"], headers=twice)
    assert answer.status_code in (400, 401)
    assert fapi.resource(tokens, proof=False).status_code == 401
    assert fapi.resource(tokens, proof=False, scheme="Bearer").status_code == 401
    assert fapi.resource(tokens, scheme="Bearer").status_code == 401


def test_a_header_name_in_capitals_is_the_same(fapi: Fapi, browser: Browser) -> None:
    """The first of the suite's calls; RFC 9110 §5.1."""
    tokens = fapi.sign_in(browser)
    headers = {"AUTHORIZATION": f"DPoP {tokens.access}", "DPOP": proof_of(fapi, tokens)}
    address = fapi.server["userinfo_endpoint"]
    assert fapi.server.send("GET", address, headers=headers).status_code == 200


def test_rsa_proofs_are_good_under_ps256(
    fapi_register: Callable[[Key], Fapi], browser: Browser
) -> None:
    """A run by RSA keys: the client's, and the one of its proofs."""
    fapi = fapi_register(jose.rsa_key())
    fapi.proves = jose.rsa_key()
    fapi.told(fapi.tokens(fapi.authorize(browser)))
