"""RFC 7515, RFC 8725: what no reader of a stranger's JWS takes, whoever asks (OA11)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from idp.oidc import client_assertion, dpop, hints
from idp.oidc.signed_input import Accepts, SignedInputError, date, read
from tests.oidc.hint_forgery import b64, signed
from tests.oidc.holder import holder
from tests.oidc.jws_corpus import GOOD_CLAIMS, GOOD_HEADER, cases

ACCEPTS = Accepts(("ES256", "PS256"), (None, "JWT"), frozenset())
PLACES = (hints.ACCEPTS, client_assertion.ACCEPTS, dpop.ACCEPTS)
KEY = ECKey.generate_key("P-256")


def reason_of(token: str, accepts: Accepts = ACCEPTS) -> str | None:
    try:
        read(token, accepts)
    except SignedInputError as refusal:
        return refusal.reason
    return None


def test_a_good_one_is_read_and_believed() -> None:
    found = read(signed(GOOD_HEADER, GOOD_CLAIMS, KEY), ACCEPTS)
    assert (found.alg, found.kid) == ("ES256", "k")
    assert found.claims == {"sub": "x", "exp": 1}
    assert found.signed_by(KEY)
    assert not found.signed_by(ECKey.generate_key("P-256"))


@pytest.mark.parametrize(
    ("name", "token", "reason"), [pytest.param(*case, id=case[0]) for case in cases(KEY)]
)
def test_oa11_each_of_the_corpus_is_refused(name: str, token: str, reason: str) -> None:
    assert reason_of(token) == reason, name
    assert reason_of(token, replace(ACCEPTS, others=True)) == reason, name


def test_a_member_that_nobody_knows_is_passed_over_where_others_sign() -> None:
    """RFC 7515 §4; our own tokens have no such member."""
    token = signed({**GOOD_HEADER, "exemple": {"a": 1}}, GOOD_CLAIMS, KEY)
    assert reason_of(token) == "header_member"
    assert reason_of(token, replace(ACCEPTS, others=True)) is None
    assert [accepts.others for accepts in PLACES] == [False, True, True]


def test_oa11_the_corpus_is_big_enough() -> None:
    assert len(list(cases(KEY))) >= 80


@pytest.mark.parametrize("accepts", PLACES)
def test_oa11_no_place_takes_what_anybody_can_compute(accepts: Accepts) -> None:
    """The lists are fixed, and no member that names a key elsewhere is in one."""
    assert set(accepts.algs) <= {"RS256", "PS256", "ES256"}
    assert not accepts.members & {"jku", "x5u", "x5c", "crit", "zip", "b64"}
    assert ("jwk" in accepts.members) is (accepts is dpop.ACCEPTS)
    assert not set(accepts.types) & {"at+jwt", "logout+jwt"}


@pytest.mark.parametrize("alg", ["none", "HS256", "HS512", "EdDSA", "dir"])
def test_oa11_such_a_list_cannot_even_be_made(alg: str) -> None:
    with pytest.raises(ValueError, match="anybody"):
        Accepts((alg,), (None,), frozenset())


def test_a_key_of_another_kind_has_signed_nothing() -> None:
    found = read(signed(GOOD_HEADER, GOOD_CLAIMS, KEY), ACCEPTS)
    for other in (holder("PS256").key, ECKey.generate_key("P-384"), ECKey.generate_key("P-521")):
        assert not found.signed_by(other)


@pytest.mark.parametrize(
    "wrong", [b"", b"\x00" * 64, b"\xff" * 64, b"x" * 63, b"x" * 65, b"x" * 72]
)
def test_a_signature_of_any_bytes_is_just_wrong(wrong: bytes) -> None:
    """r and s of zero have been believed elsewhere (CVE-2022-21449)."""
    head, body, _ = signed(GOOD_HEADER, GOOD_CLAIMS, KEY).split(".")
    token = f"{head}.{body}.{b64(wrong)}"
    if wrong:
        assert not read(token, ACCEPTS).signed_by(KEY)
    else:
        assert reason_of(token) == "shape"


def test_a_der_signature_is_wrong() -> None:
    """RFC 7518 §3.4 has r and s side by side."""
    head, body, signature = signed(GOOD_HEADER, GOOD_CLAIMS, KEY).split(".")
    assert read(f"{head}.{body}.{signature}", ACCEPTS).signed_by(KEY)
    assert KEY.private_key is not None
    der = KEY.private_key.sign(f"{head}.{body}".encode(), ECDSA(SHA256()))
    assert not read(f"{head}.{body}.{b64(der)}", ACCEPTS).signed_by(KEY)


def test_a_long_header_is_no_reason() -> None:
    """joserfc's own reader stops at 512 bytes, and a proof with an RSA key has more."""
    rsa = holder("PS256")
    token = rsa.sign({"alg": "PS256", "typ": "dpop+jwt", "jwk": rsa.public}, {"jti": "x"})
    assert len(token.split(".")[0]) > 512
    assert read(token, dpop.ACCEPTS).signed_by(rsa.key)


@pytest.mark.parametrize("value", [0, 1.5, 1_800_000_000, 99_999_999_999])
def test_a_date(value: float) -> None:
    assert date({"exp": value}, "exp") == value
    assert date({}, "exp") is None


@pytest.mark.parametrize("value", [None, True, "1", [], {}, -1, 1e11, 10**400, float("inf")])
def test_no_date(value: Any) -> None:
    with pytest.raises(SignedInputError, match="exp"):
        date({"exp": value}, "exp")


@given(st.text(alphabet="AQeyJ.-_=x", max_size=60) | st.binary(max_size=60).map(b64))
@example("..")
def test_whatever_comes_it_is_read_or_refused(token: str) -> None:
    reason_of(token)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_claims_of_any_json_are_read_or_refused(claims: Any) -> None:
    token = signed(GOOD_HEADER, json.dumps(claims).encode(), KEY)
    if isinstance(claims, dict):
        assert read(token, ACCEPTS).claims == claims
    else:
        assert reason_of(token) == "json"
