"""The looks of what a site asks beyond a sign-in: account, level, consent; of « Annuler » too."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from idp.flows.consent import sentences
from idp.flows.fields import EmptyForm
from idp.flows.forms import CodeForm, ConsentForm, LoginForm
from idp.oidc.consents import Agreed
from idp.oidc.scopes import CLAIMS
from idp.texts import text
from tests.templates.page import NOON, SITE, Page, with_errors

MASK = "did*****@ac-reims.fr"
PARTNER = SimpleNamespace(name="Les Mutuelles du Coin")
API = "https://rendez-vous.api.partenaire.exemple.test/une/adresse/assez/longue"
FEW = Agreed(frozenset({"openid", "email"}))
ALL = Agreed(frozenset(CLAIMS), resources=frozenset({API}))
SINGLE = Agreed(
    frozenset({"openid"}), frozenset(name for names in CLAIMS.values() for name in names) - {"sub"}
)
Made = Callable[[], EmptyForm]


def _waiting(**values: Any) -> dict[str, Any]:
    cancel = {"cancel_form": EmptyForm(formdata=None), "cancel_action": "/annuler"}
    return {"site": SITE, "form": EmptyForm(formdata=None), "action": "/ici", **cancel, **values}


def _consent(wanted: Agreed, links: bool = True) -> dict[str, Any]:
    return _waiting(
        site=PARTNER,
        form=ConsentForm(formdata=None, shown="0" * 64),
        received=sentences(wanted),
        mask=MASK,
        other_url="/connexion",
        policy_url="https://partenaire.exemple.test/vie-privee" if links else None,
        terms_url="https://partenaire.exemple.test/conditions" if links else None,
    )


def _login(form: Made, failure: str | None = None) -> dict[str, Any]:
    links = ("open_url", "forgotten_url", "nir_url", "sign_up_url", "resend_url")
    return _waiting(form=form(), notice=None, failure=failure, **dict.fromkeys(links, "/ailleurs"))


def _code(form: Made) -> dict[str, Any]:
    return _waiting(
        form=form(),
        resend_form=EmptyForm(formdata=None),
        resend_action="/renvoyer",
        mask=MASK,
        by_sms=False,
        method_url="/connexion/methode",
        prefix="671",
        sent_again=False,
        wait_until=None,
        minutes=15,
        cancel_url="/connexion",
    )


def _site(name: str, wanted: Agreed, *, ours: bool) -> dict[str, Any]:
    address = None if ours else "/retirer"
    received = sentences(wanted)
    return {"name": name, "since": NOON, "received": received, "withdraw_url": address}


def _services(*sites: dict[str, Any], notice: str | None = None) -> dict[str, Any]:
    links = {"two_step_url": "/compte/deux-etapes", "home_url": "/"}
    return {"sites": sites, "notice": notice, **links}


PAGES = (
    Page("autorisation", "consent/autorisation.html", partial(_consent, FEW)),
    Page("autorisation-tout", "consent/autorisation.html", partial(_consent, ALL)),
    Page("autorisation-seules", "consent/autorisation.html", partial(_consent, SINGLE, False)),
    Page(
        "compte",
        "account_choice/compte.html",
        partial(_waiting, mask=MASK, other_url="/connexion"),
    ),
    Page(
        "niveau",
        "level/niveau.html",
        partial(_waiting, open_url="/creer-mon-espace", other_url="/connexion"),
    ),
    Page("connexion-site", "login/connexion.html", partial(_login, LoginForm)),
    Page(
        "connexion-site-refusee",
        "login/connexion.html",
        partial(_login, LoginForm, text("login.failure")),
    ),
    Page("code-site", "step_up/code.html", partial(_code, CodeForm)),
    Page("code-site-errone", "step_up/code.html", partial(_code, partial(with_errors, CodeForm))),
    Page(
        "services",
        "services/services.html",
        lambda: _services(
            _site("Espace personnel", ALL, ours=True), _site(PARTNER.name, FEW, ours=False)
        ),
    ),
    Page(
        "services-retire",
        "services/services.html",
        partial(_services, notice=text("services.withdrawn")),
    ),
    Page(
        "services-retirer",
        "services/retirer.html",
        lambda: {
            "name": PARTNER.name,
            "form": EmptyForm(formdata=None),
            "action": "/ici",
            "back_url": "/compte/services",
        },
    ),
)
