"""OIDC Core §3.1.2.1, an authorization request once it is known to be good."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class AuthorizationRequest:
    """What was asked, checked and parsed; max_age in seconds. Paused, it waits as JSON in a row.

    `claims` is {"userinfo": {name: None | {...}}, "id_token": {...}} (OIDC Core §5.5), only names
    that the client may have. `acr_essential`: one of these, or no answer. `resources`: registered
    APIs (RFC 8707). `dpop_jkt`: the key that the code is bound to (RFC 9449 §10). `pushed`: the
    hash of the handle under which the site pushed it (RFC 9126), used up by the answer.
    """

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    login_hint: str | None = None
    hinted_identity_id: str | None = None
    response_mode: str = "query"
    claims: dict[str, Any] = field(default_factory=dict)
    acr_essential: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    dpop_jkt: str | None = None
    pushed: str | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON types only; from_json() gives the same value back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(self).items()
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "AuthorizationRequest":
        """The value that to_json() took; members of another version are left aside."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
            if name in known
        }
        return cls(**values)
