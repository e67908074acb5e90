"""The member behind an opening: whom the register knows by what was typed, and their code (A4).

Whoever typed it, the same work is done and the same rows are written; a code that goes to nobody
is issued, tried and counted like any other.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.accounts import budgets, codes, decoys, openings, reach, sms, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.channels import ChannelKind, channel_index
from idp.accounts.civil import name_matches
from idp.accounts.codes import Answer, Binding, Purpose, Tried
from idp.accounts.nir import Nir
from idp.accounts.openings import Matched
from idp.accounts.reach import Offer
from idp.accounts.sign_in import network
from idp.delivery import outbox
from idp.models import Code, Identity, Member, Opening
from idp.storage.engine import settings_of


@dataclass(frozen=True, repr=False)
class Coordinates:
    """What a person says of themselves; the key of the NIR was checked by the form."""

    nir: Nir
    family_name: str
    birth_date: date


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
    pair = reach.pairs(session, said.nir.number, said.birth_date)[0]
    member, identity = reach.by_nir(session, said.nir)
    if member is None or not reach.knows(session, member, identity, said.birth_date):
        return Matched(pair, None, None)
    named = name_matches(session, member, said.family_name)
    return Matched(pair, member.id if named else None, member.id)


def offers(session: Session, opening: Opening) -> list[Offer]:
    """The channels to choose from, the e-mail first: those of recovery, else decoys. Never empty.

    With another name than the register's the masks are the same, and no code goes there.
    """
    holder = (
        select(Identity)
        .join(Member, Member.identity_id == Identity.id)
        .where(Member.id == (opening.shown_member_id or ""))
    )
    identity = session.scalars(holder).one_or_none()
    found = reach.reachable(session, identity, opening.shown_member_id)
    real = bool(found) and opening.member_id is not None
    drawn = found or decoys.of_pair(opening.pair or "")
    return [Offer(kind, value, real=real) for kind, value in drawn.items()]


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
