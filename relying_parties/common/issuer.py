"""The issuer's documents and failures: what Authlib's client leaves to the site to check.

Left to us: that the metadata names the issuer we were given (OIDC Discovery §4.3), that documents
age, which algorithms and keys may sign, and that no failure of a library becomes an error 500.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import Token, decode

from relying_parties.common import clock
from relying_parties.common.settings import SettingsError, checked_address

DOCUMENTS_LIVE = timedelta(minutes=5)  # the issuer's metadata and keys are then fetched anew
_FORCED_FETCHES = timedelta(seconds=30)  # at most one: anybody can name keys that nobody has
ISS_PARAMETER = "authorization_response_iss_parameter_supported"
_ALGORITHMS = ["RS256", "PS256", "ES256"]  # never `none`, never the client secret
_REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
_BUSY_ERRORS = frozenset({"temporarily_unavailable", "server_error"})


class IssuerUnavailableError(Exception):
    """The issuer does not answer, or not with documents that can be used. Holds no secret."""


class SignInRefusedError(Exception):
    """An answer of the issuer failed a check, or is the error `code` of its token endpoint.

    Its text is for the log, and holds no secret.
    """

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class IssuerClient(FlaskOAuth2App):
    """Authlib's client, with documents of the issuer that are checked and that age."""

    issuer: str
    server_metadata: dict[str, Any]
    _forced_at: datetime | None = None

    def load_server_metadata(self) -> dict[str, Any]:
        """The checked metadata, fetched on first use and when it is old."""
        loaded_at = self.server_metadata.get("_loaded_at")
        if loaded_at is None or clock.now() - loaded_at >= DOCUMENTS_LIVE:
            document = _checked_metadata(self._get_json(self._server_metadata_url), self.issuer)
            # one assignment: another thread sees the old document or the new one
            self.server_metadata = document | {"_loaded_at": clock.now()}
        return self.server_metadata

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:
        """The issuer's keys; Authlib forces one new fetch when a token names an unknown key."""
        metadata = self.load_server_metadata()
        if "jwks" not in metadata or (force and self._may_force()):
            metadata["jwks"] = _signing_keys(self._get_json(metadata["jwks_uri"]))
        keys: dict[str, Any] = metadata["jwks"]
        return keys

    def verified(self, raw: str) -> Token:
        """A signed token of the issuer, as Authlib verifies its id_tokens; claims unchecked."""
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        keys: Any = self.fetch_jwk_set()
        try:
            return decode(raw, KeySet.import_key_set(keys), registry=registry)
        except InvalidKeyIdError:
            keys = self.fetch_jwk_set(force=True)
            return decode(raw, KeySet.import_key_set(keys), registry=registry)

    def _may_force(self) -> bool:
        now = clock.now()
        if self._forced_at is not None and now - self._forced_at < _FORCED_FETCHES:
            return False
        self._forced_at = now
        return True

    def _get_json(self, url: str) -> dict[str, Any]:
        with self._get_session() as session:
            response = session.request("GET", url, withhold_token=True)
            response.raise_for_status()
            document = response.json()
        if not isinstance(document, dict):
            raise IssuerUnavailableError("a document of the issuer is not a JSON object")
        return document


@contextmanager
def issuer_failures() -> Iterator[None]:
    """Turn whatever the libraries raise into the two errors of this module, without their texts."""
    try:
        yield
    except requests.RequestException as error:
        raise IssuerUnavailableError(type(error).__name__) from error
    except AuthlibBaseError as error:
        if str(error.error) in _BUSY_ERRORS:
            raise IssuerUnavailableError(str(error.error)) from error
        told = f"{type(error).__name__} {error.error!r}"[:80]
        raise SignInRefusedError(told, str(error.error)) from error
    except (JoseError, ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise SignInRefusedError(type(error).__name__) from error


def discovery_url(issuer: str) -> str:
    """Where the issuer publishes its metadata."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"  # OIDC Discovery §4


def _checked_metadata(document: Mapping[str, Any], issuer: str) -> dict[str, Any]:
    """Only the members that are used, checked: Authlib takes any other as an option of its own."""
    if document.get("issuer") != issuer:
        raise IssuerUnavailableError("the metadata names another issuer")  # OIDC Discovery §4.3
    endpoints = {name: document[name] for name in (*_REQUIRED, *_OPTIONAL) if document.get(name)}
    try:
        for name in (*_REQUIRED, *(endpoints.keys() & set(_OPTIONAL))):
            checked_address(name, str(endpoints.get(name, "")).partition("?")[0])
    except SettingsError as error:
        raise IssuerUnavailableError(str(error)) from error
    return endpoints | {
        "issuer": issuer,
        ISS_PARAMETER: document.get(ISS_PARAMETER) is True,
        "id_token_signing_alg_values_supported": _ALGORITHMS,
    }


def _signing_keys(document: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of kinds that may sign here; others disturb nobody (RFC 7517 §5)."""
    keys: Iterable[Any] = document.get("keys") or []
    usable = [key for key in keys if isinstance(key, dict) and key.get("kty") in {"RSA", "EC"}]
    return {"keys": usable}
