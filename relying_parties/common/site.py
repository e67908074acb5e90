"""The factory of a member site, from what its code says (Site) and its deployment (Settings)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

from relying_parties.common import auth, backchannel, errors, headers, notices, wants
from relying_parties.common.attempts import Attempts
from relying_parties.common.claims import Shape
from relying_parties.common.database import Database
from relying_parties.common.logouts import Logouts
from relying_parties.common.oidc import Provider
from relying_parties.common.services import EXTENSION, Services
from relying_parties.common.sessions import Lengths, Sessions
from relying_parties.common.settings import Settings

_BODY_MAX = 64 * 1024
_LENGTHS = Lengths(idle=timedelta(minutes=30), absolute=timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Site:
    """One member site. `pages` is a blueprint named "site" that has at least "home" at /."""

    slug: str
    title: str
    package: str
    pages: Blueprint
    scope: str = "openid"
    claims: Mapping[str, Shape] = field(default_factory=dict)
    returns: frozenset[str] = frozenset({"site.home"})
    lengths: Lengths = _LENGTHS


def create_site(site: Site, settings: Settings) -> Flask:
    """A ready WSGI application. Raises sqlite3.Error where the database cannot be opened."""
    app = Flask(site.package)
    _configure(app, site, settings)
    database = Database(settings.database)
    provider = Provider(app, settings, site.scope, site.claims)
    app.extensions[EXTENSION] = Services(
        settings=settings,
        provider=provider,
        sessions=Sessions(database, site.lengths),
        logouts=Logouts(database),
        attempts=Attempts(database, settings, site.slug),
        session_cookie=settings.cookie_name(site.slug, "session"),
        returns=site.returns,
        wants=wants.offered(site.claims),
    )
    headers.protect(app, provider, settings.secure)
    csrf = CSRFProtect(app)
    for machine_or_issuer in (auth.login, backchannel.backchannel_logout):
        csrf.exempt(machine_or_issuer)
    app.register_blueprint(auth.pages)
    app.register_blueprint(site.pages)
    errors.register(app)
    create_space = settings.issuer_url("/creer-mon-espace")
    app.context_processor(
        lambda: {"site": site, "notice": notices.notice, "create_space": create_space}
    )
    return app


def _configure(app: Flask, site: Site, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # Flask's own cookie holds the form token and passing notices, never who is signed in
        SESSION_COOKIE_NAME=settings.cookie_name(site.slug, "forms"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session that it belongs to
        MAX_CONTENT_LENGTH=_BODY_MAX,
        MAX_FORM_MEMORY_SIZE=_BODY_MAX,
    )
