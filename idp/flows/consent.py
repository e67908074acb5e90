"""/connexion/autorisation: what a site that is not ours would have, before it has it.

Asked once, remembered (oidc/consents.py), asked again when the site wants more or asks on purpose
(prompt=consent). « Refuser » is the button of refusal.py. Who agrees, to what and for whom is tied
to the page that said so: an account or a site that has changed meanwhile is shown anew.
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import identities, sessions
from idp.errors import InteractionLostError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.forms import ConsentForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.visit import Visit
from idp.oidc import consents
from idp.oidc.client_info import ClientInfo
from idp.oidc.consents import Agreed
from idp.texts import text

blueprint = Blueprint("consent", __name__)
STEP = "consent"
_SCOPES = {
    "openid": "consent.scope_openid",
    "profile": "consent.scope_profile",
    "email": "consent.scope_email",
    "address": "consent.scope_address",
    "phone": "consent.scope_phone",
    "member": "consent.scope_member",
    "membership": "consent.scope_membership",
    "roles": "consent.scope_roles",
    "offline_access": "consent.scope_offline",
}
_CLAIMS = {
    "name": "consent.claim_name",
    "given_name": "consent.claim_given_name",
    "family_name": "consent.claim_family_name",
    "birthdate": "consent.claim_birthdate",
    "email": "consent.scope_email",
    "email_verified": "consent.claim_email_verified",
    "address": "consent.scope_address",
    "phone_number": "consent.scope_phone",
    "phone_number_verified": "consent.claim_phone_verified",
    "member_number": "consent.claim_member_number",
    "contracts": "consent.claim_contracts",
    "is_member": "consent.scope_membership",
    "roles": "consent.scope_roles",
}


@blueprint.get("/connexion/autorisation")
def page() -> ResponseReturnValue:
    """Who asks, for what, of which account; the way on when nothing is asked."""
    with runtime().database.reading() as session:
        visit = dispatch.of_tab(session)
        if dispatch.is_at(visit, STEP):
            return _show(session, visit)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/connexion/autorisation")
def submit() -> ResponseReturnValue:
    """Agreed: kept, and the site is answered in the same stroke."""
    form = ConsentForm()
    with runtime().database.writing() as session:
        visit = dispatch.of_tab(session, lock=True)
        address = dispatch.elsewhere(session, visit, STEP)
        if address is not None:
            return see_other(address)
        if not form.validate_on_submit() or form.shown.data != _shown(visit):
            return see_other(url_for("consent.page", interaction=visit.handle))
        client, wanted = _asked(visit)
        whose, where = str(visit.identity_id), dispatch.here()
        if visit.signed_in is not None:  # before the consent, as answers and withdrawals do
            sessions.hold(session, visit.signed_in)
        consents.give(session, whose, client.id, wanted, flow_id=visit.handle, where=where)
        return see_other(dispatch.enter(session, interactions.consent(session, visit, wanted)))


def sentences(wanted: Agreed) -> list[str]:
    """What a site receives, a line each, in the order of the scopes."""
    told = [text(key) for scope, key in _SCOPES.items() if scope in wanted.scopes]
    told += [text(key) for name, key in _CLAIMS.items() if name in wanted.claims]
    return told + [text("consent.resource", address=one) for one in sorted(wanted.resources)]


def _asked(visit: Visit) -> tuple[ClientInfo, Agreed]:
    if visit.client is None or visit.request is None:
        raise InteractionLostError("no site waits")
    return visit.client, consents.asked(visit.client, visit.request)


def _shown(visit: Visit) -> str:
    """A digest of whom the page speaks of, and of what it says."""
    client, wanted = _asked(visit)
    said = [str(visit.identity_id), client.id, client.name]
    said += [" ".join(sorted(names)) for names in (wanted.scopes, wanted.claims, wanted.resources)]
    return runtime().database.keys.digest("secret", "shown.consent", "\n".join(said))


def _show(session: Session, visit: Visit) -> ResponseReturnValue:
    client, wanted = _asked(visit)
    return render(
        "consent/autorisation.html",
        visit=visit,
        form=ConsentForm(formdata=None, shown=_shown(visit)),
        action=url_for("consent.submit", interaction=visit.handle),
        received=sentences(wanted),
        mask=identities.mask_of(session, str(visit.identity_id)),
        other_url=url_for("login.page", interaction=visit.handle),
        policy_url=client.policy_uri,
        terms_url=client.tos_uri,
    )
