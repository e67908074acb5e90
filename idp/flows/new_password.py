"""/nouveau-mot-de-passe[/TOKEN]: the end of a recovery, for who was proved here (D3, D6, D7, D9).

Two ways in: the mailed link, or ?recuperation=ID once the temporary password was right in this very
browser (temporary_door.py). Either acts on whom the recovery is for, whatever session is open
(OTC9). GET shows the form, POST acts, once. What then changes is in accounts/recovery_end.py. The
browser that asked goes on into the site; in another nothing is opened.
"""

from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import civil, links, migrating, recoveries, recovery_end
from idp.accounts.activity import Kind, record
from idp.accounts.assurance import ProofKind
from idp.accounts.lifetimes import CODE_TRIES
from idp.accounts.migrating import ProvedBy
from idp.accounts.questions import normal_answer
from idp.accounts.recoveries import RecoveryLostError
from idp.accounts.recovery_channels import Way
from idp.accounts.recovery_end import Whom
from idp.accounts.sessions import Made
from idp.errors import BadLinkError, BusyError, InteractionLostError
from idp.flows import dispatch
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm
from idp.flows.forms import NewPasswordForm, ProvedPasswordForm
from idp.flows.pages import handle, hold_a_token, render, see_other
from idp.flows.runtime import runtime
from idp.flows.typed import checked_new_password
from idp.flows.visit import Visit
from idp.models import Interaction, Link, Recovery
from idp.oidc import ending
from idp.texts import questions, text

blueprint = Blueprint("new_password", __name__)
hold_a_token(blueprint)

_PROOFS = {
    Way.EMAIL: (ProofKind.RECOVERY_MAIL, ProvedBy.RECOVERY_MAIL),
    Way.SMS: (ProofKind.RECOVERY_SMS, ProvedBy.RECOVERY_SMS),
}


@dataclass(frozen=True, repr=False)
class _Here:
    """A good link, or a recovery proved in this browser; `visit` is what goes on in it, if any."""

    token: str | None
    link: Link | None
    recovery: Recovery
    whom: Whom
    visit: Visit | None


@blueprint.get("/nouveau-mot-de-passe")
@blueprint.get("/nouveau-mot-de-passe/<token>")
def page(token: str | None = None) -> ResponseReturnValue:
    """The form: mail scanners that open links change nothing."""
    try:
        with runtime().database.reading() as session:
            here = _load(session, token)
    except (BadLinkError, RecoveryLostError):
        return _invalid()
    return _show(here, _form(here))


@blueprint.post("/nouveau-mot-de-passe")
@blueprint.post("/nouveau-mot-de-passe/<token>")
def submit(token: str | None = None) -> ResponseReturnValue:
    """The new password, and all that it ends; or on to the choice of an e-mail. Once."""
    try:
        with runtime().database.reading() as session:
            here = _load(session, token)
            about = _about(session, here)
        form = _form(here)
        if here.whom.identity is None:
            return _migrate(token) if form.validate_on_submit() else _show(here, form, 400)
        password = checked_new_password(form, about=about)
        if password is None:
            return _show(here, form, 400)
        hashed = runtime().hasher.hash(password)
        if here.whom.asks and (left := _wrong_answer(here, form)) is not None:
            return _missed(here, form, left)
        return _reset(token, hashed, answered=here.whom.asks)
    except (BadLinkError, RecoveryLostError):
        return _invalid()


def _load(session: Session, token: str | None, *, lock: bool = False) -> _Here:
    link = None
    if token is not None:
        link, recovery = recoveries.by_link(session, token)
    else:
        asked = request.args.get("recuperation")
        recovery = recoveries.load_proved(session, browser().hash, asked)
    whom = recovery_end.whom(session, recovery, lock=lock)
    return _Here(token, link, recovery, whom, _resumed(session, recovery))


def _resumed(session: Session, recovery: Recovery) -> Visit | None:
    """What goes on in the browser that asked, while it lives; None in any other."""
    if recovery.browser_hash != browser().hash:
        return None
    handle = recovery.interaction_id
    if handle is not None and not interactions.owned(browser(), session.get(Interaction, handle)):
        return None
    try:
        return interactions.load(session, runtime().issuer, browser(), handle)
    except InteractionLostError:  # its site has been disabled
        return None


def _about(session: Session, here: _Here) -> tuple[str, ...]:
    """What the password may not be made of, the register's names too: it is proved who it is."""
    known = [here.whom.email or ""]
    if here.whom.member is not None and here.whom.member.civil_sealed is not None:
        names = civil.open_civil(session, here.whom.member.civil_sealed)
        known += [names.family_name, names.birth_name, names.given_name]
    return tuple(known)


def _wrong_answer(here: _Here, form: EmptyForm) -> int | None:
    """None if the answer is right, else the tries left; each counts before it is looked at."""
    with runtime().database.writing() as session:
        tries = recovery_end.claim_try(session, here.recovery)
    if tries is None:
        raise RecoveryLostError("no try left")
    identity = here.whom.identity
    stored = identity.answer_hash if identity else None
    try:
        right = runtime().hasher.verify(stored, normal_answer(str(form["secret_answer"].data)))
    except BusyError:
        with runtime().database.writing() as session:
            recovery_end.give_back_try(session, here.recovery)
        raise
    if right:
        return None
    with runtime().database.writing() as session:
        recovery_end.missed(session, here.recovery, tries, dispatch.here())
    return CODE_TRIES - tries


def _missed(here: _Here, form: EmptyForm, left: int) -> ResponseReturnValue:
    if left == 0:
        return _invalid(spent=True)
    form["secret_answer"].errors = [text("new_password.answer_wrong", left=left)]
    return _show(here, form, 400)


def _reset(token: str | None, password_hash: str, *, answered: bool) -> ResponseReturnValue:
    with runtime().database.writing() as session:
        here = _load(session, token, lock=True)
        if here.whom.asks and not answered:
            raise RecoveryLostError("a question was chosen at this moment")
        way = _prove(session, here)
        identity_id = str(here.recovery.identity_id)
        if here.visit is not None and here.visit.interaction is not None:
            # what was half-done there ends too, but not the way back to the site
            interactions.forget(session, here.visit.interaction)
        # the tabs before what hangs on them, as the end of a migration: no deadlock
        ending.end_everything(session, identity_id, why="new_password", where=dispatch.here())
        recovery_end.reset(session, here.recovery, password_hash, dispatch.here())
        visit = _resumed(session, here.recovery)
        if visit is None:
            return _done(session, here.recovery)
        made = [Made(_PROOFS[way][0], clock.now())]
        if answered:
            made.append(Made(ProofKind.SECRET_ANSWER, clock.now()))
        return see_other(dispatch.advance(session, visit, identity_id, made))


def _migrate(token: str | None) -> ResponseReturnValue:
    """A member without an identity chooses one: the recovery counts as the code of C1 (D7)."""
    with runtime().database.writing() as session:
        here = _load(session, token, lock=True)
        way = _prove(session, here)
        member_id = recovery_end.to_migration(session, here.recovery)
        visit = here.visit or interactions.load(session, runtime().issuer, browser(), None)
        migration = migrating.begin(
            session,
            browser().hash,
            member_id,
            password_at=None,
            proved_by=_PROOFS[way][1],
            proved_index=here.recovery.proved_index,
            interaction_id=visit.handle,
            client_id=here.recovery.client_id,
            where=dispatch.here(),
        )
        on_way = interactions.migrate(session, browser(), visit, migration)
        return see_other(dispatch.enter(session, on_way))


def _prove(session: Session, here: _Here) -> Way:
    """A link proves the mailbox, by the POST that succeeds; the temporary password has already."""
    if here.link is None:
        return Way(str(here.recovery.proved_by))
    links.use(session, here.link)
    recoveries.prove(session, here.recovery, Way.EMAIL, browser().hash)
    record(
        session,
        Kind.RECOVERY_PROVED,
        identity_id=here.recovery.identity_id,
        flow_id=here.recovery.id,
        where=dispatch.here(),
        by=Way.EMAIL.value,
    )
    return Way.EMAIL


def _form(here: _Here) -> EmptyForm:
    if here.whom.identity is None:
        return EmptyForm()
    return ProvedPasswordForm() if here.whom.asks else NewPasswordForm()


def _show(here: _Here, form: EmptyForm, status: int = 200) -> ResponseReturnValue:
    identity, recovery = here.whom.identity, here.recovery
    paused = here.visit.handle if here.visit else None
    asked = None if here.token else recovery.id
    door = "login.page" if identity is not None else "legacy_nir.page"
    return render(
        "new_password/adherent.html" if identity is None else "new_password/nouveau.html",
        status,
        visit=here.visit,
        form=form,
        action=url_for("new_password.submit", token=here.token, recuperation=asked),
        not_blocked=here.whom.not_blocked,
        email=here.whom.email if recovery.by_nir else None,
        username=here.whom.email or "",
        question=_question(identity.question) if identity is not None else None,
        sign_in_url=url_for(door, interaction=paused),
    )


def _question(key: str | None) -> str | None:
    return text(f"questions.{key}") if key in questions.TEXTS else None


def _done(session: Session, recovery: Recovery) -> ResponseReturnValue:
    client_id = recovery.client_id
    client = runtime().issuer.clients.get(session, client_id) if client_id else None
    return render(
        "new_password/enregistre.html",
        site=client,
        start_url=client.initiate_login_uri if client else None,
        sign_in_url=url_for("login.page"),
    )


def _invalid(*, spent: bool = False) -> ResponseReturnValue:
    """One text for expired, used, unknown and malformed; and for who proved nothing here."""
    again = url_for("recovery.forgotten", interaction=handle())
    return render("new_password/invalide.html", 400, spent=spent, again_url=again)
