"""What sites may ask for, as rows: each is a client to register and what a program is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from tests.stories.stack import Stack

# nobody listens there: the browser of the tests stops before
SITE = "http://localhost:9"
CALLBACK, GOODBYE = f"{SITE}/callback", f"{SITE}/goodbye"


@dataclass(frozen=True)
class Variant:
    """One kind of site: metadata beside the usual (RFC 7591), and what the program does."""

    name: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    alg: str | None = None  # of private_key_jwt


def _method(name: str) -> dict[str, str]:
    return {"token_endpoint_auth_method": name}


def _fapi2(alg: str) -> Variant:
    return Variant(
        f"fapi2_{alg}",
        {"profile": "fapi2", "id_token_signed_response_alg": alg},
        {"par": True, "dpop": alg},
        alg=alg,
    )


BASIC = Variant("client_secret_basic")
VARIANTS = (
    BASIC,
    Variant("client_secret_post", _method("client_secret_post")),
    Variant("public", _method("none")),
    Variant("par", {"require_pushed_authorization_requests": True}, {"par": True}),
    Variant("par_public", _method("none"), {"par": True}),
    Variant("form_post", {}, {"more": {"response_mode": "form_post"}}),
    Variant("dpop_ES256", {"dpop_bound_access_tokens": True}, {"dpop": "ES256"}),
    Variant("dpop_public", _method("none"), {"dpop": "ES256"}),
    Variant("dpop_PS256", {}, {"dpop": "PS256"}),
    Variant("private_key_jwt_ES256", alg="ES256"),
    Variant("private_key_jwt_PS256", alg="PS256"),
    Variant("private_key_jwt_RS256", alg="RS256"),
    _fapi2("ES256"),
    _fapi2("PS256"),
)


def given_to(stack: Stack, variant: Variant, **metadata: Any) -> dict[str, Any]:
    """Register the client of a variant; what a program has to be given to be it."""
    key = site_key(variant.alg) if variant.alg else None
    full: dict[str, Any] = {
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [GOODBYE],
        "scope": "openid email offline_access",
        "first_party": True,
        "step_up": "on_request",
        **variant.metadata,
        **metadata,
    }
    if key is not None:
        full["token_endpoint_auth_method"] = "private_key_jwt"
        full["jwks"] = {"keys": [key.as_dict(private=False)]}
    made = stack.register(**full)
    return {
        "issuer": stack.idp,
        "client_id": made.client.id,
        "client_secret": made.secret,
        "method": made.client.auth_method,
        "id_token_alg": made.client.id_token_alg,
        "redirect_uri": CALLBACK,
        "post_logout_redirect_uri": GOODBYE,
        "scope": full["scope"],
        "alg": variant.alg,
        "key": key.as_dict(private=True) if key is not None else None,
        **variant.given,
    }


def site_key(alg: str) -> ECKey | RSAKey:
    """A key pair of a site, fit for this algorithm; its kid is the thumbprint."""
    usage: dict[str, Any] = {"alg": alg, "use": "sig"}
    kinds: dict[str, Any] = {"ES256": (ECKey, "P-256")}
    kind, size = kinds.get(alg, (RSAKey, 2048))
    key: ECKey | RSAKey = kind.generate_key(size, usage)
    key.ensure_kid()
    return key
