"""next page: the only redirector between steps; and the only crossing of privilege.

A step does its one thing and calls advance() with what it proved. The ordered policy then says
which page comes next, or that the paused request can be answered.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import request, url_for
from sqlalchemy.orm import Session

from idp.accounts import assurance, migrating_code, second_step, sessions
from idp.accounts.activity import Kind, Where, record
from idp.accounts.openings import Typed
from idp.accounts.second_step import Asking
from idp.accounts.sessions import Made, Opened
from idp.errors import InteractionLostError
from idp.flows import answers
from idp.flows import interaction as interactions
from idp.flows.client_address import where as where_of
from idp.flows.cookies import browser
from idp.flows.pages import handle
from idp.flows.policy import Step, next_step
from idp.flows.runtime import runtime
from idp.flows.visit import (
    SERVICES,
    TWO_STEP,
    Visit,
    moved_to,
    situation,
    with_consent,
    with_member,
    with_person,
)
from idp.models import Opening
from idp.oidc import consents, ending, pushed_requests
from idp.oidc.authorization_request import AuthorizationRequest
from idp.oidc.authorization_response import Answer
from idp.oidc.authorization_response import error as error_answer
from idp.oidc.authorization_response import success as success_answer
from idp.oidc.authorize import issue_code


def missing(visit: Visit) -> Step | None:
    """The step this visit is at; None when the request can be answered. Changes nothing."""
    return next_step(situation(visit))


def is_at(visit: Visit, name: str) -> bool:
    """Whether the visit is at the step `name`: its page is due, and no other."""
    step = missing(visit)
    return step is not None and step.name == name


def elsewhere(session: Session, visit: Visit, name: str) -> str | None:
    """None when the visit is at the step `name`; else the address it should be at instead."""
    step = missing(visit)
    if step is None:
        return answer(session, visit)
    return None if step.name == name else page_of(step, visit)


def go_on(handle: str | None) -> str:
    """Where the visit behind a handle goes now: the next page, or the answer to the site."""
    with runtime().database.writing() as session:
        visit = interactions.load(session, runtime().issuer, browser(), handle)
        step = missing(visit)
        return answer(session, visit) if step is None else page_of(step, visit)


def advance(session: Session, visit: Visit, identity_id: str, made: list[Made]) -> str:
    """`identity_id` has just proved these things here; the address to go to next."""
    ahead = with_person(session, visit.proving(identity_id, made))
    ahead = with_consent(session, ahead)
    if ahead.request and _levels_of_members(ahead.request):
        ahead = with_member(session, ahead)  # else only the answer tells it
    step = next_step(situation(ahead))
    if step is None:
        opened = complete_login(session, ahead, made)
        return _answer_site(session, ahead, opened.id)
    ahead = _keep(session, ahead, made)
    entering = _ENTERING.get(step.name)
    if entering is not None:
        entering(session, ahead)
    return page_of(step, ahead)


def enter(session: Session, visit: Visit) -> str:
    """Where a visit goes on a posted form that proves nothing: a code is sent on the way."""
    step = missing(visit)
    if step is None:
        return answer(session, visit)
    if (entering := _ENTERING.get(step.name)) is not None:
        entering(session, visit)
    return page_of(step, visit)


def answer(session: Session, visit: Visit) -> str:
    """Nothing is missing: finish the interaction, and answer the site that asked."""
    if visit.known_id is not None:
        return _answer_site(session, visit, complete_login(session, visit, []).id)
    if visit.interaction is not None:
        interactions.finish(session, visit.interaction)
    if visit.signed_in is None:
        raise InteractionLostError("nobody")
    sessions.seen(session, visit.signed_in)
    if visit.client is not None:
        _record(session, Kind.SITE_OPENED, visit)
    return _answer_site(session, visit, visit.signed_in.id)


def refuse(session: Session, visit: Visit, error: str, description: str = "") -> str:
    """The request ends here with an error of RFC 6749 §4.1.2.1; the address that tells the site.

    Finishes the interaction, and opens no session. InteractionLostError where no site waits, and
    of two ends at once for the second. `session` writes where there is something to finish.
    """
    if visit.request is None:
        raise InteractionLostError("no site waits")
    if visit.interaction is not None:
        interactions.finish(session, visit.interaction)
    return _error(session, visit.request, error, description)


def of_tab(session: Session, *, lock: bool = False) -> Visit:
    """The visit that the address names, for a page that is a step of one. InteractionLostError."""
    if handle() is None:
        raise InteractionLostError("no interaction")
    return interactions.load(session, runtime().issuer, browser(), handle(), lock=lock)


def of_account(session: Session, page: str) -> Visit:
    """The visit of a page of the account (a key of _ACCOUNT), by the address of that page."""
    visit = interactions.load(session, runtime().issuer, browser(), None)
    return replace(visit, leads_to=page)


def first_prove(session: Session, visit: Visit, *, posted: bool) -> str | None:
    """None when such a page may act; else the address where what is missing is proved first.

    A sign-in, or a second step of these minutes (F9). It leads back to the page.
    """
    step = missing(visit)
    if step is None:
        return None
    paused = moved_to(visit, interactions.begin(session, browser(), None, leads_to=visit.leads_to))
    return enter(session, paused) if posted else page_of(step, paused)


def complete_login(session: Session, visit: Visit, made: list[Made]) -> Opened:
    """The only crossing of privilege: new session id, new form secret, proofs, event; or nothing.

    A session of the same person goes on under a new cookie; somebody else's ends here.
    """
    if visit.known_id is None:
        raise InteractionLostError("nobody")
    if visit.interaction is not None:
        interactions.finish(session, visit.interaction)
    opened = _open(session, visit)
    if visit.interaction is not None and len(visit.proofs) > len(made):
        sessions.adopt_proofs(session, visit.interaction.id, opened.id)
    if made:
        sessions.add_proofs(session, made, session_id=opened.id)
    _record(session, Kind.SIGNED_IN, visit)
    browser().sign_in(opened.cookie)
    return opened


def page_of(step: Step, visit: Visit) -> str:
    """The address of a step's page, in this tab."""
    return url_for(step.page, interaction=visit.handle, dossier=visit.opening_id)


def opening_page(opening: Opening, typed: Typed) -> str:
    """The endpoint that an opening is at: each page of A asks it, none decides the next."""
    if opening.pair is None:
        ready = opening.joining or typed.access is not None
        return "opening_member.coordinates" if ready else "opening.access"
    return "opening_code.page" if opening.finished_at is None else "opening_code.sent"


def asking(visit: Visit) -> Asking:
    """Who this visit asks for a code. InteractionLostError when nobody is known in it."""
    if visit.interaction is None or visit.identity_id is None:
        raise InteractionLostError("nobody")
    at = visit.interaction.id
    return Asking(visit.identity_id, at, visit.site_name, here(), visit.by_sms)


def here() -> Where:
    """From where the current request comes."""
    return where_of(request, runtime().settings.trusted_proxies or 0)


def _record(session: Session, kind: Kind, visit: Visit) -> None:
    record(
        session,
        kind,
        identity_id=visit.identity_id,
        client_id=visit.client.id if visit.client else None,
        flow_id=visit.handle,
        where=here(),
    )


def _keep(session: Session, visit: Visit, made: list[Made]) -> Visit:
    """Write what was proved on the way; a page opened directly becomes an interaction now."""
    if visit.interaction is None:
        row = interactions.begin(session, browser(), None, visit.known_id)
        visit = moved_to(visit, row)
    else:
        interactions.know(session, visit.interaction, visit.known_id)
    sessions.add_proofs(session, made, interaction_id=visit.handle)
    return visit


def _open(session: Session, visit: Visit) -> Opened:
    again = assurance.reauthenticated(situation(visit).standing)
    if visit.same_session is not None:
        renewed = sessions.renew(session, visit.same_session, reauthenticated=again)
        if renewed is not None:
            return renewed
    elif visit.signed_in is not None:
        ending.end_session(session, visit.signed_in.id, why="replaced", where=here())
    if not again:
        raise InteractionLostError("the session ended under its second step")
    return sessions.open_new(session, str(visit.known_id))


def _answer_site(session: Session, visit: Visit, session_id: str) -> str:
    asked = visit.request
    if asked is None:
        page = visit.interaction.leads_to if visit.interaction else None
        return url_for(_ACCOUNT.get(page or "", "accueil.page"))
    at = situation(with_member(session, visit))
    if at.hinted_identity_id not in (None, at.identity_id):
        return _error(session, asked, "login_required", "The hinted person did not sign in")
    if not _may_have(session, visit, asked):
        return _error(session, asked, "consent_required", "Consent was withdrawn at this moment")
    code = issue_code(
        session,
        asked,
        identity_id=str(at.identity_id),
        session_id=session_id,
        auth_time=assurance.auth_time(at.standing),
        acr=assurance.acr(at.standing, at.demand, at.now),
        amr=assurance.amr(at.standing, at.demand, at.now),
    )
    return _told(session, asked, success_answer(runtime().issuer, asked, code))


def _may_have(session: Session, visit: Visit, asked: AuthorizationRequest) -> bool:
    """Whether consent still holds; it then does until the code is there to be found (withdraw)."""
    client = visit.client
    if client is None or client.first_party:
        return True
    held = consents.agreed(session, str(visit.identity_id), client.id, hold=True)
    return held.covers(consents.asked(client, asked))


def _levels_of_members(asked: AuthorizationRequest) -> bool:
    return any(value.startswith("eidas1") for value in (*asked.acr_values, *asked.acr_essential))


def _error(session: Session, asked: AuthorizationRequest, error: str, description: str) -> str:
    return _told(session, asked, error_answer(runtime().issuer, asked, error, description))


def _told(session: Session, asked: AuthorizationRequest, answer: Answer) -> str:
    """The answer's address; it uses up what the site pushed, or has come too late (RFC 9126)."""
    if asked.pushed is not None and not pushed_requests.use(session, asked.pushed):
        raise InteractionLostError("pushed request used")
    return answers.address(answer)


def _send_code(session: Session, visit: Visit) -> None:
    second_step.send(session, asking(visit))


def _send_migration_code(session: Session, visit: Visit) -> None:
    if visit.migration is not None:
        migrating_code.send_to_only(session, visit.migration, visit.site_name, here())


# the pages of the account, by the names in the column interactions.leads_to
_ACCOUNT = {TWO_STEP: "two_step.page", SERVICES: "services.page"}
# what a step does as it is come to, after a form was posted (a GET sends nothing)
_ENTERING: dict[str, Callable[[Session, Visit], None]] = {
    "second_step": _send_code,
    "migration_code": _send_migration_code,
}
