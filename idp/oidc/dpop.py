"""RFC 9449, DPoP: whoever sends a token shows that it holds the key the token is bound to (OA14).

read() needs no database; spend() makes the proof worth nothing a second time, on any node.
Tokens are bound and compared elsewhere (code_grant.py, refresh_grant.py, userinfo.py).
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from idp import clock
from idp.oidc import dpop_nonce, public_jwk, signed_input
from idp.oidc.errors import DPOP_ALGS, EndpointError
from idp.oidc.http import MachineRequest
from idp.oidc.issuer import Issuer
from idp.oidc.signed_input import Accepts, SignedInput, SignedInputError
from idp.storage.spent import spend as spend_id

SCHEME = "DPoP"
PURPOSE = "dpop"
ACCEPTS = Accepts(algs=DPOP_ALGS, types=("dpop+jwt",), members=frozenset({"jwk"}), others=True)
SKEW = timedelta(seconds=60)
SKEW_WITH_NONCE = timedelta(minutes=5)  # the nonce dates it better than a client's clock
_ADDRESS = re.compile(r"[!-~]+")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Proof:
    """A proof that is right for this request; `jkt` is its key's thumbprint (RFC 7638).

    `expires_at`: from then on it is too old to be shown again. `at_resource`: shown with a token.
    """

    jkt: str
    jti: str
    expires_at: datetime
    at_resource: bool = False


def read(
    issuer: Issuer, request: MachineRequest, *, access_token: str | None = None
) -> Proof | None:
    """The request's proof, None when there is no DPoP header.

    With `access_token` the request is one at a resource, and the proof must be bound to it (ath).
    EndpointError: invalid_dpop_proof or use_dpop_nonce; 400, at a resource 401 with a challenge.
    """
    header = request.headers.get("dpop")
    if header is None:
        return None
    at_resource = access_token is not None
    try:
        return _proof(issuer, request, header, access_token)
    except _NonceError:
        raise EndpointError(
            "use_dpop_nonce",
            "dpop_nonce",
            "The DPoP proof needs the nonce of this answer",
            **_as_seen(at_resource),
            headers=dpop_nonce.told(issuer),
        ) from None
    except SignedInputError as refusal:
        raise invalid_proof(refusal.reason, at_resource=at_resource) from None


def spend(session: Session, proof: Proof) -> None:
    """Take the proof's jti, in the transaction of what it is good for. EndpointError if taken."""
    if not spend_id(session, PURPOSE, f"{proof.jkt}/{proof.jti}", proof.expires_at):
        raise invalid_proof("replay", at_resource=proof.at_resource)


def invalid_proof(reason: str, *, at_resource: bool = False) -> EndpointError:
    """One answer for every proof that is missing where one is due, or not good."""
    return EndpointError(
        "invalid_dpop_proof",
        f"dpop_{reason}",
        "The DPoP proof is missing, malformed, used or not for this request",
        **_as_seen(at_resource),
    )


class _NonceError(Exception):
    """A nonce that we did not give, or too long ago."""


def _as_seen(at_resource: bool) -> dict[str, Any]:
    return {"status": 401, "scheme": SCHEME} if at_resource else {"status": 400}


def _proof(issuer: Issuer, request: MachineRequest, header: str, access_token: str | None) -> Proof:
    if "," in header:  # two headers, as a server joins them (RFC 9110 §5.3)
        raise SignedInputError("two_proofs")
    signed = signed_input.read(header, ACCEPTS)
    jkt = _signed_by_its_own(signed)
    said = signed.claims
    if said.get("htm") != request.method:
        raise SignedInputError("htm")
    if _address(said.get("htu")) != _address(issuer.url(request.path)):
        raise SignedInputError("htu")
    if access_token is not None and said.get("ath") != _hash(access_token):
        raise SignedInputError("ath")
    jti = signed_input.jti(said)
    return Proof(jkt, jti, _expiry(issuer, said), access_token is not None)


def _signed_by_its_own(signed: SignedInput) -> str:
    """The thumbprint of the key in the header, once it is seen to have signed this."""
    jwk = signed.header.get("jwk")
    try:
        found = public_jwk.usable(jwk)
    except public_jwk.UnusableKeyError as problem:
        raise SignedInputError(f"jwk_{problem.reason}") from None
    if not public_jwk.fits(jwk, signed.alg, None) or not signed.signed_by(found.key):
        raise SignedInputError("signature")
    return found.thumbprint()


def _expiry(issuer: Issuer, said: Mapping[str, Any]) -> datetime:
    """When it is too old, by its own date and by the nonce in it."""
    made = signed_input.date(said, "iat")
    if made is None:
        raise SignedInputError("iat")
    tolerance = SKEW
    if "nonce" in said:
        nonce = said["nonce"]
        if not isinstance(nonce, str) or not dpop_nonce.is_live(issuer, nonce):
            raise _NonceError
        tolerance = SKEW_WITH_NONCE
    at = datetime.fromtimestamp(made, UTC)
    if abs(clock.now() - at) > tolerance:
        raise SignedInputError("iat")
    return at + tolerance + timedelta(seconds=1)


def _address(text: object) -> tuple[str, str, int | None, str]:
    """An address without query and fragment, in one spelling (RFC 9449 §4.3, RFC 3986 §6.2)."""
    # urlsplit() would pass over blanks and line ends
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text):
        raise SignedInputError("htu")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise SignedInputError("htu") from None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise SignedInputError("htu")
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme], parts.path or "/"


def _hash(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
