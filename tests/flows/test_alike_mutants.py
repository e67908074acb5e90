"""The harness sees what it is for: each mistake that somebody might make shows, where it should."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Response, abort, after_this_request, redirect
from sqlalchemy import select

from idp.accounts import opening_end, opening_member, sign_in
from idp.accounts.activity import Kind, record
from idp.accounts.openings import OpeningLostError
from idp.accounts.passwords import Hasher
from idp.accounts.reach import Offer
from idp.delivery import outbox
from idp.flows import opening_member as pages
from idp.models import Channel
from tests.flows.alike import ASPECTS, EMAIL
from tests.flows.alike_pages import PAGES
from tests.flows.alike_states import STATES
from tests.flows.alike_world import World

Break = Callable[[pytest.MonkeyPatch], None]
settle, match, send = sign_in.settle, opening_member.match, opening_member.send
send_to_only = pages._send_to_only


def when_known(tell: Callable[[Any], object]) -> Break:
    """Do something at the door if the address is somebody's."""

    def settling(session: Any, ticket: Any, right: bool) -> Any:
        if ticket.identity is not None:
            tell(session)
        return settle(session, ticket, right)

    return lambda patch: patch.setattr(sign_in, "settle", settling)


def when_matched(tell: Callable[[Any, Any], object]) -> Break:
    """Do something once the register knows the person."""

    def matching(session: Any, said: Any, where: Any, **joins: Any) -> Any:
        found = match(session, said, where, **joins)
        if found.member_id is not None:
            tell(session, found.member_id)
        return found

    return lambda patch: patch.setattr(opening_member, "match", matching)


def refuse(_session: object) -> None:
    raise OpeningLostError


def with_header(response: Response) -> Response:
    response.headers["X-Account"] = "1"
    return response


def with_cookie(response: Response) -> Response:
    response.set_cookie("known", "1")
    return response


def also_to_file(session: Any, opening: Any, offer: Any, where: Any) -> None:
    """A second message, for real channels only."""
    send(session, opening, offer, where)
    if offer.real:
        outbox.queue_mail(session, "space_known", EMAIL, sign_in_url="x")


def budget_for_members_only(patch: pytest.MonkeyPatch) -> None:
    """Who is looked up first, and counted only if found."""
    take = opening_member.budgets.take

    def matching(session: Any, said: Any, where: Any, **joins: Any) -> Any:
        with patch.context() as free:
            free.setattr(opening_member.budgets, "take", lambda *_: None)
            found = match(session, said, where, **joins)
        if found.member_id:
            take(session, "opening_nir", said.nir.number)
        return found

    patch.setattr(opening_member, "match", matching)


def no_work_for_nobody(patch: pytest.MonkeyPatch) -> None:
    """The hash is not computed where there is none."""
    verify = Hasher.verify
    patch.setattr(
        Hasher, "verify", lambda self, stored, it: bool(stored) and verify(self, stored, it)
    )


def offered(real: bool, mask: str) -> Break:
    """The real channels, or the decoys, look otherwise."""
    shown = Offer.mask.fget
    masked = property(lambda self: mask if self.real is real else shown(self))
    return lambda patch: patch.setattr(Offer, "mask", masked)


def only_real(session: Any, opening: Any) -> None:
    """D4 for those who exist."""
    if opening.member_id is not None:
        send_to_only(session, opening)


def told_by_mail(session: Any, opening: Any, typed: str) -> None:
    """The address typed is told that the member has an account, in the place of an empty row."""
    if opening.member_id is None:
        outbox.queue_nothing(session)
    else:
        outbox.queue_mail(session, "space_known", typed, sign_in_url="x")


@dataclass(frozen=True)
class Mutant:
    """A mistake, and the page, state and aspect where it must show."""

    name: str
    make: Break
    page: str
    state: str
    aspect: str


DOOR, CODES, LAST = "wrong-passwords", "opening-codes", "opening-own-mailbox"
MUTANTS = (
    Mutant("another sentence", when_known(refuse), DOOR, "disabled", "page"),
    Mutant("another page", when_known(lambda _: abort(redirect("/aide"))), DOOR, "active", "asked"),
    Mutant(
        "a header",
        when_known(lambda _: after_this_request(with_header)),
        DOOR,
        "pending",
        "headers",
    ),
    Mutant(
        "a cookie", when_known(lambda _: after_this_request(with_cookie)), DOOR, "closing", "jar"
    ),
    Mutant("no verification", no_work_for_nobody, DOOR, "frozen", "argon2"),
    Mutant(
        "a word by the mask", offered(True, "*****@exemple.test (vous)"), CODES, "legacy", "page"
    ),
    Mutant("a mask of another form", offered(False, "****@gmail.com"), CODES, "attached", "page"),
    Mutant(
        "a query more",
        when_matched(lambda session, _: session.scalars(select(Channel)).all()),
        CODES,
        "email-on-file",
        "statements",
    ),
    Mutant(
        "an event more",
        when_matched(lambda session, _: record(session, Kind.CODE_WRONG)),
        CODES,
        "legacy",
        "rows",
    ),
    Mutant(
        "a mail more",
        lambda patch: patch.setattr(opening_member, "send", also_to_file),
        CODES,
        "not-attached",
        "queued",
    ),
    Mutant(
        "no row for nobody",
        lambda patch: patch.setattr(outbox, "queue_nothing", lambda _session: None),
        CODES,
        "email-on-file",
        "queued",
    ),
    Mutant(
        "a stranger told by mail",
        lambda patch: patch.setattr(opening_end, "_tell_member", told_by_mail),
        LAST,
        "attached",
        "queued",
    ),
    Mutant(
        "a budget of members",
        budget_for_members_only,
        "opening-nir-budget",
        "both-on-file",
        "status",
    ),
    Mutant(
        "one channel of nobody's is not used at once",
        lambda patch: patch.setattr(pages, "_send_to_only", only_real),
        CODES,
        "mobile-on-file",
        "page",
    ),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_shows(alike: World, mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it shows without the mistake: test_alike.py."""
    page = next(page for page in PAGES if page.name == mutant.page)
    case = next(case for case in STATES if case.name == mutant.state)
    mutant.make(monkeypatch)
    alike.forget()
    found = alike.compared(page, case)
    alike.forget()
    assert mutant.aspect in {one.aspect for one in found}, found


def test_no_aspect_is_recorded_in_vain() -> None:
    assert {mutant.aspect for mutant in MUTANTS} == set(ASPECTS)
