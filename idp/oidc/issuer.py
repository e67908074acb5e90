"""OIDC Core §1.2, the issuer: its address and all that its endpoints share, once per process."""

from dataclasses import dataclass, field

from idp.oidc.client_keys import KeyCache
from idp.oidc.clients import ClientCache
from idp.oidc.cors_origins import Origins
from idp.oidc.keys import KeyStore
from idp.settings import Settings
from idp.storage.engine import Database
from idp.storage.keyring import Keyring


@dataclass(frozen=True)
class Issuer:
    """Settings, database, signing keys and known clients; endpoints are functions of it."""

    settings: Settings
    database: Database
    keys: KeyStore
    clients: ClientCache
    client_keys: KeyCache = field(default_factory=KeyCache)
    origins: Origins = field(default_factory=Origins)

    @classmethod
    def of(cls, settings: Settings, database: Database) -> "Issuer":
        """An issuer with caches of its own."""
        return cls(settings, database, KeyStore(settings), ClientCache())

    @property
    def address(self) -> str:
        """The issuer identifier: one string in discovery, tokens and answers (RFC 9207 §2)."""
        return self.settings.issuer

    @property
    def keyring(self) -> Keyring:
        """The keys of digests and of data at rest."""
        return self.database.keys

    def url(self, path: str) -> str:
        """The absolute address of a path that begins with a slash."""
        return self.address + path
