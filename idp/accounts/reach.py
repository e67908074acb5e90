"""Whom a NIR and a birth date name, and the channels that a page shows for them (R6, EN1).

One answer for every page that asks for both, before any proof: nobody's decoys are the same on all
of them, so a member whose masks were not would be known for one. For an attached record it is what
recovers its identity: the sign-in address, and the telephone proved there if there is one.
What a code proves is for its page to know: /creer-mon-espace attaches no attached record (R9).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import civil, decoys, identifiers, members
from idp.accounts.channels import ChannelKind, open_channel, serves
from idp.accounts.members import Status
from idp.accounts.nir import Nir
from idp.accounts.phones import takes_sms
from idp.accounts.sessions import proved_phone
from idp.accounts.states import RULES, State
from idp.models import Channel, Identity, Member
from idp.storage.engine import keys_of

_PAIR = "member.opening.pair"  # decoys are drawn from it, whatever the page
_REACHABLE = (ChannelKind.CONTACT_EMAIL, ChannelKind.MOBILE)
# what is proved in the stroke of the change that is undone was not proved before it: an activation
# dates itself a moment before the record that it attaches
_STROKE = timedelta(minutes=1)


@dataclass(frozen=True, repr=False)
class Offer:
    """One channel that a code can go to; a decoy is not `real`, and nothing is sent to it."""

    kind: ChannelKind
    value: str
    real: bool

    @property
    def mask(self) -> str:
        """As the page shows it, before any proof."""
        return decoys.mask(self.kind, self.value)


def chosen(found: list[Offer], kind: str | None) -> Offer:
    """The offer of that kind, else the first."""
    return next((offer for offer in found if offer.kind.value == kind), found[0])


def by_nir(session: Session, nir: Nir) -> tuple[Member | None, Identity | None]:
    """The record of that NIR and its identity: two statements, whoever it is."""
    member = members.find_by_nir(session, nir)
    owner = select(Identity).where(Identity.id == ((member and member.identity_id) or ""))
    return member, session.scalars(owner).one_or_none()


def knows(
    session: Session, member: Member | None, identity: Identity | None, born: date | None
) -> bool:
    """Whether they are somebody here; the others are nobody on every page.

    Nobody: another birth date; an identity that may not be recovered; who has left without one.
    """
    if identity is not None and not recovers(identity):
        return False
    if member is None:
        return identity is not None and born is None
    if born is None or not civil.birth_date_matches(session, member, born):
        return False
    return identity is not None or member.status == Status.ACTIVE.value


def pairs(session: Session, canonical: str, born: date | None) -> list[str]:
    """The keyed digest of an identifier and a birth date, under each held key, newest first.

    One for every page: a pair that has other decoys there than here would be nobody's.
    """
    return keys_of(session).digests("pii", _PAIR, f"{canonical}|{born or ''}")


def recovers(identity: Identity | None) -> bool:
    """Whether this identity may be recovered now; a frozen one if it was proved before (R9)."""
    if identity is None or not RULES[State(identity.state)].recovers:
        return False
    # whoever is neither frozen nor unfinished was activated, whenever that was
    return _before(identity, identity.activated_at or clock.now())


def on_file(session: Session, member_id: str | None) -> list[Channel]:
    """The channels by which a member may prove who they are now; waiting ones do not count (R9)."""
    query = select(Channel).where(
        Channel.member_id == (member_id or ""),
        Channel.kind.in_([kind.value for kind in _REACHABLE]),
        Channel.serves_recovery_from <= clock.now(),
    )
    return list(session.scalars(query.order_by(Channel.kind, Channel.since)))


def reachable(
    session: Session, identity: Identity | None, member_id: str | None
) -> dict[ChannelKind, str]:
    """At most one channel of each kind, where it is sent; empty for nobody. Two statements always.

    Of an identity that may not be recovered any more, none.
    """
    gone = identity is not None and not recovers(identity)
    known = [each for each in on_file(session, member_id) if _before(identity, each.since)]
    phone = _proved_phone(session, identity.id if identity else None)
    if gone:
        return {}
    if phone is not None and _before(identity, phone.since):
        known.insert(0, phone)
    mail = identifiers.open_email(session, identity.email_sealed) if identity else None
    found = {
        ChannelKind.CONTACT_EMAIL: mail or _first(session, known, ChannelKind.CONTACT_EMAIL),
        ChannelKind.MOBILE: _first(session, known, ChannelKind.MOBILE),
    }
    return {kind: value for kind, value in found.items() if value}


def _first(session: Session, known: list[Channel], kind: ChannelKind) -> str | None:
    for channel in known:
        value = open_channel(session, channel) if channel.kind == kind else None
        if value and (kind is not ChannelKind.MOBILE or takes_sms(value)):
            return value
    return None


def _proved_phone(session: Session, identity_id: str | None) -> Channel | None:
    found = session.scalars(select(Channel).where(proved_phone(identity_id or ""))).first()
    return found if found is not None and serves(found) else None


def _before(identity: Identity | None, at: datetime) -> bool:
    """Whether what dates from `at` counts: for a frozen identity, if it was before the change."""
    if identity is None or identity.state != State.FROZEN.value:
        return True
    return identity.frozen_before is not None and at < identity.frozen_before - _STROKE
