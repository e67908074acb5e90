"""What the tests of signing keys share: a process that reads the calendar, and keys made once."""

from functools import cache
from pathlib import Path

from joserfc.jwk import RSAKey

from idp.oidc import key_files, keys
from idp.oidc.keys import KeyStore
from idp.settings import Settings
from idp.storage.engine import Database


@cache
def made_keys() -> tuple[RSAKey, ...]:
    """Real keys, made once a run: making one takes most of a second."""
    return tuple(key_files.generate() for _ in range(3))


def key_file(settings: Settings, kid: str) -> Path:
    """Where the private half should be."""
    return settings.keys_dir / f"{kid}.pem"


class Reader:
    """A serving process: its store, over one database, never behind."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.store = KeyStore(settings, max_age=0)

    def signer(self) -> keys.Signer:
        with self.database.reading() as session:
            return self.store.signing(session)

    def published(self) -> list[str]:
        with self.database.reading() as session:
            return [jwk["kid"] for jwk in self.store.published(session)]

    def verifier(self, kid: object) -> RSAKey | None:
        with self.database.reading() as session:
            return self.store.verification_key(session, kid)
