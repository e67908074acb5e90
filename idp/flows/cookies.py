"""The cookies of a browser, and the form token that hangs on them.

browser: set on the first page; ties a paused request to the browser that began it (OA23).
session: set by complete_login() alone; a new value at every crossing of privilege (SE1).
device:  a trusted browser, 30 days.
The CSRF secret is derived from the first two: another session, another secret, nothing to store.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g
from flask import request as current
from flask.sessions import SessionInterface, SessionMixin

from idp.accounts.lifetimes import TRUSTED_DEVICE
from idp.oidc.endpoints import ENDPOINTS
from idp.settings import Settings
from idp.storage.keyring import Keyring, new_token, token_hash

_MAX = 128
_WITHOUT = frozenset({"machine", "health", "metrics"})


@dataclass
class Browser:
    """The three values as they came, and what the answer must change."""

    id: str
    fresh: bool
    session: str | None
    device: str | None
    changes: dict[str, str | None] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """What a paused request stores of this browser."""
        return token_hash(self.id)

    def sign_in(self, cookie: str) -> None:
        """Carry this session from now on."""
        self.session = self.changes["session"] = cookie

    def sign_out(self) -> None:
        """Carry no session any more."""
        self.session = self.changes["session"] = None

    def trust(self, token: str) -> None:
        """Be a trusted device from now on."""
        self.device = self.changes["device"] = token


def browser() -> Browser:
    """The browser of the current request."""
    found: Browser = g.browser
    return found


def name_of(settings: Settings, kind: str) -> str:
    """__Host- under https; on http the port keeps several copies on one host apart (SE2)."""
    if settings.https:
        return f"__Host-mgen_connect_{kind}"
    return f"mgen_connect_{urlsplit(settings.issuer).port or 80}_{kind}"


class _FormSession(dict[str, Any], SessionMixin):
    """What Flask-WTF reads its secret from; nothing in it is stored anywhere."""

    modified = False


class BrowserCookies(SessionInterface):
    """Reads the cookies into g.browser, and writes those that changed."""

    def __init__(self, settings: Settings, keys: Keyring) -> None:
        self._settings = settings
        self._keys = keys

    def open_session(self, app: Flask, request: Request) -> _FormSession:
        """Called by Flask before each request; a machine's has no cookie to look at."""
        if request.path in ENDPOINTS:
            return _FormSession()
        known = self._read(request, "browser")
        g.browser = Browser(
            id=known or new_token(),
            fresh=known is None,
            session=self._read(request, "session"),
            device=self._read(request, "device"),
        )
        bound = f"{g.browser.id}|{g.browser.session or ''}"
        return _FormSession(csrf_token=self._keys.digest("secret", "csrf", bound))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Called by Flask after each request; machine answers set no cookie.

        A POST of another site comes without cookies: a new one would orphan the other tabs. And
        what failed has kept nothing: the cookies that it was about to change stay good.
        """
        if current.blueprint in _WITHOUT or current.endpoint == "static":
            return
        found: Browser = g.browser
        if found.fresh and current.method == "GET":
            self._write(response, "browser", found.id, None)
        if response.status_code >= 400:
            return
        for kind, value in found.changes.items():
            age = int(TRUSTED_DEVICE.total_seconds()) if kind == "device" else None
            self._write(response, kind, value, age)

    def _read(self, request: Request, kind: str) -> str | None:
        value = request.cookies.get(name_of(self._settings, kind))
        return value if value and len(value) <= _MAX and value.isascii() else None

    def _write(self, response: Response, kind: str, value: str | None, age: int | None) -> None:
        shared: dict[str, Any] = {
            "path": "/",
            "httponly": True,
            "samesite": "Lax",
            "secure": self._settings.https,
        }
        name = name_of(self._settings, kind)
        if value is None:
            response.delete_cookie(name, **shared)
        else:
            response.set_cookie(name, value, max_age=age, **shared)
