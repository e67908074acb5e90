"""What the tests of signing keys share: a process that reads the calendar."""

from pathlib import Path
from typing import Any

from idp.oidc import keys
from idp.oidc.key_files import SigningJwk
from idp.oidc.keys import KeyStore
from idp.settings import Settings
from idp.storage.engine import Database


def key_file(settings: Settings, kid: str) -> Path:
    """Where the private half should be."""
    return settings.keys_dir / f"{kid}.pem"


class Reader:
    """A serving process: its store, over one database, never behind. RS256 unless said so."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.store = KeyStore(settings, max_age=0)

    def signer(self, alg: str = "RS256") -> keys.Signer:
        with self.database.reading() as session:
            return self.store.signing(session, alg)

    def jwks(self, alg: str = "RS256") -> list[dict[str, Any]]:
        with self.database.reading() as session:
            return [jwk for jwk in self.store.published(session) if jwk["alg"] == alg]

    def published(self, alg: str = "RS256") -> list[str]:
        return [jwk["kid"] for jwk in self.jwks(alg)]

    def verifier(self, kid: object) -> SigningJwk | None:
        with self.database.reading() as session:
            return self.store.verification_key(session, kid)
