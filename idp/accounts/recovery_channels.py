"""The channels of a recovery: which are offered, and the link or temporary password sent (D4-D6).

Known pairs and pairs that nobody is take the same statements and queue the same rows; the masks of
the second are decoys (R6). Who asks, and what was proved, is in recoveries.py.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, codes, decoys, links, reach, sms, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.channels import ChannelKind, channel_index
from idp.accounts.codes import Binding, Purpose
from idp.accounts.lifetimes import LINKS, RECOVERY, TEMPORARY_PASSWORD
from idp.accounts.reach import Offer
from idp.accounts.subject import Subject
from idp.delivery import outbox
from idp.errors import TooManyError
from idp.models import Identity, Recovery
from idp.storage.claims import changed
from idp.storage.engine import keys_of, settings_of

LINK = "reset"
_IDENTIFIER = "member.recovery.identifier"
_WITH_PHONE = 20  # of a hundred accounts without a record, how many seem to have a telephone


class Way(StrEnum):
    """The columns sent_by and proved_by, and the field `channel` of the page."""

    EMAIL = "email"
    SMS = "sms"


KINDS = {Way.EMAIL: ChannelKind.CONTACT_EMAIL, Way.SMS: ChannelKind.MOBILE}
WAYS = {kind: way for way, kind in KINDS.items()}
_ORDER = (ChannelKind.MOBILE, ChannelKind.CONTACT_EMAIL)


def offers(session: Session, recovery: Recovery) -> list[Offer]:
    """At most one of each kind, never empty: the SMS first. Decoys where nobody is.

    `mail_only` leaves the mailed link alone, where there is one.
    """
    found = _real(session, recovery) or _drawn(session, recovery)
    by_mail = [offer for offer in found if offer.kind is ChannelKind.CONTACT_EMAIL]
    return by_mail if recovery.mail_only and by_mail else found


def send(session: Session, recovery: Recovery, offer: Offer, where: Where) -> None:
    """Send the link, or the temporary password, there; nothing for a recovery that has ended.

    TooManyError when that channel has had too many; one mailed link an hour is always left (D10).
    """
    _spend(session, recovery, offer, where)
    real = offer.real and recovery.ended_at is None
    if offer.kind is ChannelKind.MOBILE:
        _send_password(session, recovery, offer.value, real=real)
    else:
        mail_link(session, recovery, offer.value if real else None)
    _note_sent(session, recovery, WAYS[offer.kind])
    record(
        session,
        Kind.RECOVERY_SENT,
        identity_id=recovery.identity_id,
        flow_id=recovery.id,
        where=where,
        by=WAYS[offer.kind].value,
    )


def mail_link(session: Session, recovery: Recovery, to: str | None) -> None:
    """A reset link to this address; for None the same rows, and a token that nobody has."""
    token = links.make(
        session,
        LINK,
        identity_id=recovery.identity_id,
        member_id=recovery.member_id,
        interaction_id=recovery.interaction_id,
        client_id=recovery.client_id,
        flow_id=recovery.id,
    )
    if to is None:
        outbox.queue_nothing(session)
        return
    outbox.queue_mail(
        session,
        LINK,
        to,
        expires_at=clock.now() + LINKS[LINK],
        link=f"{settings_of(session).issuer}/nouveau-mot-de-passe/{token}",
        minutes=LINKS[LINK] // timedelta(minutes=1),
    )


def binding(recovery: Recovery, *, real: bool = True) -> Binding:
    """What the temporary password of this recovery belongs to: any browser may use it once (D5)."""
    asked = subject_of(recovery) if real else subject.nobody(recovery.id)
    return Binding(Purpose.TEMPORARY, asked, None, recovery.typed)


def subject_of(recovery: Recovery) -> Subject:
    """The identity if there is one, else the member, else nobody."""
    if recovery.identity_id is not None:
        return subject.identity(recovery.identity_id)
    if recovery.member_id is not None:
        return subject.member(recovery.member_id)
    return subject.nobody(recovery.id)


def index_of(session: Session, recovery: Recovery, way: Way) -> str | None:
    """The keyed index of the real channel of that kind now, or None."""
    for offer in _real(session, recovery):
        if offer.kind is KINDS[way]:
            return channel_index(session, offer.value)
    return None


def seal_identifier(session: Session, email: str) -> bytes:
    """The address that was typed; a NIR is never kept (PII3)."""
    return keys_of(session).seal("pii", _IDENTIFIER, email)


def typed_email(session: Session, recovery: Recovery) -> str | None:
    """The canonical address that was typed, None for a NIR."""
    if recovery.identifier is None:
        return None
    return keys_of(session).open("pii", _IDENTIFIER, recovery.identifier)


def _real(session: Session, recovery: Recovery) -> list[Offer]:
    """Three statements, whoever it is."""
    query = select(Identity).where(Identity.id == (recovery.identity_id or ""))
    identity = session.scalars(query).one_or_none()
    found = reach.reachable(session, identity, recovery.member_id)
    return [Offer(kind, found[kind], real=True) for kind in _ORDER if kind in found]


def _spend(session: Session, recovery: Recovery, offer: Offer, where: Where) -> None:
    """A decoy spends too, and is refused as soon as a real channel would be."""
    if offer.kind is ChannelKind.MOBILE:
        sms.spend(
            session,
            offer.value,
            person=recovery.pair,
            signed=False,
            where=where,
            decoy=not offer.real,
        )
    elif not recovery.mail_only:
        try:
            # of the pair, not the mailbox: what is typed on other pages would show here (EN1)
            budgets.take(session, "mail_anonymous", f"{recovery.pair}|{offer.value}")
        except TooManyError:
            take_hourly(session, recovery.pair)
    elif recovery.sent_at is not None:  # the first was taken as it began
        take_hourly(session, recovery.pair)


def take_hourly(session: Session, pair: str) -> None:
    """The link an hour that is always left; TooManyError.

    Of the pair: with the identifier alone, a wrong birth date would use up its owner's (D10). With
    the right one, whoever asks, the link is in the owner's mailbox.
    """
    budgets.take(session, "recovery_hourly", pair)


def _send_password(session: Session, recovery: Recovery, number: str, *, real: bool) -> None:
    issued = codes.issue(session, binding(recovery, real=real))
    if not real:
        outbox.queue_nothing(session)
        return
    outbox.queue_sms(
        session,
        "temporary_password",
        number,
        expires_at=issued.expires_at,
        password_shown=issued.shown,
        minutes=TEMPORARY_PASSWORD // timedelta(minutes=1),
    )


def _note_sent(session: Session, recovery: Recovery, way: Way) -> None:
    now = clock.now()
    one = update(Recovery).where(Recovery.id == recovery.id)
    changed(session, one.values(sent_by=way.value, sent_at=now, expires_at=now + RECOVERY))
    session.expire(recovery)


def _drawn(session: Session, recovery: Recovery) -> list[Offer]:
    """Decoys. Of who types an address, the link would go to that very address."""
    found, email = decoys.of_pair(recovery.pair), typed_email(session, recovery)
    if email is not None:
        found[ChannelKind.CONTACT_EMAIL] = email
        undated = recovery.pair in reach.pairs(session, email, None)
        if undated and int(recovery.pair[:8], 16) % 100 >= _WITH_PHONE:
            found.pop(ChannelKind.MOBILE, None)
    return [Offer(kind, found[kind], real=False) for kind in _ORDER if kind in found]
