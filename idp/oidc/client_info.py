"""One member site as the rest of the code sees it: immutable, parsed, safe to keep and share."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from idp import clock
from idp.storage.keyring import token_hash

# ClientInfo's name of a field, and RFC 7591's (or ours), where both have one meaning
FIELDS: Mapping[str, str] = {
    "application_type": "application_type",
    "jwks": "jwks",
    "jwks_uri": "jwks_uri",
    "auth_signing_alg": "token_endpoint_auth_signing_alg",
    "id_token_alg": "id_token_signed_response_alg",
    "profile": "profile",
    "resources": "resource",
    "dpop_bound": "dpop_bound_access_tokens",
    "require_par": "require_pushed_authorization_requests",
    "require_pkce": "require_pkce",
    "client_uri": "client_uri",
    "logo_uri": "logo_uri",
    "policy_uri": "policy_uri",
    "tos_uri": "tos_uri",
    "contacts": "contacts",
    "default_max_age": "default_max_age",
}


@dataclass(frozen=True)
class ClientInfo:
    """A registered client (RFC 7591 §2) with our own policy; secrets as SHA-256 hashes."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    initiate_login_uri: str | None
    grant_types: tuple[str, ...]
    auth_method: str
    scopes: tuple[str, ...]
    subject_type: str
    sector: str
    step_up: str
    first_party: bool
    disabled: bool
    secret_hashes: tuple[tuple[str, datetime | None], ...]
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    application_type: str = "web"
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    auth_signing_alg: str | None = None
    id_token_alg: str = "RS256"  # noqa: S105 — the name of an algorithm
    profile: str | None = None
    resources: tuple[str, ...] = ()
    dpop_bound: bool = False
    require_par: bool = False
    require_pkce: bool = True
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    contacts: tuple[str, ...] = ()
    default_max_age: int | None = None

    @property
    def public(self) -> bool:
        """A browser or native app: it has nothing to authenticate with (RFC 6749 §2.1)."""
        return self.auth_method == "none"

    @property
    def uses_secret(self) -> bool:
        """Whether it proves itself by a secret, and not by a key or not at all."""
        return self.auth_method.startswith("client_secret_")

    @property
    def fapi2(self) -> bool:
        """Whether the FAPI 2.0 security profile binds it."""
        return self.profile == "fapi2"

    def has_secret(self, presented: str) -> bool:
        """Whether it is a live secret; all are compared, each in constant time (OA15).

        Any text may be presented: what UTF-8 cannot encode becomes a ?, which no secret holds.
        """
        digest = token_hash(presented.encode("utf-8", "replace").decode()).encode()
        now, found = clock.now(), False
        for stored, expires_at in self.secret_hashes:
            same = hmac.compare_digest(stored.encode(), digest)
            found |= same and (expires_at is None or expires_at > now)
        return found

    def metadata(self) -> dict[str, Any]:
        """The same by RFC 7591 names, as client_metadata.validated() takes them."""
        return {
            "client_name": self.name,
            "redirect_uris": list(self.redirect_uris),
            "post_logout_redirect_uris": list(self.post_logout_redirect_uris),
            "initiate_login_uri": self.initiate_login_uri,
            "backchannel_logout_uri": self.backchannel_logout_uri,
            "backchannel_logout_session_required": self.backchannel_logout_session_required,
            "scope": " ".join(self.scopes),
            "grant_types": list(self.grant_types),
            "response_types": ["code"] if "authorization_code" in self.grant_types else [],
            "token_endpoint_auth_method": self.auth_method,
            "subject_type": self.subject_type,
            "sector_identifier": self.sector,
            "step_up": self.step_up,
            "first_party": self.first_party,
            **{field: _plain(getattr(self, name)) for name, field in FIELDS.items()},
        }


def _plain(value: object) -> object:
    """As JSON has it, and the caller's own."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


class Registered(NamedTuple):
    """A client just created, with its secret: None for a public client, never to be had again."""

    client: ClientInfo
    secret: str | None
