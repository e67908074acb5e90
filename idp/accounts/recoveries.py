"""Who is blocked, or has forgotten a password or an identifier (D1-D10): one row a request.

In the order of a recovery:
- parse() and begin(): whom the register knows by what was typed, a row whoever it is;
- load(): that row, in the browser that asked; offers() and send() are in recovery_channels.py;
- by_link(), or accounts/temporary.py at a sign-in page: what was sent comes back, in any browser;
- prove(): it is known who is there; loaded_proved() in the browser where that was.
mail_reset_link() sends a link without any page (C6, C8).

Asking changes and blocks nothing (LK6), and tells nothing: known or not, the same statements, rows
and budgets. What a proved recovery does is in recovery_end.py.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from idp import clock
from idp.accounts import budgets, identifiers, identities, links, nir, reach
from idp.accounts import recovery_channels as channels
from idp.accounts.activity import Kind, Where, record
from idp.accounts.lifetimes import RECOVERY
from idp.accounts.recovery_channels import LINK, Way
from idp.accounts.sign_in import network
from idp.accounts.signup import Towards
from idp.errors import BadLinkError, DomainError, TooManyError
from idp.models import Link, Member, Recovery, new_id
from idp.storage.claims import changed
from idp.storage.engine import keys_of

_TYPED = "member.recovery.typed"


class RecoveryLostError(DomainError):
    """No such recovery in this browser: too old, over, or begun in another one."""

    reason = "recovery_lost"
    text_key = "errors.recovery_lost"


class Cause(StrEnum):
    """The column recoveries.kind: the page it began on."""

    UNBLOCK = "unblock"
    FORGOTTEN = "forgotten"
    JOINING = "joining"  # no page: a link that may activate its pending identity too (C6)


@dataclass(frozen=True, repr=False)
class Identifier:
    """What a person says that they sign in with: `canonical` is 13 characters, or an address."""

    by_nir: bool
    canonical: str


@dataclass(frozen=True, repr=False)
class Request:
    """Who asks for whom. `birth_date` is None for an account without a member's record."""

    cause: Cause
    identifier: Identifier
    birth_date: date | None
    browser_hash: str
    towards: Towards
    where: Where


@dataclass(frozen=True)
class _Found:
    identity_id: str | None = None
    member_id: str | None = None


def parse(session: Session, typed: str) -> Identifier:
    """An address if there is an @ in it, else a NIR. BadEmailError, BadNirError."""
    if "@" in typed:
        return Identifier(False, identifiers.email_of(session, typed))
    return Identifier(True, nir.parse(typed).number)


def typed_digests(session: Session, identifier: Identifier) -> list[str]:
    """recoveries.typed and codes.channel_index, under each held key, newest first."""
    kind = "nir" if identifier.by_nir else "email"
    return keys_of(session).digests("pii", _TYPED, f"{kind}|{identifier.canonical}")


def begin(session: Session, asked: Request) -> Recovery:
    """The row, whoever it is for. Over budget it is `mail_only`, then TooManyError (D10)."""
    typed = typed_digests(session, asked.identifier)[0]
    pair = reach.pairs(session, asked.identifier.canonical, asked.birth_date)[0]
    mail_only = not _within_budget(session, typed, asked.where)
    if mail_only:
        channels.take_hourly(session, pair)
    found = _match(session, asked.identifier, asked.birth_date)
    return _insert(session, asked, typed, pair, found, mail_only=mail_only)


def load(session: Session, browser_hash: str, recovery_id: str | None) -> Recovery:
    """The recovery that this browser asked for, half an hour long. RecoveryLostError.

    Even if it was proved elsewhere and has ended: that it did would tell a stranger who asked that
    there is somebody. Nothing is sent for it then.
    """
    here = Recovery.proving_hash == browser_hash
    query = select(Recovery).where(
        Recovery.id == (recovery_id or ""),
        Recovery.browser_hash == browser_hash,
        Recovery.kind != Cause.JOINING.value,
        func.coalesce(Recovery.sent_at, Recovery.created_at) > clock.now() - RECOVERY,
        Recovery.ended_at.is_(None) | Recovery.proving_hash.is_(None) | ~here,
    )
    return _one(session.scalars(query).one_or_none())


def load_proved(session: Session, browser_hash: str, recovery_id: str | None) -> Recovery:
    """The recovery that was proved in this browser, whichever asked. RecoveryLostError."""
    query = select(Recovery).where(
        Recovery.id == (recovery_id or ""),
        Recovery.proving_hash == browser_hash,
        Recovery.proved_at.is_not(None),
        _live(),
    )
    return _one(session.scalars(query).one_or_none())


def by_link(session: Session, token: str) -> tuple[Link, Recovery]:
    """The unused link and its recovery, for the page with the form. BadLinkError."""
    link = links.look(session, LINK, token)
    query = select(Recovery).where(Recovery.id == (link.flow_id or ""), _live())
    found = session.scalars(query).one_or_none()
    if found is None:
        raise BadLinkError("its recovery is over")
    return link, found


def prove(session: Session, recovery: Recovery, by: Way, browser_hash: str) -> None:
    """What was sent has come back in this browser; half an hour is left. RecoveryLostError."""
    now = clock.now()
    index = channels.index_of(session, recovery, by)
    values = {
        "proved_at": now,
        "proved_by": by.value,
        "proved_index": index,
        "proving_hash": browser_hash,
        "expires_at": now + RECOVERY,
    }
    live = update(Recovery).where(Recovery.id == recovery.id, _live())
    if changed(session, live.values(**values)) != 1:
        raise RecoveryLostError("over")
    session.expire(recovery)


def mail_reset_link(
    session: Session,
    email: str,
    identity_id: str | None,
    towards: Towards,
    browser_hash: str,
    where: Where,
) -> None:
    """One link to the canonical address `email`, whose identity that is, a pending one included.

    Not an invited one, which its own code alone activates (states.md).

    None writes the same rows and sends nothing. So does a mailbox that is over its budget.
    """
    to = email if identity_id else None
    identifier = Identifier(False, email)
    asked = Request(Cause.JOINING, identifier, None, browser_hash, towards, where)
    typed, pair = typed_digests(session, identifier)[0], reach.pairs(session, email, None)[0]
    try:
        # of this page, not the mailbox: another would show that something went there (EN1). And
        # each try counts, sent or not, or the rows would tell: the third, which blocks, is within
        budgets.take(session, "mail_anonymous", f"joining|{pair}")
    except TooManyError:
        to = None
    recovery = _insert(session, asked, typed, pair, _Found(identity_id), mail_only=True)
    channels.mail_link(session, recovery, to)


def _within_budget(session: Session, typed: str, where: Where) -> bool:
    """Both are counted, and each request with both: over one of them, the link alone is left."""
    within = True
    for name, value in (("recovery_identifier", typed), ("recovery_ip", network(where))):
        try:
            budgets.take(session, name, value)
        except TooManyError:
            within = False
    return within


def _match(session: Session, identifier: Identifier, born: date | None) -> _Found:
    """Two statements, whoever it is. Nobody is a member who has left and has no identity."""
    if identifier.by_nir:
        member, identity = reach.by_nir(session, nir.Nir(identifier.canonical))
    else:
        identity = identities.find(session, identifier.canonical)
        held = select(Member).where(Member.identity_id == (identity.id if identity else ""))
        member = session.scalars(held).one_or_none()
    if not reach.knows(session, member, identity, born):
        return _Found()
    return _Found(identity.id if identity else None, member.id if member else None)


def _insert(
    session: Session, asked: Request, typed: str, pair: str, found: _Found, *, mail_only: bool
) -> Recovery:
    now, identifier = clock.now(), asked.identifier
    email = None if identifier.by_nir else identifier.canonical
    row = Recovery(
        id=new_id(),
        kind=asked.cause.value,
        browser_hash=asked.browser_hash,
        interaction_id=asked.towards.interaction_id,
        client_id=asked.towards.client_id,
        by_nir=identifier.by_nir,
        typed=typed,
        pair=pair,
        identifier=channels.seal_identifier(session, email) if email else None,
        identity_id=found.identity_id,
        member_id=found.member_id,
        mail_only=mail_only,
        created_at=now,
        expires_at=now + RECOVERY,
    )
    session.add(row)
    session.flush()
    record(
        session,
        Kind.RECOVERY_ASKED,
        identity_id=found.identity_id,
        client_id=row.client_id,
        flow_id=row.id,
        where=asked.where,
        cause=row.kind,
    )
    return row


def _live() -> ColumnElement[bool]:
    return Recovery.ended_at.is_(None) & (Recovery.expires_at > clock.now())


def _one(found: Recovery | None) -> Recovery:
    if found is None:
        raise RecoveryLostError
    return found
