"""The last step of an opening: its messages, and what becomes of it (A5, A8, R9).

The address typed gets what any sign-up gets. A second message goes to an address that the mutual
knows already, where the member has an account: whoever typed does not see which it was.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.accounts import budgets, identifiers, members, openings, signup
from idp.accounts.activity import Where
from idp.accounts.channels import ChannelKind, open_channel
from idp.accounts.declared import declare
from idp.accounts.members import Access
from idp.accounts.openings import Typed
from idp.accounts.reach import on_file
from idp.accounts.signup import Application, Towards
from idp.delivery import outbox
from idp.models import Identity, Member, Opening
from idp.storage.engine import settings_of


def sign_up(session: Session, opening: Opening, towards: Towards, where: Where) -> None:
    """The pages are through: write the unfinished identity, queue its two messages; once.

    TooManyError when the mailbox is full: nothing is written then, and it can be asked again.
    Nothing of the sign-up stands before: an earlier one of the address is replaced only by a later
    one whose mail goes out, as A6 has it.
    """
    typed = openings.typed_of(session, opening)
    if not openings.finish(session, opening) or typed.access is None:
        return
    wanted = Application(**typed.access)
    identity_id = signup.apply(session, wanted, towards, where)
    declare(session, identity_id, _phones(typed))
    openings.take(session, opening, identity_id)
    _tell_member(session, opening, wanted.email)


def wait_for_letter(session: Session, opening: Opening) -> None:
    """Who joins a record has not proved the member: the opening waits for the code of a letter."""
    if openings.finish(session, opening):
        declare(session, str(opening.identity_id), _phones(openings.typed_of(session, opening)))
        _tell_member(session, opening, "")


def _phones(typed: Typed) -> dict[ChannelKind, str]:
    return {ChannelKind(kind): number for kind, number in (typed.phones or {}).items()}


def _tell_member(session: Session, opening: Opening, typed: str) -> None:
    """One row whoever it is; over the mailbox's budget, or nobody to tell, an empty one (EN2).

    That budget is apart from the one of the pages: it must not show there that it was used (EN1).
    """
    purpose, address = _known_address(session, opening)
    mailbox = f"space|{address or opening.id}"
    if budgets.room_at(session, "mail_anonymous", mailbox) is not None:
        address, mailbox = None, f"space|{opening.id}"
    budgets.take(session, "mail_anonymous", mailbox)
    if address is None or (address == typed and purpose == "space_known"):
        outbox.queue_nothing(session)
        return
    issuer = settings_of(session).issuer
    page = "connexion/nir" if purpose == "space_legacy" else "connexion"
    outbox.queue_mail(session, purpose, address, sign_in_url=f"{issuer}/{page}")


def _known_address(session: Session, opening: Opening) -> tuple[str, str | None]:
    """Which message, and where: the sign-in address, or the contact address of a legacy account."""
    known = select(Member, members.access_now).where(Member.id == (opening.member_id or ""))
    row = session.execute(known).first()
    member, access = row if row else (None, None)
    holder = session.scalars(
        select(Identity).where(Identity.id == ((member and member.identity_id) or ""))
    ).first()
    contact = [
        channel
        for channel in on_file(session, opening.member_id)
        if channel.kind == ChannelKind.CONTACT_EMAIL
    ]
    if holder is not None:
        return "space_known", identifiers.open_email(session, holder.email_sealed)
    if access == Access.LEGACY.value and contact:
        return "space_legacy", open_channel(session, contact[0])
    return "space_known", None
