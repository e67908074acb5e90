"""OIDC Core §3.1.2.1, an authorization request once it is known to be good."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class AuthorizationRequest:
    """What was asked, checked and parsed; max_age in seconds. Paused, it waits as JSON in a row."""

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

    def to_json(self) -> dict[str, Any]:
        """JSON types only; from_json() gives the same value back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(self).items()
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "AuthorizationRequest":
        """The value that to_json() took; members of another version are left aside."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
            if name in known
        }
        return cls(**values)
