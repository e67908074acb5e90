"""RFC 9449 §4, DPoP proofs: which are good for a request, and each of them once (OA14)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from idp import clock
from idp.clock import FrozenClock
from idp.oidc import dpop
from idp.oidc.dpop import Proof
from idp.oidc.errors import EndpointError
from idp.oidc.http import MachineRequest, MachineResponse
from idp.oidc.issuer import Issuer
from idp.storage.engine import Database
from tests.at_once import at_once
from tests.oidc.dpop_corpus import bad_proofs
from tests.oidc.hint_forgery import b64
from tests.oidc.holder import Holder, ath, holder
from tests.oidc.world import ONE_ENGINE, World, refusal

TOKEN = "http://localhost:8000/token"
USERINFO = "http://localhost:8000/userinfo"
ACCESS = "a-token-of-43-characters"
RFC_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
RFC_PROOF = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR"
    "1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCw"
    "iYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-E"
    "y71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)
CHALLENGE = 'DPoP realm="MGEN Connect", error="{}", error_description="{}", algs="ES256 PS256"'


@pytest.fixture
def keys() -> Holder:
    return holder()


def at_token(issuer: Issuer, proof: str) -> Proof:
    found = dpop.read(issuer, MachineRequest("POST", "/token", {"dpop": proof}))
    assert found is not None
    return found


def at_userinfo(issuer: Issuer, proof: str, access: str = ACCESS, method: str = "GET") -> Proof:
    request = MachineRequest(method, "/userinfo", {"dpop": proof})
    found = dpop.read(issuer, request, access_token=access)
    assert found is not None
    return found


def answered(issuer: Issuer, proof: str) -> MachineResponse | None:
    try:
        at_userinfo(issuer, proof)
    except EndpointError as refusal_:
        return refusal_.response()
    return None


def refused(call: Any, *given: Any) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        call(*given)
    return caught.value


@ONE_ENGINE
@pytest.mark.parametrize("alg", ["ES256", "PS256"])
def test_a_good_one_says_its_key(issuer: Issuer, alg: str) -> None:
    keys = holder(alg)
    proof = at_token(issuer, keys.proof("POST", TOKEN, jti="x"))
    assert (proof.jkt, proof.jti, proof.at_resource) == (keys.jkt, "x", False)
    proof = at_userinfo(issuer, keys.proof("GET", USERINFO, jti="y", ath=ath(ACCESS)))
    assert (proof.jkt, proof.jti, proof.at_resource) == (keys.jkt, "y", True)


@ONE_ENGINE
def test_the_numbers_printed_in_the_rfc(issuer: Issuer, at: FrozenClock) -> None:
    """Its §7.1 proof, ath and §6.1 thumbprint: made by somebody else's code."""
    at.instant = datetime.fromtimestamp(1562262618, UTC)
    elsewhere = replace(
        issuer, settings=replace(issuer.settings, issuer="https://resource.example.org")
    )
    request = MachineRequest("GET", "/protectedresource", {"dpop": RFC_PROOF})
    proof = dpop.read(elsewhere, request, access_token=RFC_TOKEN)
    assert proof is not None
    assert proof.jkt == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert proof.jti == "e1j3V_bKic8-LAEB"


@ONE_ENGINE
def test_no_header_is_no_proof(issuer: Issuer) -> None:
    assert dpop.read(issuer, MachineRequest("POST", "/token", {})) is None
    assert dpop.read(issuer, MachineRequest("GET", "/userinfo", {}), access_token="x") is None


@ONE_ENGINE
def test_oa14_each_of_the_corpus_is_refused_alike(issuer: Issuer, keys: Holder) -> None:
    corpus = bad_proofs(keys, USERINFO, ACCESS)
    assert len(corpus) >= 80
    answers = set()
    for name, proof in corpus.items():
        answer = answered(issuer, proof)
        assert answer is not None, name
        assert refusal(answer) == (401, "invalid_dpop_proof"), name
        answers.add(answer)
    [answer] = answers
    said = "The DPoP proof is missing, malformed, used or not for this request"
    expected = CHALLENGE.format("invalid_dpop_proof", said)
    assert ("WWW-Authenticate", expected) in answer.headers


@ONE_ENGINE
def test_two_proofs_are_told_apart_in_the_log(issuer: Issuer, keys: Holder) -> None:
    both = ",".join(keys.proof("POST", TOKEN) for _ in range(2))
    assert refused(at_token, issuer, both).reason == "dpop_two_proofs"


@ONE_ENGINE
def test_at_the_token_endpoint_it_is_a_400(issuer: Issuer, keys: Holder) -> None:
    answer = refused(at_token, issuer, keys.proof("GET", TOKEN)).response()
    assert answer.status == 400
    assert "WWW-Authenticate" not in dict(answer.headers)


GOOD: dict[str, dict[str, Any]] = {
    "htu with a query": {"htu": USERINFO + "?a=b"},
    "htu with a fragment": {"htu": USERINFO + "#a"},
    "htu with both": {"htu": USERINFO + "?a=b#c"},
    "htu, scheme in capitals": {"htu": USERINFO.replace("http", "HTTP")},
    "htu, host in capitals": {"htu": USERINFO.replace("localhost", "LocalHost")},
    "nbf and exp": {"nbf": 1, "exp": 2},
    "nbf and exp in the future": {"nbf": 9_999_999_999, "exp": 9_999_999_999},
    "claims that nobody knows": {"x": {"y": [1]}, "aud": "z", "iss": 1},
    "iat with a fraction": {"iat": 1_795_251_600.25},
}


@ONE_ENGINE
@pytest.mark.parametrize("name", GOOD)
def test_what_must_be_accepted(issuer: Issuer, keys: Holder, name: str) -> None:
    at_userinfo(issuer, keys.proof("GET", USERINFO, **{"ath": ath(ACCESS), **GOOD[name]}))


@ONE_ENGINE
def test_a_key_may_say_more_of_itself(issuer: Issuer, keys: Holder) -> None:
    """What it says changes nothing about which key it is."""
    jwk = {**keys.public, "kid": "x", "use": "sig", "alg": "ES256", "key_ops": ["verify"], "z": 1}
    header = {"jwk": dict(reversed(jwk.items())), "kid": "x"}
    assert at_token(issuer, keys.proof("POST", TOKEN, header=header)).jkt == keys.jkt


@ONE_ENGINE
@pytest.mark.parametrize(
    ("address", "said", "fits"),
    [
        ("https://connexion.exemple.fr", "https://connexion.exemple.fr:443/token", True),
        ("https://connexion.exemple.fr", "https://CONNEXION.exemple.fr/token?x", True),
        ("https://connexion.exemple.fr", "https://connexion.exemple.fr:8443/token", False),
        ("https://connexion.exemple.fr", "http://connexion.exemple.fr/token", False),
        ("https://connexion.exemple.fr", "http://connexion.exemple.fr:443/token", False),
        ("https://connexion.exemple.fr", "https://connexion.exemple.fr.autre.fr/token", False),
        ("http://localhost", "http://localhost:80/token", True),
    ],
)
def test_the_default_port_is_the_same_address(
    issuer: Issuer, keys: Holder, address: str, said: str, fits: bool
) -> None:
    elsewhere = replace(issuer, settings=replace(issuer.settings, issuer=address))
    proof = keys.proof("POST", said)
    if fits:
        assert at_token(elsewhere, proof).jkt == keys.jkt
    else:
        assert refused(at_token, elsewhere, proof).reason == "dpop_htu"


@ONE_ENGINE
def test_the_method_is_the_one_that_was_used(issuer: Issuer, keys: Holder) -> None:
    for method in ("GET", "HEAD", "POST"):
        proof = keys.proof(method, USERINFO, ath=ath(ACCESS))
        assert at_userinfo(issuer, proof, method=method).jkt == keys.jkt
        assert refused(at_userinfo, issuer, proof, ACCESS, "PUT").reason == "dpop_htm"


@ONE_ENGINE
@pytest.mark.parametrize("seconds", [-60, -10, 10, 60])
def test_oa14_clocks_may_differ_by_a_minute(issuer: Issuer, keys: Holder, seconds: int) -> None:
    at_token(issuer, keys.proof("POST", TOKEN, iat=clock.timestamp() + seconds))


@ONE_ENGINE
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("1024 bits", {"n": b64(b"\xc5" * 128)}),
        ("16384 bits", {"n": b64(b"\xc5" * 2048)}),
        ("4104 bits", {"n": b64(b"\xc5" * 513)}),
        ("exponent 1", {"e": "AQ"}),
        ("exponent 2^64 + 1", {"e": b64(b"\x01" + bytes(7) + b"\x01")}),
        ("exponent with a zero before", {"e": "AAEAAQ"}),
        ("even", {"n": b64(b"\xc4" * 256)}),
        ("modulus with a zero before", {"n": "AA" + b64(b"\xc5" * 256)}),
    ],
)
def test_oa14_an_rsa_key_that_makes_us_work_or_is_weak(
    issuer: Issuer, name: str, change: dict[str, str]
) -> None:
    keys = holder("PS256")
    proof = keys.proof("POST", TOKEN, header={"jwk": {**keys.public, **change}})
    reason = refused(at_token, issuer, proof).reason
    assert reason in {"dpop_jwk_size", "dpop_jwk_malformed", "dpop_shape"}, name


def test_oa14_a_proof_is_good_once(issuer: Issuer, keys: Holder) -> None:
    proof = at_token(issuer, keys.proof("POST", TOKEN))
    with issuer.database.writing() as session:
        dpop.spend(session, proof)
    for _ in range(2):
        with issuer.database.writing() as session:
            assert refused(dpop.spend, session, proof).reason == "dpop_replay"


@ONE_ENGINE
def test_at_a_resource_a_replay_is_a_401(issuer: Issuer, keys: Holder) -> None:
    proof = at_userinfo(issuer, keys.proof("GET", USERINFO, ath=ath(ACCESS)))
    with issuer.database.writing() as session:
        dpop.spend(session, proof)
        assert refused(dpop.spend, session, proof).response().status == 401
        assert refused(dpop.spend, session, replace(proof, at_resource=False)).status_code == 400


@ONE_ENGINE
def test_two_holders_may_have_one_jti(issuer: Issuer, keys: Holder) -> None:
    with issuer.database.writing() as session:
        for one in (keys, holder()):
            dpop.spend(session, at_token(issuer, one.proof("POST", TOKEN, jti="1")))


def test_oa14_replayed_at_once_on_two_nodes(issuer: Issuer, keys: Holder) -> None:
    nodes = [issuer, Issuer.of(issuer.settings, Database.open(issuer.settings))]
    sent = keys.proof("POST", TOKEN)

    def once(number: int) -> bool:
        node = nodes[number % 2]
        proof = at_token(node, sent)
        try:
            with node.database.writing() as session:
                dpop.spend(session, proof)
        except EndpointError:
            return False
        return True

    assert sum(at_once(8, once)) == 1
    nodes[1].database.close()


@ONE_ENGINE
@pytest.mark.parametrize("skew", [-60, 0, 60])
def test_oa14_it_is_remembered_for_as_long_as_it_would_do(
    issuer: Issuer, keys: Holder, at: FrozenClock, skew: int
) -> None:
    sent = keys.proof("POST", TOKEN, iat=clock.timestamp() + skew)
    until = at_token(issuer, sent).expires_at
    at.advance(seconds=60 + skew)
    assert at_token(issuer, sent).expires_at == until > clock.now()
    at.advance(seconds=1)
    assert refused(at_token, issuer, sent).reason == "dpop_iat"


def test_the_lives_are_those_of_the_design() -> None:
    lives = [dpop.SKEW, dpop.SKEW_WITH_NONCE]
    assert lives == [timedelta(seconds=60), timedelta(minutes=5)]


@ONE_ENGINE
def test_over_the_wire(world: World, keys: Holder) -> None:
    """A proof that is bad is refused before anything is asked of the database."""
    site = world.site()
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    bad = {**site.basic(), "dpop": keys.proof("GET", TOKEN)}
    answer = world.token(form, bad)
    assert answer.status == 400
    assert b"invalid_dpop_proof" in answer.body
