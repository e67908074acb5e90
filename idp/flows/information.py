"""Help and legal pages: what is built today, and who answers for it. They read no database.

What varies is in information_facts.py. No form here, hence no cookie.
"""

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from idp.flows import information_facts as facts
from idp.flows.cookies import browser
from idp.flows.pages import origin, render
from idp.flows.runtime import runtime
from idp.settings import Settings
from idp.texts import text

blueprint = Blueprint("information", __name__)
# the pages of a sign-in under way that a link may lead back to, and what it must carry
_UNDER_WAY = frozenset(
    {
        "login.page",
        "legacy_nir.page",
        "step_up.page",
        "method.page",
        "account_choice.page",
        "level.page",
        "consent.page",
        "services.page",
        "two_step.page",
        "two_step.code",
        "signup.page",
        "signup.sent",
        "secret_question.page",
        "opening.page",
        "opening.access",
        "opening_member.coordinates",
        "opening_code.page",
        "opening_code.sent",
        "letter.page",
        "legacy_code.page",
        "migration.page",
        "migration.sent",
        "association.page",
        "association.confirm",
        "association_agreed.page",
        "recovery.unblock",
        "recovery.unblock_channel",
        "recovery.forgotten",
        "recovery.forgotten_channel",
    }
)
_CARRIED = frozenset({"interaction", "suite", "dossier", "recuperation", "canal", "telephone"})
# what a visitor may open, in the order of the site map: endpoint, name of the link
PLAN: dict[str, tuple[tuple[str, str], ...]] = {
    "information.plan_account": (
        ("accueil.page", "information.home"),
        ("login.page", "login.title"),
        ("legacy_nir.page", "legacy_nir.title"),
        ("opening.page", "opening.title"),
        ("signup.page", "signup.title"),
        ("activation.ask", "activation.ask_title"),
        ("letter.page", "letter.title"),
        ("recovery.forgotten", "recovery.forgotten_title"),
        ("recovery.unblock", "recovery.unblock_title"),
        ("sign_out.page", "accueil.sign_out"),
    ),
    "information.plan_help": (
        ("information.aide", "information.help_page"),
        ("information.aide_connexion", "information_help.sign_in_title"),
    ),
    "information.plan_legal": (
        ("information.mentions_legales", "information_legal.title"),
        ("information.confidentialite", "information_privacy.title"),
        ("information.cookies", "information_cookies.title"),
        ("information.conditions", "information_terms.title"),
        ("information.accessibilite", "information_access.title"),
        ("information.plan_du_site", "information.plan_title"),
    ),
}


@blueprint.before_request
def _no_cookie() -> None:
    """Only what a sign-in needs is set, where it is needed (E6)."""
    browser().fresh = False


@blueprint.get("/aide")
def aide() -> ResponseReturnValue:
    """What it is for, how to have an account, what cannot be done yet."""
    return _show("aide")


@blueprint.get("/aide/connexion")
def aide_connexion() -> ResponseReturnValue:
    """Whatever may stop somebody on the way in (E1, C9)."""
    return _show(
        "aide-connexion",
        issuer=runtime().settings.issuer,
        resend_url=url_for("activation.ask"),
    )


@blueprint.get("/mentions-legales")
def mentions_legales() -> ResponseReturnValue:
    """Who publishes and hosts this."""
    return _show("mentions-legales")


@blueprint.get("/confidentialite")
def confidentialite() -> ResponseReturnValue:
    """What is kept of whom, why, how long; the rights of the GDPR."""
    return _show("confidentialite")


@blueprint.get("/cookies")
def cookies() -> ResponseReturnValue:
    """Each cookie that is really set (E6)."""
    return _show("cookies", cookies=facts.cookies(runtime().settings))


@blueprint.get("/conditions")
def conditions() -> ResponseReturnValue:
    """The terms of use."""
    return _show("conditions")


@blueprint.get("/accessibilite")
def accessibilite() -> ResponseReturnValue:
    """The accessibility statement, with its honest level."""
    return _show("accessibilite", issuer=runtime().settings.issuer)


@blueprint.get("/plan-du-site")
def plan_du_site() -> ResponseReturnValue:
    """All that a visitor may open."""
    groups = [
        {
            "title": text(title),
            "links": [{"name": text(name), "url": url_for(page)} for page, name in pages],
        }
        for title, pages in PLAN.items()
    ]
    return _show("plan-du-site", groups=groups)


def _show(page: str, **values: Any) -> ResponseReturnValue:
    settings = runtime().settings
    return render(
        f"information/{page}.html",
        operator=facts.operator(settings),
        numbers=facts.numbers(settings),
        back_url=_back(settings),
        sign_up_url=url_for("signup.page"),
        **values,
    )


def _back(settings: Settings) -> str | None:
    """The sign-in page that this browser comes from, to be opened anew.

    Going back in the browser would send a refused password again, and that counts (D1).
    """
    before, _, query = (request.referrer or "").partition("?")
    home = origin(settings.issuer)
    if not before.startswith(f"{home}/"):
        return None
    try:
        page, _ = current_app.url_map.bind("").match(before.removeprefix(home), method="GET")
    except HTTPException:
        return None
    if page not in _UNDER_WAY:
        return None
    carried: dict[str, Any] = {name: v for name, v in parse_qsl(query) if name in _CARRIED}
    return url_for(page, **carried)
