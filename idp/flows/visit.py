"""Where one browser stands in one tab, as the pages and the policy see it. Reads; writes nothing.

How it is loaded and kept is in interaction.py.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import assurance, members, migrating, sessions
from idp.accounts.assurance import Demand, Shown, Standing
from idp.accounts.migrating import Stage
from idp.accounts.sessions import Made, Person
from idp.flows.policy import Situation
from idp.flows.runtime import runtime
from idp.models import BrowserSession, Identity, Interaction, Migration
from idp.oidc import consents
from idp.oidc.authorize import AuthorizationRequest
from idp.oidc.clients import ClientInfo
from idp.oidc.consents import Agreed

EMAIL, SMS = "email", "sms"  # the column interactions.method
SERVICES, TWO_STEP = "services", "two_step"  # the column interactions.leads_to
_CHANGES = frozenset({TWO_STEP})  # to read, or to withdraw what was given, who one is will do


@dataclass(frozen=True)
class Visit:
    """Where one browser stands: the request under way, who is known, and what is proven."""

    interaction: Interaction | None
    request: AuthorizationRequest | None
    client: ClientInfo | None
    signed_in: BrowserSession | None
    known_id: str | None = None
    proofs: tuple[Shown, ...] = ()
    member: bool | None = None  # None: not looked up yet, see with_member()
    person: Person | None = None  # the same, see with_person()
    agreed: Agreed | None = None  # the same, see with_consent()
    migration: Migration | None = None
    leads_to: str | None = None  # a page of the account, opened by its own address

    @property
    def identity_id(self) -> str | None:
        """Who gave a password in this tab, else who is signed in."""
        return self.known_id or (self.signed_in.identity_id if self.signed_in else None)

    @property
    def handle(self) -> str | None:
        """The id of the paused request: in the address of its pages, in events."""
        return self.interaction.id if self.interaction else None

    @property
    def site_name(self) -> str | None:
        """The site that waits, as its members know it; None where none does."""
        return self.client.name if self.client else None

    @property
    def opening_id(self) -> str | None:
        """The member's record that is being joined on the way, if any."""
        return self.interaction.opening_id if self.interaction else None

    @property
    def stage(self) -> Stage | None:
        """Where the move from a NIR to an e-mail stands, if one is under way in this tab."""
        return migrating.stage_of(self.migration) if self.migration else None

    @property
    def changes_account(self) -> bool:
        """Whether it ends in a change, which takes a second step of these minutes (F9)."""
        page = self.leads_to or (self.interaction and self.interaction.leads_to)
        return page in _CHANGES or bool(self.opening_id) or self.stage is Stage.JOIN

    @property
    def standing(self) -> Standing:
        """What is known of the person, as the rules of proofs see it."""
        phone_from = self.person.phone_from if self.person else None
        return Standing(
            proofs=self.proofs,
            member=bool(self.member),
            unproved=self.person is not None and self.person.unproved,
            phone=phone_from is not None,
            phone_settled=phone_from is not None and phone_from <= clock.now(),
            sms_due=self.person is not None and self.person.sms_due,
        )

    @property
    def has_choice(self) -> bool:
        """Two ways to get a code (E5); after a reset by mail the telephone is the only one (R8)."""
        at = self.standing
        return at.phone and not at.unproved and not assurance.needs_stronger(at)

    @property
    def by_sms(self) -> bool:
        """Whether the code goes to the telephone: chosen in this tab, or the only way."""
        if self.has_choice:
            return self.interaction is not None and self.interaction.method == SMS
        return self.standing.phone and not self.standing.unproved

    @property
    def same_session(self) -> BrowserSession | None:
        """The live session, if it is of the person known here: another's says nothing."""
        signed_in = self.signed_in
        return signed_in if signed_in and signed_in.identity_id == self.identity_id else None

    def proving(self, identity_id: str, made: list[Made]) -> "Visit":
        """The same visit once `identity_id` has made these proofs in it."""
        same = identity_id == self.identity_id
        here = tuple(Shown(proof.kind, proof.at, here=True) for proof in made)
        if same:
            return replace(self, known_id=identity_id, proofs=(*self.proofs, *here))
        other = replace(self, member=None, person=None, agreed=None)
        return replace(other, known_id=identity_id, proofs=here)


def situation(visit: Visit) -> Situation:
    """The visit as the policy sees it."""
    request = visit.request
    return Situation(
        now=clock.now(),
        demand=replace(demand_of(request, visit.client), changes_account=visit.changes_account),
        standing=visit.standing,
        identity_id=visit.identity_id,
        hinted_identity_id=request.hinted_identity_id if request else None,
        joining=visit.opening_id is not None,
        question_missing=_question_missing(visit),
        migration=visit.stage,
        method_missing=_method_missing(visit),
        creating=request is not None and "create" in request.prompt,
        account_unchosen=_account_unchosen(visit),
        consent_missing=_consent_missing(visit),
    )


def _question_missing(visit: Visit) -> bool:
    """Of who has none, where questions are asked at all (R2)."""
    asked = runtime().settings.secret_questions
    return asked and visit.person is not None and not visit.person.has_question


def _method_missing(visit: Visit) -> bool:
    """Two ways to get a code, and none chosen in this tab (E5)."""
    chosen = visit.interaction is not None and visit.interaction.method is not None
    return visit.has_choice and not chosen


def _account_unchosen(visit: Visit) -> bool:
    """Asked for, of who is signed in; a choice made before this session began was of another."""
    if not _choice_is_due(visit):
        return False
    chosen_at = visit.interaction.account_chosen_at if visit.interaction else None
    if chosen_at is None or visit.signed_in is None:
        return True
    return chosen_at < visit.signed_in.created_at


def _choice_is_due(visit: Visit) -> bool:
    """The site asks for it, or nobody can tell which program asks (RFC 8252 §8.6).

    Any program on the machine can take an app's loopback port or scheme: no code goes there unseen.
    """
    request, client = visit.request, visit.client
    if request is None or client is None:
        return False
    unsure = client.public and not request.redirect_uri.startswith("https://")
    return "select_account" in request.prompt or (unsure and client.application_type == "native")


def _consent_missing(visit: Visit) -> bool:
    """At a site that is not ours: it wants more, or wants to be sure (prompt=consent)."""
    request, client = visit.request, visit.client
    if request is None or client is None or client.first_party:
        return False
    on_purpose = visit.interaction is not None and visit.interaction.consented_at is not None
    if "consent" in request.prompt and not on_purpose:
        return True
    return not (visit.agreed or consents.NOTHING).covers(consents.asked(client, request))


def demand_of(request: AuthorizationRequest | None, client: ClientInfo | None) -> Demand:
    """What the request asks of the proofs; a page opened directly asks for the usual."""
    if request is None or client is None:
        return Demand()
    return Demand(
        step_up=client.step_up,
        login_again="login" in request.prompt,
        max_age=request.max_age,
        acr_values=tuple(request.acr_values),
        acr_essential=tuple(request.acr_essential),
    )


def with_member(session: Session, visit: Visit) -> Visit:
    """The visit with its `member` looked up, unless it is known: with proofs it was joined.

    A page that attaches a record calls it on replace(visit, member=None).
    """
    if visit.member is not None or visit.identity_id is None:
        return visit
    return replace(visit, member=members.is_attached(session, visit.identity_id))


def with_person(session: Session, visit: Visit) -> Visit:
    """The same for its `person`, whom a password makes known before any page is loaded again."""
    if visit.person is not None or visit.identity_id is None:
        return visit
    phone_from = sessions.phone_from(visit.identity_id)
    who = select(Identity.state, Identity.question, Identity.sms_due, phone_from)
    row = session.execute(who.where(Identity.id == visit.identity_id)).one()
    return replace(visit, person=Person.of(row))


def with_consent(session: Session, visit: Visit) -> Visit:
    """The same for what they `agreed` to at the site that waits; ours ask for nothing."""
    client, identity_id = visit.client, visit.identity_id
    if visit.agreed is not None or visit.request is None or client is None or client.first_party:
        return visit
    if identity_id is None:
        return visit
    return replace(visit, agreed=consents.agreed(session, identity_id, client.id))


def moved_to(visit: Visit, row: Interaction) -> Visit:
    """The same visit, now paused."""
    return replace(visit, interaction=row)
