"""A small app that renders every page of idp/templates with a made-up context, errors included."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, g, render_template
from werkzeug.datastructures import ImmutableMultiDict

import idp
from idp.flows import information, information_facts
from idp.flows.fields import EmptyForm
from idp.flows.forms import CodeForm, LoginForm, ResendForm, SignUpForm
from idp.settings import Settings
from idp.texts import environment, error_page, text
from idp.texts.dates import long_date
from tests.templates import (
    answers,
    association,
    consent,
    invitation,
    legacy,
    migration,
    new_password,
    opening,
    recovery,
    sign_out,
    two_step,
)
from tests.templates.page import NOON, SITE, Page, with_errors

TEMPLATES = Path(idp.__file__).parent / "templates"
HOSTILE = """"'><script>alert(1)</script>{{7*7}}"""
MAILBOX = "did*****@ac-reims.fr"
# security.md WB2, without what the authorization flow adds.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _login(
    form: Callable[[], EmptyForm], notice: str | None, failure: str | None
) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": form(),
        "action": "/connexion",
        "open_url": "/creer-mon-espace",
        "forgotten_url": "/mot-de-passe-oublie",
        "nir_url": "/connexion/nir",
        "sign_up_url": "/creer-un-compte",
        "resend_url": "/activation/renvoyer",
        "notice": notice,
        "failure": failure,
    }


def _code(form: Callable[[], EmptyForm], **more: Any) -> dict[str, Any]:
    return {
        "site": SITE,
        "form": form(),
        "action": "/connexion/code",
        "resend_form": EmptyForm(formdata=None),
        "resend_action": "/connexion/code/renvoyer",
        "mask": MAILBOX,
        "by_sms": False,
        "method_url": None,
        "prefix": "671",
        "sent_again": False,
        "wait_until": None,
        "minutes": 15,
        "cancel_url": "/connexion",
    } | more


def _wrong_code() -> EmptyForm:
    form = with_errors(CodeForm, code="482 914", trust_device="yes")
    form["code"].errors = [text("step_up.wrong", left=4)]
    return form


def _sent(**more: Any) -> dict[str, Any]:
    return {
        "email": "prenom@exemple.fr",
        "form": EmptyForm(),
        "action": "/creer-un-compte/renvoyer",
        "sent_again": False,
        "wait_until": None,
        "sign_in_url": "/connexion",
    } | more


def _home(signed_in: bool, attached: bool = False) -> dict[str, Any]:
    return {
        "signed_in": signed_in,
        "attached": attached,
        "just_attached": attached,
        "open_url": "/creer-mon-espace",
        "letter_url": "/code-courrier",
        "two_step_url": "/compte/deux-etapes",
        "services_url": "/compte/services",
        "sites": [{"name": "Espace personnel", "url": "http://localhost:8001/"}],
        "sign_in_url": "/connexion",
        "sign_up_url": "/creer-un-compte",
        "sign_out_url": "/deconnexion",
    }


def _asking(form: Callable[[], EmptyForm], dead: bool) -> dict[str, Any]:
    return {"form": form(), "action": "/ici", "dead": dead, "sign_in_url": "/connexion"}


def _sign_up(form: Callable[[], EmptyForm]) -> dict[str, Any]:
    return {"site": SITE, "form": form(), "action": "/creer-un-compte", "sign_in_url": "/connexion"}


def _button() -> dict[str, Any]:
    return {"form": EmptyForm(), "action": "/ici"}


def _information(back_url: str | None = None) -> dict[str, Any]:
    settings, link = Settings(), {"name": "Me connecter", "url": "/connexion"}
    return {
        "operator": information_facts.operator(settings),
        "numbers": information_facts.numbers(settings),
        "back_url": back_url,
        "sign_up_url": "/creer-un-compte",
        "issuer": settings.issuer,
        "resend_url": "/activation/renvoyer",
        "cookies": information_facts.cookies(settings),
        "groups": [{"title": "Votre compte", "links": [link]}],
    }


def _error(reason: str, **values: str) -> dict[str, Any]:
    more = {"incident": "c0ffee12"} if reason == "internal" else {}
    return error_page(f"errors.{reason}", **values) | more


_wrong_sign_up = partial(
    with_errors, SignUpForm, email="prenom@exemple.fr", password="abc", confirm_password="abd"
)
INFORMATION = (
    "aide",
    "aide-connexion",
    "mentions-legales",
    "confidentialite",
    "cookies",
    "conditions",
    "accessibilite",
    "plan-du-site",
)
ERROR_REASONS = (
    "bad_request",
    "page_expired",
    "interaction_lost",
    "redirect_uri",
    "unknown_client",
    "pushed_request",
    "authorization",
    "not_found",
    "method",
    "too_large",
    "media_type",
    "internal",
    "unavailable",
)

PAGES = (
    Page("accueil", "accueil/accueil.html", partial(_home, False)),
    Page("accueil-connecte", "accueil/accueil.html", partial(_home, True)),
    Page("accueil-rattache", "accueil/accueil.html", partial(_home, True, attached=True)),
    Page("connexion", "login/connexion.html", partial(_login, LoginForm, None, None)),
    Page(
        "connexion-refusee",
        "login/connexion.html",
        partial(
            _login,
            partial(LoginForm, formdata=ImmutableMultiDict({"email": "prenom@exemple.fr"})),
            text("login.notice_wrong_codes"),
            text("login.failure"),
        ),
    ),
    Page(
        "connexion-vide",
        "login/connexion.html",
        partial(_login, partial(with_errors, LoginForm), None, None),
    ),
    Page(
        "bloque",
        "login/bloque.html",
        lambda: {"until": NOON, "unblock_url": "/debloquer", "sign_in_url": "/connexion"},
    ),
    Page("code", "step_up/code.html", partial(_code, CodeForm)),
    Page("code-faux", "step_up/code.html", partial(_code, _wrong_code, hint_in=0)),
    Page(
        "code-renvoye",
        "step_up/code.html",
        partial(_code, CodeForm, sent_again=True, wait_until=NOON),
    ),
    Page("code-absent", "step_up/code.html", partial(_code, CodeForm, prefix=None)),
    *two_step.PAGES,
    *consent.PAGES,
    Page("creer", "signup/creer-un-compte.html", partial(_sign_up, SignUpForm)),
    Page("creer-errone", "signup/creer-un-compte.html", partial(_sign_up, _wrong_sign_up)),
    Page("message", "signup/message-envoye.html", _sent),
    Page(
        "message-encore",
        "signup/message-envoye.html",
        partial(_sent, sent_again=True, wait_until=NOON),
    ),
    Page("message-inconnu", "signup/message-envoye.html", partial(_sent, email=None, action=None)),
    Page("lien", "activation/lien.html", _button),
    Page(
        "active-site",
        "activation/active.html",
        lambda: {"site": SITE, "start_url": "http://localhost:8001/", "sign_in_url": "/connexion"},
    ),
    Page(
        "active", "activation/active.html", lambda: {"start_url": None, "sign_in_url": "/connexion"}
    ),
    Page("invalide", "activation/invalide.html", partial(_asking, ResendForm, True)),
    Page("redemander", "activation/invalide.html", partial(_asking, ResendForm, False)),
    Page(
        "invalide-errone",
        "activation/invalide.html",
        partial(_asking, partial(with_errors, ResendForm), False),
    ),
    Page("renvoye", "activation/renvoye.html", dict),
    *sign_out.PAGES,
    *answers.PAGES,
    *opening.PAGES,
    *invitation.PAGES,
    *legacy.PAGES,
    *migration.PAGES,
    *association.PAGES,
    *recovery.PAGES,
    *new_password.PAGES,
    *(Page(f"info-{name}", f"information/{name}.html", _information) for name in INFORMATION),
    Page("info-retour", "information/aide.html", partial(_information, "/connexion")),
    Page(
        "erreur-trop",
        "errors/page.html",
        lambda: (
            _error("too_many", hour=long_date(NOON))
            | {"detail": "Merci.", "action_url": "/", "action_label": text("common.continue")}
        ),
    ),
    *(
        Page(f"erreur-{reason}", "errors/page.html", partial(_error, reason))
        for reason in ERROR_REASONS
    ),
)


def fake_app() -> Flask:
    """Serves each page at /NAME, to GET and POST, under the strict CSP of the product."""
    app = Flask("idp")
    app.config.update(SECRET_KEY="only for these tests", TESTING=True)
    environment.install(app.jinja_env)
    for page in PAGES:
        app.add_url_rule(
            f"/{page.name}", page.name, partial(_render, page), methods=["GET", "POST"]
        )
    app.register_blueprint(information.blueprint)  # pages link to these; they are not opened here
    elsewhere = {
        "accueil.page": "/",
        "opening.page": "/creer-mon-espace",
        "letter.page": "/code-courrier",
        "recovery.forgotten": "/mot-de-passe-oublie",
        "recovery.unblock": "/debloquer",
    }
    for name, address in elsewhere.items():
        app.add_url_rule(address, name)

    @app.before_request
    def trust_token() -> None:
        g.csrf_valid = True  # as CSRFProtect says once it has checked a token

    @app.after_request
    def add_csp(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


def _render(page: Page) -> str:
    return render_template(page.template, **page.context())
