"""The member behind an opening: whom the register knows by what was typed, and their code (A4).

Whoever typed it, the same work is done and the same rows are written; a code that goes to nobody
is issued, tried and counted like any other.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, codes, decoys, members, openings, sms, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.channels import ChannelKind, channel_index, open_channel
from idp.accounts.civil import birth_date_matches, name_matches
from idp.accounts.codes import Answer, Binding, Purpose, Tried
from idp.accounts.members import Status
from idp.accounts.nir import Nir
from idp.accounts.openings import Matched
from idp.accounts.phones import takes_sms
from idp.accounts.sign_in import network
from idp.delivery import outbox
from idp.models import Channel, Code, Opening
from idp.storage.engine import keys_of, settings_of

_PAIR = "member.opening.pair"
REACHABLE = (ChannelKind.CONTACT_EMAIL, ChannelKind.MOBILE)


@dataclass(frozen=True, repr=False)
class Coordinates:
    """What a person says of themselves; the key of the NIR was checked by the form."""

    nir: Nir
    family_name: str
    birth_date: date


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


def match(
    session: Session, said: Coordinates, where: Where, *, identity_id: str | None = None
) -> Matched:
    """Whom the register knows by this. TooManyError when the NIR or the network is over budget.

    `identity_id` is who joins a record, whose password and code were right: strangers who try the
    same NIR must not use up that person's tries (D10).
    """
    if identity_id is None:
        budgets.take(session, "opening_nir", said.nir.number)
        budgets.take(session, "opening_ip", network(where))
    else:
        budgets.take(session, "opening_nir", f"{identity_id}|{said.nir.number}")
    pair = keys_of(session).digest("pii", _PAIR, f"{said.nir.number}|{said.birth_date}")
    member = members.find_by_nir(session, said.nir)
    if member is None or member.status != Status.ACTIVE.value:
        return Matched(pair, None, None)
    if not birth_date_matches(session, member, said.birth_date):
        return Matched(pair, None, None)
    named = name_matches(session, member, said.family_name)
    return Matched(pair, member.id if named else None, member.id)


def on_file(session: Session, member_id: str | None) -> list[Channel]:
    """The channels by which a member may prove who they are now; waiting ones do not count (R9)."""
    query = select(Channel).where(
        Channel.member_id == (member_id or ""),
        Channel.kind.in_([kind.value for kind in REACHABLE]),
        Channel.serves_recovery_from <= clock.now(),
    )
    return list(session.scalars(query.order_by(Channel.kind, Channel.since)))


def offers(session: Session, opening: Opening) -> list[Offer]:
    """The channels to choose from: those on file that can be reached, else decoys. Never empty.

    With another name than the register's the masks are the same, and no code goes there.
    """
    found, real = [], opening.member_id is not None
    for channel in on_file(session, opening.shown_member_id):
        kind, value = ChannelKind(channel.kind), open_channel(session, channel)
        if kind is ChannelKind.CONTACT_EMAIL or takes_sms(value):
            found.append(Offer(kind, value, real=real))
    drawn = decoys.of_pair(opening.pair or "")
    return found or [Offer(kind, value, real=False) for kind, value in drawn.items()]


def chosen(found: list[Offer], kind: str | None) -> Offer:
    """The offer of that kind, else the first."""
    return next((offer for offer in found if offer.kind.value == kind), found[0])


def send(session: Session, opening: Opening, offer: Offer, where: Where) -> None:
    """Send a code there; TooManyError when that channel, or this network, has had too many."""
    _spend(session, opening, offer, where)
    issued = codes.issue(session, _binding(session, opening, offer))
    values = {"code_shown": issued.shown, "minutes": settings_of(session).code_lifetime // 60}
    if not offer.real:
        outbox.queue_nothing(session)
    elif offer.kind is ChannelKind.MOBILE:
        outbox.queue_sms(session, "code", offer.value, expires_at=issued.expires_at, **values)
    else:
        outbox.queue_mail(
            session, "member_code", offer.value, expires_at=issued.expires_at, **values
        )
    record(session, Kind.CODE_SENT, flow_id=opening.id, where=where)


def live_code(session: Session, opening: Opening, offer: Offer) -> Code | None:
    """The code that the page waits for on that channel, or None."""
    return codes.current(session, _binding(session, opening, offer))


def answer(session: Session, opening: Opening, offer: Offer, typed: str, where: Where) -> Tried:
    """Try what was typed; right, the opening is proved. TooManyError after a day of wrong ones."""
    asked = f"{opening.identity_id}|{opening.pair}" if opening.joining else str(opening.pair)
    taken = budgets.take(session, "wrong_codes_anonymous", asked)
    tried = codes.attempt(session, _binding(session, opening, offer), typed)
    if tried.answer is Answer.WRONG:
        record(session, Kind.CODE_WRONG, flow_id=opening.id, where=where)
        return tried
    budgets.give_back(session, taken)
    if tried.answer is Answer.RIGHT:
        openings.prove(session, opening)
    return tried


def _spend(session: Session, opening: Opening, offer: Offer, where: Where) -> None:
    """A decoy spends too, of a budget of its own: it is refused as soon as a real one would be."""
    if offer.kind is ChannelKind.MOBILE:
        sms.spend(
            session,
            offer.value,
            person=opening.pair or "",
            signed=False,
            where=where,
            decoy=not offer.real,
        )
    else:
        # of the pair, not the mailbox: what is typed there on other pages would show here (EN1)
        budgets.take(session, "mail_anonymous", f"{opening.pair}|{offer.value}")


def _binding(session: Session, opening: Opening, offer: Offer) -> Binding:
    known = offer.real and opening.member_id is not None
    asked = subject.member(str(opening.member_id)) if known else subject.nobody(opening.id)
    return Binding(Purpose.MEMBER, asked, opening.id, channel_index(session, offer.value))
