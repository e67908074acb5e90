"""What a deployment says about a site, in environment variables.

ISSUER, CLIENT_ID, CLIENT_SECRET, DATABASE (an SQLite file) are required; BASE_URL is where browsers
find the site (default http://localhost:PORT); SECRET_KEY signs cookies (default: made, and kept
beside the database).
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SECRET_KEY_MIN = 32
_PLAIN_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


class SettingsError(ValueError):
    """A setting is missing or unusable; the text names it and never quotes a secret."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployed site. `issuer` and `base_url` are absolute; the latter has no final slash."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    database: Path
    base_url: str
    secret_key: str = field(repr=False)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the site by https."""
        return self.base_url.startswith("https://")

    def url(self, path: str) -> str:
        """Absolute public address of a path; never made from the Host header."""
        return self.base_url + path

    def issuer_url(self, path: str) -> str:
        """Absolute address of one of the issuer's pages for people."""
        return self.issuer.rstrip("/") + path

    def cookie_name(self, slug: str, purpose: str) -> str:
        """A name of its own per site and port: cookies ignore ports (RFC 6265 §8.5)."""
        parts = urlsplit(self.base_url)
        port = parts.port or (443 if self.secure else 80)
        return f"{'__Host-' if self.secure else ''}{slug}_{port}_{purpose}"


def from_environ(environ: Mapping[str, str], port: int) -> Settings:
    """Read the settings; `port` is where the site listens. Raises SettingsError."""
    database = Path(_required(environ, "DATABASE"))
    return Settings(
        issuer=checked_address("ISSUER", _required(environ, "ISSUER")),
        client_id=_required(environ, "CLIENT_ID"),
        client_secret=_required(environ, "CLIENT_SECRET"),
        database=database,
        base_url=_base_url(environ.get("BASE_URL") or f"http://localhost:{port}"),
        secret_key=_secret_key(environ.get("SECRET_KEY", ""), database),
    )


def checked_address(name: str, raw: str) -> str:
    """`raw` where it is https, or http on loopback, and nothing odd. Raises SettingsError."""
    parts = _split(name, raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"{name} is not a whole http(s) address")
    if not _PLAIN_HOST.fullmatch(parts.netloc) or parts.query or parts.fragment:
        raise SettingsError(f"{name} must hold a plain host, no user name, query or fragment")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError(f"{name} must be https beyond this machine")
    return raw


def is_loopback(address: str) -> bool:
    """Whether an absolute address names this machine."""
    return urlsplit(address).hostname in LOOPBACK


def _split(name: str, raw: str) -> SplitResult:
    try:
        parts = urlsplit(raw)
        _ = parts.port  # parsed lazily, and raises for a port that is none
    except ValueError as error:
        raise SettingsError(f"{name} is not an address") from error
    return parts


def _base_url(raw: str) -> str:
    base_url = checked_address("BASE_URL", raw).rstrip("/")
    if urlsplit(base_url).path:
        raise SettingsError("BASE_URL must hold no path")
    return base_url


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is missing")
    return value


def _secret_key(given: str, database: Path) -> str:
    key = given or _kept_key(database.with_name(database.name + ".key"))
    if len(key) < _SECRET_KEY_MIN:
        raise SettingsError(f"SECRET_KEY has fewer than {_SECRET_KEY_MIN} characters")
    return key


def _kept_key(path: Path) -> str:
    """The key kept beside the database, made on first use; refused when others may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path.name} can be read by others: chmod 600 it") from None
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
