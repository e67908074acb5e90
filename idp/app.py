"""create_app(): wiring only, read from top to bottom."""

import os

from flask import Flask
from flask_wtf import CSRFProtect

from idp import env_files, logs
from idp.accounts.passwords import Hasher
from idp.flows import (
    account_choice,
    accueil,
    activation,
    answers,
    association,
    association_agreed,
    association_link,
    authorization,
    consent,
    failures,
    guards,
    headers,
    health,
    information,
    invitation,
    legacy_code,
    legacy_nir,
    letter,
    level,
    login,
    method,
    metrics,
    migration,
    new_password,
    opening,
    opening_code,
    opening_member,
    recovery,
    refusal,
    secret_question,
    sign_out,
    signup,
    step_up,
    undo,
    validation,
)
from idp.flows.account import services, two_step
from idp.flows.cookies import BrowserCookies
from idp.flows.runtime import Runtime
from idp.oidc import mount
from idp.oidc.issuer import Issuer
from idp.settings import Settings
from idp.storage.engine import Database
from idp.texts.environment import install as install_texts

PAGES = (
    accueil,
    login,
    legacy_nir,
    legacy_code,
    migration,
    validation,
    association,
    association_link,
    association_agreed,
    method,
    new_password,
    step_up,
    two_step,
    services,
    account_choice,
    level,
    consent,
    refusal,
    signup,
    activation,
    opening,
    opening_member,
    opening_code,
    letter,
    recovery,
    undo,
    invitation,
    secret_question,
    sign_out,
    information,
    authorization,
    answers,
    health,
    metrics,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The identity provider as a WSGI app; settings come from the environment when None."""
    settings = settings or Settings.from_env(env_files.environment(os.environ))
    settings.check()
    logs.configure(settings)
    database = Database.open(settings)
    issuer = Issuer.of(settings, database)
    app = Flask("idp", static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=database.keys.keys("secret", "forms")[0],
        MAX_CONTENT_LENGTH=guards.MAX_BODY,
        SECRET_QUESTIONS=settings.secret_questions,  # for the forms (fields.py)
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # link pages send no Referer; guards.py checks the origin
    )
    app.extensions["idp"] = Runtime(settings, database, issuer, Hasher.of(settings))
    app.session_interface = BrowserCookies(settings, database.keys)
    app.url_map.merge_slashes = False  # its 308 would lead to whatever Host was sent (WB4)
    install_texts(app.jinja_env)
    guards.install(app, settings)  # before the form token is looked at
    csrf = CSRFProtect(app)
    headers.install(app, settings)
    failures.install(app)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    machine = mount.blueprint(issuer)
    app.register_blueprint(machine)
    for exempt in (machine, authorization.blueprint, sign_out.blueprint):
        csrf.exempt(exempt)
    return app
