"""RFC 7523 §3, OIDC Core §9, private_key_jwt: a client proves itself with a key of its own (OA16).

Strict where others were not: `aud` is our issuer string and nothing beside it, an assertion lives
five minutes at most, and its jti is spent by one INSERT, last of all, so that two nodes cannot both
take it (a get-then-set can).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from secrets import randbits
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from joserfc.jwk import ECKey, RSAKey

from idp import clock
from idp.oidc import client_keys, public_jwk, signed_input
from idp.oidc.client_fields import FAPI2_ALGS
from idp.oidc.client_info import ClientInfo
from idp.oidc.issuer import Issuer
from idp.oidc.signed_input import Accepts, SignedInput, SignedInputError
from idp.storage.spent import spend

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGS = ("ES256", "PS256", "RS256")
LONGEST = timedelta(minutes=5)
SKEW = timedelta(seconds=10)
ACCEPTS = Accepts(
    algs=ALGS,
    types=(None, "JWT", "client-authentication+jwt"),
    members=frozenset({"x5t", "x5t#S256"}),  # names of certificates, which say nothing here
    others=True,
)
PURPOSE = "assertion"


@dataclass(frozen=True)
class Assertion:
    """One that is well made and in time; whether its client made it is not known yet."""

    client_id: str
    jti: str
    expires_at: datetime
    signed: SignedInput


def present(form: Mapping[str, str]) -> bool:
    """Whether a request tries this method."""
    return "client_assertion" in form or "client_assertion_type" in form


def read(issuer: Issuer, form: Mapping[str, str]) -> Assertion:
    """All that can be judged without knowing the client. SignedInputError."""
    if form.get("client_assertion_type") != TYPE:
        raise SignedInputError("assertion_type")
    signed = signed_input.read(form.get("client_assertion", ""), ACCEPTS)
    said = signed.claims
    subject = said.get("sub")
    if not isinstance(subject, str) or said.get("iss") != subject:
        raise SignedInputError("subject")
    if form.get("client_id", subject) != subject:
        raise SignedInputError("client_id")
    if said.get("aud") != issuer.address:  # a list, even of one, is not it (CVE-2025-27370)
        raise SignedInputError("aud")
    return Assertion(subject, signed_input.jti(said), _expiry(said), signed)


def prove(issuer: Issuer, client: ClientInfo | None, assertion: Assertion) -> ClientInfo:
    """The client, if it made the assertion and presents it the first time. SignedInputError.

    Without a client the same signature is computed, with a key that is nobody's (OA17).
    """
    problem = _problem(issuer, client, assertion.signed)
    if client is None or problem:
        raise SignedInputError(problem or "client")
    with issuer.database.writing() as session:
        kept_until = assertion.expires_at + SKEW
        if not spend(session, PURPOSE, f"{client.id}/{assertion.jti}", kept_until):
            raise SignedInputError("replay")
    return client


def _algs_of(client: ClientInfo) -> tuple[str, ...]:
    """What this client may sign with."""
    algs = FAPI2_ALGS if client.fapi2 else ALGS
    return tuple(alg for alg in algs if client.auth_signing_alg in (None, alg))


def _expiry(said: Mapping[str, Any]) -> datetime:
    now, until = clock.now().timestamp(), signed_input.date(said, "exp")
    skew = SKEW.total_seconds()
    if until is None or not now - skew < until <= now + LONGEST.total_seconds() + skew:
        raise SignedInputError("exp")
    for name in ("nbf", "iat"):
        since = signed_input.date(said, name)
        if since is not None and since > now + skew:
            raise SignedInputError(name)
    return datetime.fromtimestamp(until, UTC)


def _problem(issuer: Issuer, client: ClientInfo | None, signed: SignedInput) -> str | None:
    """Why no key of the client signed it; None when one did."""
    if client is None or signed.alg not in _algs_of(client):
        return _unsigned(signed, ())
    if client.jwks_uri is None:
        return _unsigned(signed, (client.jwks or {}).get("keys", ()))
    for fresh in (False, True):
        with issuer.database.reading() as session:
            kept = issuer.client_keys.get(session, client.id, client.jwks_uri, fresh=fresh)
        problem = _unsigned(signed, kept.jwks)
        if problem is None or (problem == "signature" and signed.kid is not None):
            return problem
    # a new key of the site, perhaps: the worker will see
    client_keys.ask_again(issuer.database, client.id, client.jwks_uri, kept)
    return problem


def _unsigned(signed: SignedInput, jwks: Iterable[object]) -> str | None:
    """The same for some JWKs; something is verified in any case."""
    keys = _usable(jwks, signed)
    right = any(signed.signed_by(key) for key in keys or [_decoy(signed.alg)])
    if not keys:
        return "no_key"
    return None if right else "signature"


def _usable(jwks: Iterable[object], signed: SignedInput) -> list[Any]:
    found = []
    for jwk in jwks:
        if public_jwk.fits(jwk, signed.alg, signed.kid):
            with suppress(public_jwk.UnusableKeyError):
                found.append(public_jwk.usable(jwk).key)
    return found[: public_jwk.MAX_KEYS]


@lru_cache(maxsize=len(ALGS))
def _decoy(alg: str) -> Any:
    """A key that has signed nothing, as slow as a real one."""
    if public_jwk.KINDS[alg] == "EC":
        return ECKey.generate_key("P-256")
    odd = randbits(2048) | 1 << 2047 | 1
    return RSAKey.import_key(RSAPublicNumbers(65537, odd).public_key())
