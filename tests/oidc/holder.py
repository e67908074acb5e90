"""Somebody with a private key of their own: makes client assertions, DPoP proofs, and bad ones."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import delete, select, update

from idp import clock
from idp.models import Client, ClientSecret, new_id
from idp.oidc import client_queries
from tests import spare_keys
from tests.oidc.hint_forgery import signed
from tests.oidc.world import Site, World

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ABSENT: Any = ...  # a member that is left out


@dataclass
class Holder:
    """A key and what is signed with it, by `alg`; header and claims can be changed at will."""

    key: RSAKey | ECKey
    alg: str
    kid: str = field(default_factory=new_id)

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half, as a site publishes it."""
        return {**self.public, "kid": self.kid, "use": "sig"}

    @property
    def public(self) -> dict[str, Any]:
        """The public half and nothing more."""
        said = self.key.as_dict(private=False)
        return {name: said[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in said}

    @property
    def private(self) -> dict[str, Any]:
        """All of it."""
        said = self.key.as_dict(private=True)
        return {name: value for name, value in said.items() if name not in {"kid", "use", "alg"}}

    @property
    def jkt(self) -> str:
        """RFC 7638, worked out here and not by any library."""
        text = json.dumps(dict(sorted(self.public.items())), separators=(",", ":"))
        return _digest(text)

    def sign(self, header: Mapping[str, Any], claims: Mapping[str, Any] | bytes) -> str:
        """A JWS; members that are ABSENT are left out."""
        payload = claims if isinstance(claims, bytes) else json.dumps(_kept(claims)).encode()
        return signed(_kept(header), payload, self.key)

    def assertion(
        self, client_id: str, issuer: str, header: Mapping[str, Any] | None = None, **changes: Any
    ) -> str:
        """A good client assertion, but for the changes."""
        now = clock.timestamp()
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": issuer,
            "jti": new_id(),
            "iat": now,
            "exp": now + 60,
        }
        return self.sign(
            {"alg": self.alg, "kid": self.kid, **(header or {})}, {**claims, **changes}
        )

    def by_assertion(self, site: Site, issuer: str, **changes: Any) -> dict[str, str]:
        """The form fields of private_key_jwt."""
        return {
            "client_assertion_type": JWT_BEARER,
            "client_assertion": self.assertion(site.id, issuer, **changes),
        }

    def proof(
        self, method: str, url: str, header: Mapping[str, Any] | None = None, **changes: Any
    ) -> str:
        """A good DPoP proof, but for the changes."""
        claims = {"htm": method, "htu": url, "jti": new_id(), "iat": clock.timestamp()}
        head = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.public, **(header or {})}
        return self.sign(head, {**claims, **changes})


def holder(alg: str = "ES256", name: str = "holder") -> Holder:
    """Somebody with a key that fits `alg`; RSA keys are made once, by name."""
    if alg == "ES256":
        return Holder(ECKey.generate_key("P-256"), alg)
    return Holder(_rsa(name), alg)


def ath(access_token: str) -> str:
    """RFC 9449 §4.2: what a proof says of the token beside it."""
    return _digest(access_token)


def keyed_site(world: World, *keys: Mapping[str, Any], **registered: Any) -> Site:
    """A client that authenticates by private_key_jwt with these JWKs, or with its jwks_uri."""
    said = {"token_endpoint_auth_method": "private_key_jwt", **registered}
    if keys:
        said["jwks"] = {"keys": list(keys)}
    site = world.site()
    world.change(delete(ClientSecret).where(ClientSecret.client_id == site.id))
    return as_registered(world, site, **said)


def as_registered(world: World, site: Site, **said: Any) -> Site:
    """The client as if it had registered so, whatever the validator would say."""
    mine = Client.id == site.id
    with world.database.writing() as session:
        before = session.execute(select(Client.registered).where(mine)).scalar_one()
        session.execute(update(Client).where(mine).values(registered={**before, **said}))
        client = client_queries.load(session, site.id)
    assert client is not None
    return Site(client, "")


def _kept(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not ABSENT}


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache
def _rsa(name: str) -> RSAKey:
    raw = spare_keys.named(name).private_key
    assert raw is not None
    return RSAKey.import_key(raw)
