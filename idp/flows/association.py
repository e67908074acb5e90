"""/migration/association: a member who migrates joins an identity that exists (C5-C8), by choice.

Its e-mail and password; then, as the policy says, its second step and the button of
/migration/rattachement. Not here: who the member is (legacy_code.py), another address
(migration.py), the mailed link (association_link.py).
"""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from idp.accounts import association, identifiers, migrating, migrating_end, sessions
from idp.accounts.association import Obstacle
from idp.accounts.assurance import ProofKind
from idp.accounts.migrating import Stage
from idp.accounts.sessions import Made
from idp.accounts.sign_in import Blocked
from idp.errors import InteractionLostError
from idp.flows import dispatch, password_door
from idp.flows import interaction as interactions
from idp.flows.cookies import browser
from idp.flows.fields import EmptyForm, check_button
from idp.flows.forms_opening import JoinForm
from idp.flows.pages import handle, render, see_other
from idp.flows.runtime import runtime
from idp.flows.signup import towards
from idp.flows.typed import checked_email
from idp.flows.visit import Visit
from idp.models import Identity, Migration
from idp.texts import text

blueprint = Blueprint("association", __name__)
STEP = "migration_join"
OBSTACLES = {
    Obstacle.HAS_RECORD: "association.has_record",
    Obstacle.NOT_ACTIVE: "association.not_active",
}


@blueprint.get("/migration/association")
def page() -> ResponseReturnValue:
    """The e-mail and the password of the identity."""
    with runtime().database.reading() as session:
        visit = _visit(session)
    if not association.open_to_choice(visit.migration):
        return see_other(dispatch.go_on(handle()))
    return _show(visit, JoinForm())


@blueprint.post("/migration/association")
def submit() -> ResponseReturnValue:
    """One try of the password; right, the migration goes on towards that identity."""
    with runtime().database.reading() as session:
        visit = _visit(session)
    return knock_from(JoinForm(), visit)


def knock_from(form: JoinForm, visit: Visit) -> ResponseReturnValue:
    """The whole answer to "J'ai déjà un compte", sent from here or from the fold of /migration."""
    if not association.open_to_choice(visit.migration):
        return see_other(dispatch.go_on(visit.handle))
    email = checked_email(form)
    if email is None:
        return _show(visit, form, status=400)

    def on_right(session: Session, identity_id: str, made: list[Made]) -> ResponseReturnValue:
        mine = interactions.load(session, runtime().issuer, browser(), visit.handle, lock=True)
        return see_other(agreed(session, mine, identity_id, made))

    answer = password_door.knock(email, str(form.password.data), on_right)
    if answer is None or isinstance(answer, Blocked):
        again = url_for("association.page", interaction=visit.handle)
        page = refused(visit, email, answer, again)
        return page or _show(visit, form, failed=True, status=400)
    return answer


def agreed(session: Session, visit: Visit, identity_id: str, made: list[Made]) -> str:
    """That identity's password was right: the address of its next step. Nothing is attached yet."""
    migration = visit.migration
    if migration is None or not migrating.agree(session, migration, identity_id):
        raise InteractionLostError("the migration is over")
    return dispatch.advance(session, visit, identity_id, made)


def refused(
    visit: Visit, email: str, block: Blocked | None, again_url: str
) -> ResponseReturnValue | None:
    """After a password that opened nothing: perhaps a mail (C6, C8), of which no page says whether.

    The page of a block, or None: the form comes back then, as after any wrong password.
    """
    with runtime().database.writing() as session:
        association.help_by_mail(session, email, towards(visit), browser().hash, dispatch.here())
    if block is None:
        return None
    return render(
        "association/bloque.html",
        403,
        visit=visit,
        until=block.until,
        again_url=again_url,
    )


@blueprint.get("/migration/rattachement")
def confirm() -> ResponseReturnValue:
    """The last look: which account the record goes to. A GET changes nothing."""
    with runtime().database.reading() as session:
        visit = _visit(session)
        if dispatch.is_at(visit, STEP):
            address = _unproved(visit)
            return see_other(address) if address else _show_confirm(session, visit)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/migration/rattachement")
def submit_confirm() -> ResponseReturnValue:
    """Attach the record: both sides are proved in this very tab (LI5, LI10).

    In a tab where the mailed link has proved no member, all there is to give is an agreement.
    """
    check_button()
    with runtime().database.writing() as session:
        visit = _visit(session, lock=True)
        address = dispatch.elsewhere(session, visit, STEP) or _unproved(visit)
        if address is not None:
            return see_other(address)
        migration = _of(visit)
        if migration.agrees_for is not None:
            return _accept(session, visit)
        made = migrating_end.finish(
            session, migration, identity_id=visit.known_id, where=dispatch.here()
        )
        if made is None:
            return _show_confirm(session, visit, status=400)
    return see_other(dispatch.go_on(handle()))


@blueprint.post("/migration/rattachement/autre-adresse")
def other_address() -> ResponseReturnValue:
    """Not this account: the member is still proved, that identity no longer known here."""
    check_button()
    with runtime().database.writing() as session:
        visit = _visit(session, lock=True)
        if visit.stage is Stage.JOIN and _of(visit).agrees_for is not None:
            migrating.give_up(session, _of(visit))
            _close(session, visit)
            return see_other(url_for("accueil.page"))
        if visit.stage is Stage.JOIN:
            migrating.unchoose(session, _of(visit))
            if visit.interaction is not None:
                interactions.forget(session, visit.interaction)
    return see_other(dispatch.go_on(handle()))


def _accept(session: Session, visit: Visit) -> ResponseReturnValue:
    there = _of(visit)
    vain = association.obstacle(session, str(there.identity_id))
    if vain or not association.accept(session, there, dispatch.here()):
        return _show_confirm(session, visit, status=400)
    _close(session, visit)  # what was proved on the way to it opens nothing (LI10)
    return render("association/accord.html", nir_url=url_for("legacy_nir.page"))


def _close(session: Session, visit: Visit) -> None:
    if visit.interaction is not None:
        sessions.void_proofs(session, visit.interaction.id)
        interactions.finish(session, visit.interaction)


def _unproved(visit: Visit) -> str | None:
    """None when the password of the very identity that the record goes to was given in this tab.

    Whoever is signed in, or gave another password since, is not that identity (LI10). The policy
    has seen to the second step: a real one, of these minutes.
    """
    here = any(proof.here and proof.kind is ProofKind.PASSWORD for proof in visit.proofs)
    if here and visit.known_id is not None and visit.known_id == _of(visit).identity_id:
        return None
    by_link = _of(visit).agrees_for is not None
    return url_for("login.page" if by_link else "association.page", interaction=visit.handle)


def _of(visit: Visit) -> Migration:
    if visit.migration is None:
        raise InteractionLostError("no migration")
    return visit.migration


def _visit(session: Session, *, lock: bool = False) -> Visit:
    return interactions.load(session, runtime().issuer, browser(), handle(), lock=lock)


def _show(
    visit: Visit, form: JoinForm, *, failed: bool = False, status: int = 200
) -> ResponseReturnValue:
    return render(
        "association/association.html",
        status,
        visit=visit,
        form=form,
        failed=failed,
        action=url_for("association.submit", interaction=visit.handle),
        forgotten_url=url_for("recovery.forgotten", interaction=visit.handle),
        other_form=EmptyForm() if visit.stage is Stage.JOIN else None,
        other_action=url_for("association.other_address", interaction=visit.handle),
        back_url=url_for("migration.page", interaction=visit.handle),
    )


def _show_confirm(session: Session, visit: Visit, status: int = 200) -> ResponseReturnValue:
    """The button; or, after a refusal or before a vain one, why this account takes no record."""
    identity = session.get_one(Identity, str(visit.known_id))
    obstacle = association.obstacle(session, identity.id)
    late = status != 200 and obstacle is None
    return render(
        "association/rattachement.html",
        status,
        visit=visit,
        form=EmptyForm(),
        email=identifiers.open_email(session, identity.email_sealed),
        obstacle=text(OBSTACLES[obstacle]) if obstacle else None,
        late=late,
        by_link=_of(visit).agrees_for is not None,
        action=url_for("association.submit_confirm", interaction=visit.handle),
        other_action=url_for("association.other_address", interaction=visit.handle),
        sign_in_url=url_for("login.page", interaction=visit.handle),
    )
