"""RFC 7517 §5, the issuer's public keys."""

from idp.oidc.http import MachineRequest, MachineResponse, json_response
from idp.oidc.issuer import Issuer

# a key is published a day before it signs; a withdrawn one is out of caches in a minute, of which
# the calendar of another process may take KNOWN_EVERYWHERE
CACHE = (("Cache-Control", "public, max-age=50"),)


def jwks(issuer: Issuer, request: MachineRequest) -> MachineResponse:
    """GET: every key that signs, will sign or has signed lately; public members only (KE3)."""
    with issuer.database.reading() as session:
        return json_response({"keys": issuer.keys.published(session)}, headers=CACHE)
