"""C1: the code that shows that who has the old password is the member; by post where need be (R9).

To a channel on file, from every browser (LI4). Everything is counted on the member: their own tries
and messages, for the old password was right.
"""

from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.orm import Session

from idp.accounts import budgets, codes, letters, migrating, sms, subject
from idp.accounts.activity import Kind, Where, record
from idp.accounts.channels import ChannelKind, channel_index, open_channel
from idp.accounts.codes import Answer, Binding, Purpose, Tried
from idp.accounts.migrating import ProvedBy
from idp.accounts.openings import LETTER_TRIES
from idp.accounts.phones import takes_sms
from idp.accounts.reach import Offer, on_file
from idp.delivery import outbox
from idp.errors import TooManyError
from idp.models import Code, Migration
from idp.storage.claims import changed
from idp.storage.engine import settings_of

_PROVED_BY = {ChannelKind.CONTACT_EMAIL: ProvedBy.MAIL, ChannelKind.MOBILE: ProvedBy.SMS}


def offers(session: Session, migration: Migration) -> list[Offer]:
    """The channels on file that can be reached now; none: there is only the letter."""
    found = []
    for channel in on_file(session, migration.member_id):
        kind, value = ChannelKind(channel.kind), open_channel(session, channel)
        if kind is ChannelKind.CONTACT_EMAIL or takes_sms(value):
            found.append(Offer(kind, value, real=True))
    return found


def send(
    session: Session, migration: Migration, offer: Offer, site_name: str | None, where: Where
) -> None:
    """Send a fresh code there. TooManyError when the member, or the number, has had too many."""
    member = counted_as(migration)
    by_sms = offer.kind is ChannelKind.MOBILE
    if by_sms:
        sms.spend(session, offer.value, person=member, signed=True, where=where)
    else:
        budgets.take(session, "mail_signed", member)
    issued = codes.issue(session, _binding(session, migration, offer))
    values = {"code_shown": issued.shown, "minutes": settings_of(session).code_lifetime // 60}
    until = issued.expires_at
    if by_sms:
        outbox.queue_sms(session, "code", offer.value, expires_at=until, **values)
    else:
        outbox.queue_mail(
            session, "migration_code", offer.value, expires_at=until, site_name=site_name, **values
        )
    record(session, Kind.CODE_SENT, flow_id=migration.id, where=where)


def send_to_only(
    session: Session, migration: Migration, site_name: str | None, where: Where
) -> None:
    """With one channel only it is used at once (D4); over budget, the page has a button."""
    found = offers(session, migration)
    if len(found) == 1:
        with suppress(TooManyError):
            send(session, migration, found[0], site_name, where)


def live_code(session: Session, migration: Migration, offer: Offer) -> Code | None:
    """The code that the page waits for on that channel, or None."""
    return codes.current(session, _binding(session, migration, offer))


def answer(session: Session, migration: Migration, offer: Offer, typed: str, where: Where) -> Tried:
    """Try what was typed; right, the member is proved. TooManyError after a day of wrong ones.

    Five wrong ones end the migration: the password has to be given again (OTC3).
    """
    taken = budgets.take(session, "wrong_codes", counted_as(migration))
    tried = codes.attempt(session, _binding(session, migration, offer), typed)
    if tried.answer is Answer.WRONG:
        record(session, Kind.CODE_WRONG, flow_id=migration.id, where=where)
        if tried.tries_left == 0:
            migrating.give_up(session, migration)
        return tried
    budgets.give_back(session, taken)
    if tried.answer is Answer.RIGHT:
        index, by = channel_index(session, offer.value), _PROVED_BY[offer.kind]
        migrating.prove(session, migration, by, index=index, where=where)
    return tried


def letter(session: Session, migration: Migration, typed: str, where: Where) -> int | None:
    """Try the code of a letter: None when right, and the member is proved; else the tries left.

    They are counted here and not on the code (letters.py); after the last the migration ends.
    TooManyError as above.
    """
    taken = budgets.take(session, "wrong_codes", counted_as(migration))
    migrating.in_turn(session, migration.member_id)
    claim = update(Migration).where(
        Migration.id == migration.id,
        Migration.letter_tries < LETTER_TRIES,
        Migration.proved_at.is_(None),
        migrating.going_on(),
    )
    won = changed(session, claim.values(letter_tries=Migration.letter_tries + 1))
    session.expire(migration)
    if won and letters.redeem(session, migration.member_id, migration.id, typed):
        budgets.give_back(session, taken)
        migrating.prove(session, migration, ProvedBy.LETTER, index=None, where=where)
        return None
    record(session, Kind.LETTER_WRONG, flow_id=migration.id, where=where)
    left = LETTER_TRIES - migration.letter_tries
    if left <= 0:
        migrating.give_up(session, migration)
    return left


def counted_as(migration: Migration) -> str:
    """Whom the budgets count."""
    return f"member|{migration.member_id}"


def _binding(session: Session, migration: Migration, offer: Offer) -> Binding:
    member = subject.member(migration.member_id)
    return Binding(Purpose.LEGACY, member, migration.id, channel_index(session, offer.value))
