"""The code of a letter: what a member without any channel proves themselves with (R9).

It is sent by post to the address of the register, which nobody changes here, and any browser may
use it once within 30 days. Tries are counted by the page that takes it.
"""

from sqlalchemy.orm import Session

from idp.accounts import codes, subject
from idp.accounts.activity import Kind, record
from idp.accounts.civil import Address, open_address
from idp.accounts.codes import Binding, Issued, Purpose
from idp.accounts.members import Status
from idp.accounts.subject import Subject
from idp.errors import DomainError
from idp.models import Member

_BY_POST = "post"


class NoLetterError(DomainError):
    """No letter for this member; `detail` is `closed`, `attached` or `no_address`."""

    reason = "no_letter"


def issue(session: Session, member: Member, *, by: str) -> Issued:
    """A code for the letter to this member; an older one is dead. NoLetterError."""
    if member.status != Status.ACTIVE.value:
        raise NoLetterError("closed")
    if member.identity_id is not None:
        raise NoLetterError("attached")
    if not _reaches_somebody(open_address(session, member.address_sealed)):
        raise NoLetterError("no_address")
    issued = codes.issue(session, _binding(subject.member(member.id)))
    record(session, Kind.LETTER_ISSUED, by=by, member=member.id)
    return issued


def redeem(session: Session, member_id: str | None, flow_id: str, typed: str) -> bool:
    """Use the code that was typed; False for every kind of wrong.

    None is for who typed what belongs to nobody: the same statements, and never right. Of several
    at once one is right. Whether the record may still be attached is for who attaches to ask.
    """
    asked = subject.member(member_id) if member_id else subject.nobody(flow_id)
    return codes.redeem(session, _binding(asked), typed)


def _binding(asked: Subject) -> Binding:
    return Binding(Purpose.LETTER, asked, None, _BY_POST)


def _reaches_somebody(address: Address) -> bool:
    return bool(address.line and address.city)
