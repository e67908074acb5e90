"""RFC 6749 §2.3, client authentication: client_secret_basic, client_secret_post, none.

private_key_jwt is in client_assertion.py; authenticated() knows all four.

A client may use only the method that it registered. Unknown, disabled, wrong method and wrong
secret are one answer after the same work (OA17); which it was goes to the log.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from idp.oidc import client_assertion
from idp.oidc.client_fields import PRIVATE_KEY
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import EndpointError, invalid_client, invalid_request
from idp.oidc.forms import decoded
from idp.oidc.http import MachineRequest
from idp.oidc.issuer import Issuer
from idp.oidc.signed_input import SignedInputError
from idp.storage.keyring import new_token, token_hash

BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# compared with when there is no such client: as many hashes as a known one costs
_NOBODY = ClientInfo(
    id="",
    name="",
    redirect_uris=(),
    post_logout_redirect_uris=(),
    initiate_login_uri=None,
    grant_types=(),
    auth_method=BASIC,
    scopes=(),
    subject_type="pairwise",
    sector="",
    step_up="always",
    first_party=False,
    disabled=True,
    secret_hashes=((token_hash(new_token()), None),),
)


@dataclass(frozen=True)
class Presented:
    """What a request says of its client; the secret is empty for the method none."""

    client_id: str
    secret: str
    method: str


def find_client(issuer: Issuer, session: Session, client_id: str) -> ClientInfo | None:
    """The client of an id as received: odd ones are unknown without asking the database."""
    return issuer.clients.get(session, client_id) if _ID.fullmatch(client_id) else None


def authenticated(issuer: Issuer, request: MachineRequest, form: Mapping[str, str]) -> ClientInfo:
    """The client that speaks, by whichever method it registered; opens what blocks it needs.

    EndpointError: invalid_client, or invalid_request for two methods.
    """
    if client_assertion.present(form):
        return _by_assertion(issuer, request, form)
    with issuer.database.reading() as session:
        return _authenticate(issuer, session, request.headers, form)


def _by_assertion(issuer: Issuer, request: MachineRequest, form: Mapping[str, str]) -> ClientInfo:
    if "authorization" in request.headers or "client_secret" in form:
        raise _two_methods()
    try:
        assertion = client_assertion.read(issuer, form)
        with issuer.database.reading() as session:
            found = find_client(issuer, session, assertion.client_id)
        fit = found and not found.disabled and found.auth_method == PRIVATE_KEY
        return client_assertion.prove(issuer, found if fit else None, assertion)
    except SignedInputError as refusal:
        raise invalid_client(f"assertion_{refusal.reason}", challenge=False) from None


def _authenticate(
    issuer: Issuer, session: Session, headers: Mapping[str, str], form: Mapping[str, str]
) -> ClientInfo:
    """The client that speaks. EndpointError: invalid_client, or invalid_request for two methods."""
    presented = _presented(headers.get("authorization"), form)
    known = find_client(issuer, session, presented.client_id)
    client = known or _NOBODY
    # one that has no secret costs as much as one that has
    right = (client if client.secret_hashes else _NOBODY).has_secret(presented.secret)
    if client.auth_method == NONE:
        right = presented.method == NONE
    if known is None or client.disabled or client.auth_method != presented.method or not right:
        reason = _why(known, presented)
        raise invalid_client(reason, challenge=presented.method == BASIC)
    return known


def _presented(header: str | None, form: Mapping[str, str]) -> Presented:
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if header is not None:
        found = _from_header(header)
        if secret is not None:
            raise _two_methods()  # RFC 6749 §2.3
        if client_id not in (None, found.client_id):
            raise _two_methods()
        return found
    if client_id is None:
        raise invalid_client("no_credentials", challenge=False)
    if secret is not None:
        return Presented(client_id, secret, POST)
    return Presented(client_id, "", NONE)


def _from_header(header: str) -> Presented:
    """Strict on purpose: loosely decoded credentials have been accepted elsewhere (OA17)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise invalid_client("scheme", challenge=True)
    try:
        raw = base64.b64decode(encoded.encode("ascii"), validate=True)
        name, colon, password = raw.partition(b":")
        # form-encoded before base64 (RFC 6749 §2.3.1)
        client_id, secret = decoded(name), decoded(password)
    except (ValueError, binascii.Error):
        raise invalid_client("malformed_basic", challenge=True) from None
    if not colon:
        raise invalid_client("malformed_basic", challenge=True)
    return Presented(client_id, secret, BASIC)


def _two_methods() -> EndpointError:
    return invalid_request("two_auth_methods", "The client authenticates in more than one way")


def _why(known: ClientInfo | None, presented: Presented) -> str:
    if known is None:
        return "client_unknown"
    if known.disabled:
        return "client_disabled"
    return "client_method" if known.auth_method != presented.method else "client_secret"
