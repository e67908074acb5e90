"""RFC 6749 §6, RFC 9700 §4.14.2, OIDC Core §12: a refresh token becomes its successor, once.

Found and judged in a read, answered in full, then claimed in a short write. Whoever loses the
claim, or repeats a use within ten seconds, gets the winner's answer; later, the family ends.
"""

from collections.abc import Mapping
from typing import Any

from idp.oidc import id_token, refresh_store, sealed_answer, subjects, tokens
from idp.oidc.clients import ClientInfo
from idp.oidc.errors import EndpointError, invalid_grant, invalid_request, invalid_scope
from idp.oidc.grants import Granted
from idp.oidc.issuer import Issuer
from idp.oidc.keys import Signer
from idp.oidc.refresh_store import Found
from idp.storage.keyring import new_token

Scope = tuple[str, ...]


def refresh(issuer: Issuer, client: ClientInfo, form: Mapping[str, str]) -> dict[str, Any]:
    """The token response; EndpointError. At most five statements."""
    token = form.get("refresh_token")
    if token is None:
        raise invalid_request("no_refresh_token", "refresh_token is missing")
    sector = subjects.sector_of(client)
    with issuer.database.reading() as session:
        found = refresh_store.find(session, token, sector)
        signer = issuer.keys.signing(session)
    checked = _checked(found, client)
    if checked.used_at is not None:
        return _repeated(issuer, client, token)
    scope = _scope(client, checked.granted.scope, form.get("scope"))
    return _rotate(issuer, client, token, checked, scope, signer)


def _checked(found: Found | None, client: ClientInfo) -> Found:
    if found is None:
        raise invalid_grant("refresh_unknown")
    if found.granted.client_id != client.id:
        raise invalid_grant("refresh_of_other_client")
    if not found.live:
        raise invalid_grant("refresh_revoked")
    if "offline_access" not in client.scopes:
        raise invalid_grant("refresh_not_allowed")
    return found


def _scope(client: ClientInfo, granted: Scope, asked: str | None) -> Scope:
    """What was granted or less (RFC 6749 §6), of what the client may still have (CL4)."""
    wanted = granted if asked is None else tuple(dict.fromkeys(asked.split(" ")))
    if not set(wanted) <= set(granted):
        raise invalid_scope("scope_wider")
    return tuple(item for item in wanted if item in client.scopes)


def _rotate(
    issuer: Issuer, client: ClientInfo, token: str, found: Found, scope: Scope, signer: Signer
) -> dict[str, Any]:
    granted, access, successor = found.granted, new_token(), new_token()
    sub = found.sub or _new_sub(issuer, client, granted)
    signed = None
    if "openid" in scope:
        signed = id_token.issue(issuer, signer, granted, sub=sub, access_token=access)
    answer = tokens.answer(access, scope, refresh=successor, id_token=signed)
    with issuer.database.writing() as session:
        sealed = sealed_answer.seal(token, client.id, answer)
        won = refresh_store.claim(session, token, sealed)
        if won:
            tokens.save_access(session, access, granted.id, scope)
            tokens.save_refresh(session, successor, granted.id, granted.expires_at)
    return answer if won else _repeated(issuer, client, token)


def _new_sub(issuer: Issuer, client: ClientInfo, granted: Granted) -> str:
    """The client has moved to a sector that does not know this person yet."""
    with issuer.database.writing() as session:
        return subjects.get_or_create(session, granted.identity_id, subjects.sector_of(client))


def _repeated(issuer: Issuer, client: ClientInfo, token: str) -> dict[str, Any]:
    """The token was used before, or this instant by somebody faster."""
    answer: dict[str, Any] | None = None
    with issuer.database.writing() as session:
        found = _checked(refresh_store.find(session, token, subjects.sector_of(client)), client)
        if found.in_grace and found.answer is not None:
            answer = sealed_answer.unseal(token, client.id, found.answer)
        elif found.used_at is not None:
            refresh_store.end_family(session, found.granted)
    if answer is None:
        raise _refusal(found)
    return answer


def _refusal(found: Found) -> EndpointError:
    return invalid_grant("refresh_reused" if found.used_at else "refresh_expired")
